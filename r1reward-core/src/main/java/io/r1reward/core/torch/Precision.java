package io.r1reward.core.torch;

import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Number formats that the engine computes in, with PyTorch's numbers for them. */
enum Precision {
  FLOAT32("float32", 6, DType.F32),
  BFLOAT16("bfloat16", 15, DType.BF16);

  private static final Logger log = LoggerFactory.getLogger(Precision.class);

  private final String label;
  private final int scalarType;
  private final DType dtype;

  Precision(String label, int scalarType, DType dtype) {
    this.label = label;
    this.scalarType = scalarType;
    this.dtype = dtype;
  }

  /** PyTorch's ScalarType. */
  int scalarType() {
    return scalarType;
  }

  /** The checkpoint's name for the same format. */
  DType dtype() {
    return dtype;
  }

  String label() {
    return label;
  }

  /**
   * Resolves a setting. {@code auto} takes bfloat16 where the checkpoint is in it and the device
   * computes in it (every GPU, and CPUs that say so), else float32.
   */
  static Precision of(String setting, DType checkpoint, boolean gpu) {
    return switch (setting) {
      case "float32" -> FLOAT32;
      case "bfloat16" -> BFLOAT16;
      case "auto" ->
          checkpoint == DType.BF16 && (gpu || cpuComputesBfloat16()) ? BFLOAT16 : FLOAT32;
      default ->
          throw new InvalidInputException(
              "unknown dtype " + setting + ", expected auto, float32 or bfloat16");
    };
  }

  /**
   * Linux says it in the CPU flags; elsewhere there is no cheap way to know, and float32 is safe.
   */
  private static boolean cpuComputesBfloat16() {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return false;
    }
    try {
      String text = Files.readString(info);
      return text.contains("avx512_bf16") || text.contains("amx_bf16") || text.contains(" bf16");
    } catch (IOException e) {
      log.debug("{} cannot be read, computing in float32", info, e);
      return false;
    }
  }
}
