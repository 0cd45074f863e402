package io.r1reward.onnx.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.common.collect.ImmutableMap;
import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.AtomicFolder;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.checkpoint.Companions;
import io.r1reward.core.judge.ScalarRewardModel;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.onnx.graph.DecoderGraph;
import io.r1reward.onnx.graph.ElementType;
import io.r1reward.onnx.graph.GraphBuilder;
import io.r1reward.onnx.graph.VisionGraph;
import io.r1reward.onnx.graph.VisionGraphs;
import io.r1reward.onnx.manifest.ExportManifest;
import io.r1reward.onnx.quantise.Calibration;
import io.r1reward.onnx.runtime.ExportTrial;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports a Hugging Face checkpoint to a folder that ONNX Runtime runs: {@code decoder.onnx} and
 * {@code vision.onnx} with their weights beside them, the token embedding as a safetensors file,
 * the checkpoint's small files, and a manifest. See {@link DecoderGraph} and {@link VisionGraph}
 * for the names and shapes of inputs and outputs.
 *
 * <p>Weights are converted a few rows at a time: memory stays far below the checkpoint's size. The
 * folder is made under another name beside the target and renamed when it is whole; what a failed
 * or killed export leaves is never taken for a model, and is removed by the failing or the next
 * export. Before that name an export with float32 activations is opened and reads a few tokens: one
 * that ONNX Runtime refuses is not called done. Two exports to one target at a time are not
 * supported.
 */
