package io.r1reward.onnx;

import com.google.common.collect.ImmutableList;
import io.r1reward.core.testing.Reference;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.ExportProgress;
import io.r1reward.onnx.export.OnnxExporter;
import io.r1reward.onnx.export.Precision;
import java.nio.file.Path;

/** Exports of the reference checkpoints. */
public final class TestExports {
  /** The float32 checkpoint, head untied, one file. */
  public static final String TINY = "qwen25vl-tiny";

  /** The bfloat16 checkpoint, head tied, five files. */
  public static final String TIED = "qwen25vl-tiny-tied";

  /** Qwen3-VL in float32, head untied, several files, heads wider than their share. */
  public static final String QWEN3 = "qwen3vl-tiny";

  /** Qwen3-VL in bfloat16, head tied, one file. */
  public static final String QWEN3_TIED = "qwen3vl-tiny-tied";

  /** All of them. */
  public static final ImmutableList<String> ALL = ImmutableList.of(TINY, TIED, QWEN3, QWEN3_TIED);

  private TestExports() {}

  /** Exports a reference checkpoint into a folder of the same name, and returns it. */
  public static Path export(String checkpoint, Path parent, ExportOptions options) {
    Path target = parent.resolve(checkpoint);
    OnnxExporter.export(Reference.path(checkpoint), target, options, ExportProgress.SILENT);
    return target;
  }

  /** Exports in float32. */
  public static Path floats(String checkpoint, Path parent) {
    return export(checkpoint, parent, ExportOptions.builder(Precision.FLOAT32).build());
  }
}
