package io.r1reward.onnx.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.ModelInfo;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.machine.Processor;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.prefix.PrefixCache;
import io.r1reward.onnx.graph.ElementType;
import io.r1reward.onnx.graph.VisionGraph;
import io.r1reward.onnx.graph.VisionGraphs;
import io.r1reward.onnx.manifest.ExportManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The ONNX Runtime engine over a folder that {@link io.r1reward.onnx.export.OnnxExporter} made.
 * Prompts are read one by one, in pieces; completions are decoded as one batch of ragged lengths
 * over a cache that the graph changes in place. Tokens are chosen by the core's sampler.
 *
 * <p>On a CPU the kernels that a graph consists of are tried on small matrices before it is used
 * (see {@link OnnxSettings#selfCheck}): quantised products and attention against plain arithmetic,
 * rows beside others against rows alone. Where products at accuracy level 4 are wrong, level 0 is
 * taken; where attention is, the folder does not open. Where a single row is multiplied by another
 * kernel than several (4 bits in blocks of 32 or more without AVX-512, float32), a row alone
 * decodes beside a copy of itself, so that it comes out the same to the last bit whatever rows are
 * beside it. A warning tells of kernels for which that does not help: logits then differ by
 * rounding.
 *
 * <p>ONNX Runtime's Java binding keeps no tensor on a device between runs: with a GPU provider the
 * cache crosses the bus at every step.
 *
 * <p>Not thread-safe, as {@link DecoderEngine} says.
 */
public final class OnnxEngine implements DecoderEngine {
  private final ModelConfig config;
  private final ModelInfo info;
  private final DecoderSession decoder;
  private final VisionTower vision;
  private final EmbeddingTable embedding;
  private final Prefill prefill;

  private OnnxEngine(
      ModelConfig config,
      ModelInfo info,
      DecoderSession decoder,
      VisionTower vision,
      EmbeddingTable embedding,
      long cacheBytes) {
    this.config = config;
    this.info = info;
    this.decoder = decoder;
    this.vision = vision;
    this.embedding = embedding;
    this.prefill = new Prefill(config, decoder, vision, embedding, cacheBytes);
  }

  /**
   * Opens an exported folder.
   *
   * @throws CheckpointException if the folder does not match its manifest, or a graph is not one of
   *     ours
   * @throws EngineException if the device is not available
   */
  public static OnnxEngine open(Path folder, OnnxSettings settings) {
    ExportManifest manifest = ExportManifest.read(folder);
    ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
    VisionGraph tower = VisionGraphs.of(config.family());
    OrtEnvironment environment = OnnxRuntime.environment();
    EmbeddingTable embedding =
        EmbeddingTable.open(
            folder.resolve(manifest.embedding().file()),
            manifest.embedding().tensor(),
            config.text().vocabularySize(),
            config.text().hiddenSize());
    OrtSession visionSession = null;
    OrtSession decoderSession = null;
    try {
      Path visionGraph = folder.resolve(manifest.vision());
      visionSession =
          Sessions.open(environment, visionGraph, settings, !manifest.isQuantised("vision"));
      GraphNames.check(visionGraph, visionSession, GraphNames.vision(tower));
      Path decoderGraph = folder.resolve(manifest.decoder());
      boolean mapped = !manifest.isQuantised("weights") && !manifest.isQuantised("head");
      CheckedDecoder checked = CheckedDecoder.open(environment, decoderGraph, settings, mapped);
      decoderSession = checked.session();
      GraphNames.check(decoderGraph, decoderSession, GraphNames.decoder(config));
      ElementType type = Sessions.type(decoderSession, "inputs_embeds");
      return new OnnxEngine(
          config,
          new ModelInfo(
              "onnx",
              settings.device(),
              manifest.dtype(),
              layout(manifest),
              Processor.current().instructionSet(),
              settings.threads(),
              manifest.parameters(),
              config.text().maxPositions(),
              config.text().vocabularySize()),
          new DecoderSession(environment, decoderSession, config, type, checked.leastRows()),
          new VisionSession(
              environment,
              visionSession,
              tower,
              config,
              Sessions.type(visionSession, "pixel_values")),
          embedding,
          PrefixCache.budget(settings.prefixCacheBytes(), memoryLeft(manifest)));
    } catch (RuntimeException e) {
      embedding.close();
      Sessions.close(visionSession);
      Sessions.close(decoderSession);
      throw e;
    }
  }

  private static long memoryLeft(ExportManifest manifest) {
    long weights = manifest.files().stream().mapToLong(ExportManifest.Entry::bytes).sum();
    return Processor.current().memory() - weights;
  }

  private static String layout(ExportManifest manifest) {
    return manifest.isQuantised("weights")
        ? "blocks of " + manifest.options().getOrDefault("block_size", "?")
        : "mapped";
  }

  /** Returns what {@code config.json} says. */
  public ModelConfig config() {
    return config;
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public List<PromptState> prefill(List<Prompt> prompts) {
    return prefill.states(prompts);
  }

  @Override
  public List<float[]> lastHidden(List<Prompt> prompts) {
    return prefill.hidden(prompts);
  }

  /**
   * Returns the logits behind every token of a prompt, {@code [tokens, vocabulary]}. Keeps nothing.
   */
  float[] logits(Prompt prompt) {
    List<float[]> logits = new ArrayList<>();
    read(prompt, decoder, prompt.length(), chunk -> logits.add(decoder.run(chunk)));
    return logits.get(0);
  }

  /** Reads a prompt with another decoder of the same model; see {@link Prefill#read}. */
  void read(Prompt prompt, DecoderSession other, int chunk, Consumer<? super NewTokens> reader) {
    Prefill.read(prompt, config, other, vision, embedding, chunk, reader);
  }

  /** Makes a decoder over another session on the same graph, which it closes. */
  DecoderSession decoderOver(OrtSession session) {
    return new DecoderSession(
        OnnxRuntime.environment(), session, config, Sessions.type(session, "inputs_embeds"), 1);
  }

  /** Returns the features of a picture or video; see {@link VisionTower#embed}. */
  float[] embed(VisionInput input) {
    return vision.embed(input);
  }

  @Override
  public DecodeBatch newBatch(int rows) {
    return new OnnxBatch(config.text(), decoder, embedding, rows);
  }

  @Override
  public void close() {
    prefill.close();
    decoder.close();
    vision.close();
    embedding.close();
  }
}
