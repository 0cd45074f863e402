package io.r1reward.examples;

import com.google.common.collect.ImmutableMap;
import io.r1reward.RewardModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say which model is opened and where it computes; a mix-in of the programs. */
public final class ModelOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec program;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      converter = CheckpointName.Converter.class,
      description =
          "Hugging Face folder of an R1-Reward or another Qwen2.5-VL or Qwen3-VL judge, or"
              + " hf:owner/name@revision for one of the hub.")
  private @Nullable CheckpointName checkpoint;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "Engine that computes; default: the first that understands the folder.")
  private @Nullable String engine;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda:N",
      defaultValue = "auto",
      description =
          "Where to compute: auto takes the first GPU where there is one, and ONNX"
              + " Runtime also knows coreml and directml:N; default ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--dtype",
      paramLabel = "auto|float32|bfloat16",
      defaultValue = "auto",
      description =
          "Number format: auto takes the checkpoint's where the device computes in it;"
              + " default ${DEFAULT-VALUE}.")
  private String dtype;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "Larger pictures are made smaller; default 1003520.")
  private @Nullable Integer maxPixels;

  @Option(
      names = "--protocol",
      paramLabel = "FILE",
      description =
          "How the judge is asked and understood, a JSON file (see ProtocolFile); default:"
              + " R1-Reward's protocol.")
  private @Nullable Path protocol;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads inside one operator on a CPU; default: the engine's choice.")
  private @Nullable Integer threads;

  @Option(
      names = "--prefix-cache",
      paramLabel = "MIB",
      description =
          "Most MiB kept of prompts for others that begin alike, 0 for none; default: a"
              + " sixteenth of the memory that the weights leave, at most 2048.")
  private @Nullable Integer prefixCache;

  @Option(
      names = "--no-lookahead",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "false",
      description = "Compute one token after the other, also where the next ones can be guessed.")
  private boolean lookahead;

  /**
   * Returns a builder with these options set; one of the hub is brought when the model is loaded.
   *
   * @throws ParameterException if the checkpoint is missing, or device or dtype is none
   */
  public RewardModel.Builder builder() {
    CheckpointName named = given(); // that it is missing is told first
    return settings().checkpoint(named.toString());
  }

  /**
   * Returns the folder of the model; one of the hub is brought, once.
   *
   * @throws ParameterException if the checkpoint is missing
   */
  public Path checkpoint() {
    return given().folder();
  }

  private CheckpointName given() {
    if (checkpoint == null) {
      throw wrong(
          "Missing required option: '--checkpoint=DIR', the folder of an R1-Reward checkpoint"
              + " (config.json, model*.safetensors, tokenizer.json, preprocessor_config.json)");
    }
    return checkpoint;
  }

  /** Returns what changes results, by option; a GPU's number does not. */
  public ImmutableMap<String, String> fingerprint() {
    return ImmutableMap.of(
        "--engine",
        engine == null ? "any" : engine,
        "--device",
        device.replaceFirst(":.*", ""),
        "--dtype",
        dtype,
        "--max-pixels",
        maxPixels == null ? "default" : maxPixels.toString(),
        "--protocol",
        ProtocolOptions.fingerprint(protocol));
  }

  /** Says whether a limit of the pictures was named. */
  public boolean namesMaxPixels() {
    return maxPixels != null;
  }

  /** Says whether a checkpoint was named. */
  boolean namesCheckpoint() {
    return checkpoint != null;
  }

  /**
   * Returns a builder with these options set, for another checkpoint than the one named.
   *
   * @throws ParameterException if device or dtype is none
   */
  public RewardModel.Builder builder(Path folder) {
    return settings().checkpoint(folder);
  }

  private RewardModel.Builder settings() {
    if (!device.matches("auto|cpu|coreml|(cuda|directml)(:\\d{1,4})?")) {
      throw wrong("--device must be auto, cpu, cuda:N, coreml or directml:N, got " + device);
    }
    if (!dtype.matches("auto|float32|bfloat16")) {
      throw wrong("--dtype must be auto, float32 or bfloat16, got " + dtype);
    }
    RewardModel.Builder builder = RewardModel.builder().device(device).dtype(dtype);
    if (engine != null) {
      builder.engine(engine);
    }
    if (maxPixels != null) {
      builder.maxPixels(maxPixels);
    }
    if (protocol != null) {
      builder.protocol(protocol);
    }
    if (threads != null) {
      builder.threads(threads);
    }
    if (prefixCache != null) {
      if (prefixCache < 0) {
        throw wrong("--prefix-cache must be at least 0, got " + prefixCache);
      }
      builder.prefixCache((long) prefixCache << 20);
    }
    builder.lookahead(lookahead);
    return builder;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(program.commandLine(), message);
  }
}
