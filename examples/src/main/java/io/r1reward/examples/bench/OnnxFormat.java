package io.r1reward.examples.bench;

import com.google.common.base.Ascii;
import com.google.common.base.Enums;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.ExportProgress;
import io.r1reward.onnx.export.OnnxExporter;
import io.r1reward.onnx.export.Precision;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A format in which weights are exported to be measured.
 *
 * @param precision of the decoder
 * @param blockSize weights that share a scale, null for the format's default
 */
record OnnxFormat(Precision precision, @Nullable Integer blockSize) {

  /** Reads {@code FORMAT} or {@code FORMAT:BLOCK}. */
  static final class Converter implements ITypeConverter<OnnxFormat> {
    @Override
    public OnnxFormat convert(String text) {
      String[] parts = text.split(":", 2);
      Precision precision =
          Enums.getIfPresent(Precision.class, Ascii.toUpperCase(parts[0])).orNull();
      boolean number = parts.length == 1 || parts[1].matches("\\d{1,4}");
      if (precision == null || !number) {
        throw new TypeConversionException(
            "expected FORMAT or FORMAT:BLOCK with a format of "
                + Arrays.toString(Precision.values())
                + ", got "
                + text);
      }
      return new OnnxFormat(precision, parts.length == 1 ? null : Integer.valueOf(parts[1]));
    }
  }

  /** Exports a checkpoint to a new folder below another, and returns it. */
  Path export(Path checkpoint, Path parent) {
    ExportOptions.Builder options = ExportOptions.builder(precision);
    if (blockSize != null) {
      options.blockSize(blockSize);
    }
    Path target = parent.resolve(checkpoint.getFileName() + "-" + toString().replace(':', '-'));
    OnnxExporter.export(checkpoint, target, options.build(), ExportProgress.SILENT);
    return target;
  }

  @Override
  public String toString() {
    return Ascii.toLowerCase(precision.name()) + (blockSize == null ? "" : ":" + blockSize);
  }
}
