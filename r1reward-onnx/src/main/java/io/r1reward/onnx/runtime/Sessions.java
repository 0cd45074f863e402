package io.r1reward.onnx.runtime;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.CoreMLFlags;
import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.onnx.graph.ElementType;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens sessions on graphs. Thread-safe. */
final class Sessions {

  private Sessions() {}

  /**
   * Opens a session.
   *
   * @param mapped whether weights are used where the file is mapped, instead of copied into a
   *     layout of ONNX Runtime's own
   * @throws EngineException if the device is unknown, or this build of ONNX Runtime lacks it
   * @throws CheckpointException if ONNX Runtime refuses the graph
   */
  static OrtSession open(
      OrtEnvironment environment, Path graph, OnnxSettings settings, boolean mapped) {
    if (!graph.getFileSystem().equals(FileSystems.getDefault())) {
      throw new CheckpointException(
          graph
              + ": ONNX Runtime cannot read a file system of type "
              + graph.getFileSystem().provider().getScheme()
              + "; copy the export to a folder of the machine");
    }
    try (SessionOptions options = new SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      if (settings.threads() > 0) {
        options.setIntraOpNumThreads(settings.threads());
      }
      // weights lie outside the arena, so that what a large run took can be given back
      options.addConfigEntry("session.use_device_allocator_for_initializers", "1");
      if (mapped) {
        options.addConfigEntry("session.disable_prepacking", "1");
      }
      for (Map.Entry<String, String> entry : settings.sessionConfig().entrySet()) {
        options.addConfigEntry(entry.getKey(), entry.getValue());
      }
      addProvider(options, settings.device());
      return environment.createSession(graph.toString(), options);
    } catch (OrtException e) {
      throw new CheckpointException(graph + ": ONNX Runtime refuses it: " + e.getMessage(), e);
    }
  }

  /**
   * Opens a session on a changed graph, whose weights lie where those of a file do.
   *
   * @throws CheckpointException if ONNX Runtime refuses the graph
   */
  static OrtSession open(
      OrtEnvironment environment, byte[] changed, Path graph, OnnxSettings settings) {
    try (SessionOptions options = new SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      // links are followed by ONNX Runtime, and may then lead out of the folder
      String folder = String.valueOf(graph.toRealPath().getParent());
      options.addConfigEntry("session.model_external_initializers_file_folder_path", folder);
      addProvider(options, settings.device());
      return environment.createSession(changed, options);
    } catch (OrtException | IOException e) {
      throw new CheckpointException(graph + ": ONNX Runtime refuses it: " + e.getMessage(), e);
    }
  }

  /** Returns options of a run that is large and rare: its memory is given back behind it. */
  static OrtSession.RunOptions givingMemoryBack() throws OrtException {
    OrtSession.RunOptions options = new OrtSession.RunOptions();
    options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
    return options;
  }

  private static void addProvider(SessionOptions options, String device) {
    String[] parts = device.toLowerCase(Locale.ROOT).split(":", 2);
    int number = number(device, parts);
    switch (parts[0]) {
      case "cpu" -> {}
      case "cuda" -> add(OrtProvider.CUDA, device, () -> options.addCUDA(number));
      case "coreml" ->
          add(
              OrtProvider.CORE_ML,
              device,
              () -> options.addCoreML(EnumSet.of(CoreMLFlags.CREATE_MLPROGRAM)));
      case "directml" -> add(OrtProvider.DIRECT_ML, device, () -> options.addDirectML(number));
      default ->
          throw new EngineException(
              "unknown device " + device + ", expected cpu, cuda:N, coreml or directml:N");
    }
  }

  private static int number(String device, String[] parts) {
    if (parts.length == 1) {
      return 0;
    }
    try {
      return Integer.parseUnsignedInt(parts[1]);
    } catch (NumberFormatException e) {
      throw new EngineException("device " + device + ": " + parts[1] + " is no device number", e);
    }
  }

  /** Returns the number format of a float input that is there. */
  static ElementType type(OrtSession session, String input) {
    try {
      NodeInfo info = requireNonNull(session.getInputInfo().get(input), input);
      return switch (((TensorInfo) info.getInfo()).type) {
        case FLOAT -> ElementType.FLOAT32;
        case FLOAT16 -> ElementType.FLOAT16;
        case BFLOAT16 -> ElementType.BFLOAT16;
        default ->
            throw new CheckpointException(
                "graph input " + input + " is " + info.getInfo() + ", expected floats");
      };
    } catch (OrtException e) {
      throw new EngineException("a graph cannot describe its inputs: " + e.getMessage(), e);
    }
  }

  /** Closes a session that may not be there. */
  static void close(@Nullable OrtSession session) {
    if (session == null) {
      return;
    }
    try {
      session.close();
    } catch (OrtException e) {
      throw new EngineException("a session cannot be closed: " + e.getMessage(), e);
    }
  }

  private interface Adding {
    void add() throws OrtException;
  }

  private static void add(OrtProvider provider, String device, Adding adding) {
    EnumSet<OrtProvider> available = OrtEnvironment.getAvailableProviders();
    if (!available.contains(provider)) {
      throw new EngineException(
          "device "
              + device
              + " needs ONNX Runtime's "
              + provider.getName()
              + ", this build has only "
              + available.stream().map(OrtProvider::getName).toList()
              + (provider == OrtProvider.CUDA
                  ? "; put com.microsoft.onnxruntime:onnxruntime_gpu on the class path in place of"
                      + " onnxruntime"
                  : ""));
    }
    try {
      adding.add();
    } catch (OrtException e) {
      throw new EngineException("device " + device + " cannot be used: " + e.getMessage(), e);
    }
  }
}