public final class OnnxExporter {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxExporter.class);
  private static final String DECODER = "decoder.onnx";
  private static final String VISION = "vision.onnx";

  private final Checkpoint checkpoint;
  private final ExportOptions options;
  private final ExportProgress listener;
  private final Path folder;
  private final Links links;
  private final List<ExportManifest.Entry> files = new ArrayList<>();
  private final long total;
  private long done;

  private OnnxExporter(
      Checkpoint checkpoint, ExportOptions options, ExportProgress listener, Path folder) {
    this.checkpoint = checkpoint;
    this.options = options;
    this.listener = listener;
    this.folder = folder;
    this.links = new Links(folder, options.link());
    this.total = checkpoint.bytes();
  }

  /**
   * Exports.
   *
   * @param source checkpoint folder
   * @param target folder to make; its parent has to exist
   * @return the manifest written
   * @throws CheckpointException if the checkpoint is not usable, or the export cannot be written
   *     (such as for want of space)
   * @throws InvalidInputException if the target exists and is not to be overwritten, or is no
   *     export
   */
  public static ExportManifest export(
      Path source, Path target, ExportOptions options, ExportProgress listener) {
    Path whole = target.toAbsolutePath().normalize();
    checkTarget(whole, options);
    try (Checkpoint checkpoint = Checkpoint.open(source);
        AtomicFolder making = AtomicFolder.beside(whole)) {
      OnnxExporter exporter = new OnnxExporter(checkpoint, options, listener, making.folder());
      exporter.checkSpace(whole);
      ExportManifest manifest = exporter.write();
      exporter.tryOut();
      making.replace();
      return manifest;
    } catch (IOException e) {
      throw failed(whole, e);
    } catch (UncheckedIOException e) {
      throw failed(whole, e.getCause() == null ? e : e.getCause());
    }
  }

  private static CheckpointException failed(Path target, Exception cause) {
    return new CheckpointException(
        "export to " + target + " failed, nothing was left behind: " + cause, cause);
  }

  private ExportManifest write() throws IOException {
    String head =
        checkpoint.config().tieWordEmbeddings() ? ModelTensors.EMBEDDING : ModelTensors.LM_HEAD;
    ModelConfig config = checkpoint.config();
    VisionGraph vision = VisionGraphs.of(config.family());
    graph(VISION, head, weights -> vision.write(weights, config.vision()));
    graph(DECODER, head, weights -> DecoderGraph.write(weights, config, head));
    ExportManifest.Embedding embedding = EmbeddingFile.write(checkpoint, folder, links, files);
    for (String linked : links.names()) {
      files.add(ExportManifest.describe(folder.resolve(linked)));
    }
    copySmallFiles();
    listener.onProgress(total, total);
    files.sort(Comparator.comparing(ExportManifest.Entry::name));
    ExportManifest manifest =
        new ExportManifest(
            ExportManifest.FORMAT,
            ExportManifest.VERSION,
            "r1reward " + version(),
            String.valueOf(checkpoint.folder().toAbsolutePath().normalize().getFileName()),
            describe(options),
            DECODER,
            VISION,
            embedding,
            checkpoint.parameters(),
            files);
    manifest.write(folder);
    return manifest;
  }

  /** Opens what was written and lets it compute, before it is called a model. */
  private void tryOut() {
    if (options.activations() != ElementType.FLOAT32) {
      LOG.info("{} is made for GPUs, it was not tried here", options.activations());
      return;
    }
    ExportTrial.run(folder);
  }

  private void graph(String name, String head, Function<ExportedWeights, GraphBuilder> writer)
      throws IOException {
    LongConsumer progress = bytes -> listener.onProgress(done += bytes, total);
    Path dataPath = folder.resolve(name + ".data");
    try (DataFile data = new DataFile(dataPath)) {
      ModelProto model =
          writer
              .apply(new ExportedWeights(checkpoint, options, head, data, links, progress))
              .build(
                  version(), checkpoint.config().family().modelType() + ", exported by r1reward");
      long bytes = data.size();
      String sha256 = data.finish();
      if (bytes == 0) {
        Files.delete(dataPath); // every tensor was linked
      } else {
        files.add(new ExportManifest.Entry(name + ".data", bytes, sha256));
      }
      try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
        model.writeTo(out);
      }
      files.add(ExportManifest.describe(folder.resolve(name)));
    }
  }

  private void copySmallFiles() throws IOException {
    Path head = checkpoint.folder().resolve(ScalarRewardModel.DEFAULT_FILE);
    if (Files.exists(head)) { // the export is a scalar judge, too
      Files.copy(head, folder.resolve(ScalarRewardModel.DEFAULT_FILE));
      files.add(ExportManifest.describe(folder.resolve(ScalarRewardModel.DEFAULT_FILE)));
    }
    for (Path file : Companions.in(checkpoint.folder())) {
      Path copy = folder.resolve(String.valueOf(file.getFileName()));
      Files.copy(file, copy);
      files.add(ExportManifest.describe(copy));
    }
  }

  private static ImmutableMap<String, String> describe(ExportOptions options) {
    return ImmutableMap.<String, String>builder()
        .put("weights", options.weights().name())
        .put("head", options.head().name())
        .put("vision", options.vision().name())
        .put("activations", options.activations().name())
        .put("keep", options.keep().toString())
        .put("block_size", Integer.toString(options.blockSize()))
        .put("accuracy_level", Integer.toString(options.accuracyLevel()))
        .put("rounding", options.rounding().name())
        .put("calibration_tokens", Long.toString(calibrationTokens(options)))
        .buildOrThrow();
  }

  private static long calibrationTokens(ExportOptions options) {
    Calibration calibration = options.calibration();
    return calibration == null ? 0 : calibration.tokens();
  }

  private static void checkTarget(Path target, ExportOptions options) {
    Path parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new InvalidInputException("the folder that " + target + " is to be in does not exist");
    }
    if (!Files.exists(target)) {
      return;
    }
    if (!options.overwrite()) {
      throw new InvalidInputException(target + " already exists; allow overwriting to replace it");
    }
    if (!Files.exists(target.resolve(ExportManifest.FILE))) {
      throw new InvalidInputException(
          target + " is not an export (it has no " + ExportManifest.FILE + ") and is not replaced");
    }
  }

  private void checkSpace(Path target) throws IOException {
    boolean linked = links.find(checkpoint.require(ModelTensors.EMBEDDING)) != null;
    FileStore store = Files.getFileStore(folder);
    long needed = ExportSize.estimate(checkpoint, options, linked);
    if (store.getUsableSpace() < needed) {
      throw new CheckpointException(
          String.format(
              "export to %s needs about %,d bytes, %s has %,d left",
              target, needed, store, store.getUsableSpace()));
    }
  }

  private static String version() {
    String version = OnnxExporter.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
