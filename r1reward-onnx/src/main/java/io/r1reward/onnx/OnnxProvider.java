package io.r1reward.onnx;

import com.google.common.collect.ImmutableMap;
import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.RewardModel;
import io.r1reward.core.judge.ScalarRewardModel;
import io.r1reward.core.media.MediaLimits;
import io.r1reward.core.protocol.Protocols;
import io.r1reward.onnx.manifest.ExportManifest;
import io.r1reward.onnx.runtime.ForeignEngine;
import io.r1reward.onnx.runtime.OnnxEngine;
import io.r1reward.onnx.runtime.OnnxSettings;
import io.r1reward.spi.ModelSettings;
import io.r1reward.spi.RewardModelProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Opens ONNX folders as reward models, under the engine name {@value #ENGINE}: those of {@link
 * io.r1reward.onnx.export.OnnxExporter}, and those of transformers.js (onnx-community) and
 * onnxruntime-genai.
 *
 * <p>Devices: {@code auto} and {@code cpu}; {@code cuda:N}, {@code coreml} and {@code directml:N}
 * where the build of ONNX Runtime on the class path has them. The number format is the export's.
 * Options that begin with {@value #SESSION_PREFIX} are ONNX Runtime's session configuration
 * entries, such as {@code onnx.session.intra_op.allow_spinning=0} for {@code
 * session.intra_op.allow_spinning}.
 *
 * <p>Thread-safe.
 */
public final class OnnxProvider implements RewardModelProvider {
  /** Name of the engine. */
  public static final String ENGINE = "onnx";

  /** What the options for ONNX Runtime begin with; it stands before the runtime's own key. */
  public static final String SESSION_PREFIX = "onnx.";

  /** Option that chooses the number format of a transformers.js folder, such as {@code q4}. */
  public static final String VARIANT = "onnx.variant";

  /**
   * Option that holds every file of an export against its SHA-256 before it is opened ({@code
   * true}); it reads all of them once more. Default {@code false}: lengths alone are looked at.
   */
  public static final String VERIFY = "onnx.verify";

  /** For {@link java.util.ServiceLoader}. */
  public OnnxProvider() {}

  @Override
  public String engine() {
    return ENGINE;
  }

  @Override
  public boolean recognises(Path checkpoint) {
    return isExport(checkpoint) || ForeignEngine.recognises(checkpoint);
  }

  @Override
  public boolean knowsOption(String name) {
    return name.startsWith(SESSION_PREFIX)
        || Protocols.isOption(name)
        || MediaLimits.isOption(name)
        || ScalarRewardModel.isOption(name);
  }

  @Override
  public RewardModel load(Path checkpoint, ModelSettings settings) {
    if (!recognises(checkpoint)) {
      throw new CheckpointException(
          checkpoint
              + " is no ONNX folder: it has neither "
              + ExportManifest.FILE
              + " nor the files of a transformers.js or onnxruntime-genai export (a Hugging Face checkpoint is exported with OnnxExporter, or the examples'"
              + " export-onnx)");
    }
    OnnxSettings runtime = settings(settings);
    if (!isExport(checkpoint)) {
      Optional<String> variant = Optional.ofNullable(settings.options().get(VARIANT));
      return ScalarRewardModel.openEither(
          checkpoint, settings, () -> ForeignEngine.open(checkpoint, variant, runtime));
    }
    ExportManifest manifest = ExportManifest.read(checkpoint);
    checkDtype(manifest, settings.dtype());
    if (verifies(settings)) {
      manifest.verify(checkpoint);
    }
    return ScalarRewardModel.openEither(
        checkpoint, settings, () -> OnnxEngine.open(checkpoint, runtime));
  }

  private static boolean verifies(ModelSettings settings) {
    String value = settings.options().getOrDefault(VERIFY, "false");
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new InvalidInputException(VERIFY + " is true or false, got '" + value + "'");
    };
  }

  private static boolean isExport(Path checkpoint) {
    return Files.isRegularFile(checkpoint.resolve(ExportManifest.FILE));
  }

  private static void checkDtype(ExportManifest manifest, String dtype) {
    String computes = manifest.options().getOrDefault("activations", "").toLowerCase(Locale.ROOT);
    if (!dtype.equals("auto") && !dtype.equals(computes)) {
      throw new EngineException(
          "dtype " + dtype + " is not what the export computes in, which is " + computes);
    }
  }

  private static OnnxSettings settings(ModelSettings settings) {
    ImmutableMap.Builder<String, String> session = ImmutableMap.builder();
    settings
        .options()
        .forEach(
            (name, value) -> {
              if (name.startsWith(SESSION_PREFIX)
                  && !name.equals(VARIANT)
                  && !name.equals(VERIFY)) {
                session.put(name.substring(SESSION_PREFIX.length()), value);
              }
            });
    String device = settings.device().equals("auto") ? "cpu" : settings.device();
    return new OnnxSettings(
        device,
        settings.threads(),
        settings.selfCheck(),
        settings.prefixCacheBytes(),
        session.buildOrThrow());
  }
}
