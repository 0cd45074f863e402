package io.r1reward.onnx.runtime;

import com.google.common.primitives.Floats;
import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.ModelInfo;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.machine.Processor;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.model.RopeIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ONNX Runtime engine over graphs that somebody else exported: the layouts of transformers.js
 * (onnx-community) and of onnxruntime-genai. Prompts are read one by one, each from its beginning;
 * rows of equal length (the votes of one prompt) are decoded together. The cache grows from {@code
 * past_key_values} to {@code present} with every token, as these graphs ask for.
 *
 * <p>Not thread-safe, as {@link DecoderEngine} says.
 */
public final class ForeignEngine implements DecoderEngine {
  private final ModelConfig config;
  private final ModelInfo info;
  private final ForeignGraphs graphs;

  private ForeignEngine(ModelConfig config, ModelInfo info, ForeignGraphs graphs) {
    this.config = config;
    this.info = info;
    this.graphs = graphs;
  }

  /** Says whether a folder has one of the layouts; looks at file names only. */
  public static boolean recognises(Path folder) {
    return ForeignFolder.recognises(folder);
  }

  /**
   * Opens a folder.
   *
   * @param variant number format of a transformers.js folder, such as {@code q4}; empty for the
   *     first that is there, full precision first
   * @throws CheckpointException if a file is missing, a graph is another than its name says, or the
   *     model has a vision tower with DeepStack
   * @throws EngineException if the device is not available
   */
  public static ForeignEngine open(Path folder, Optional<String> variant, OnnxSettings settings) {
    ForeignFolder files = ForeignFolder.of(folder, variant);
    ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
    if (!config.vision().deepStackBlocks().isEmpty()) {
      throw new CheckpointException(
          folder
              + ": graphs of "
              + config.family().modelType()
              + " that OnnxExporter did not make are not supported, their decoder takes features of"
              + " the vision tower (DeepStack) in ways that differ; export the checkpoint with it");
    }
    ForeignGraphs graphs = ForeignGraphs.open(OnnxRuntime.environment(), config, files, settings);
    String name = String.valueOf(files.decoder().getFileName());
    return new ForeignEngine(
        config,
        new ModelInfo(
            "onnx",
            settings.device(),
            name.substring(0, name.length() - ".onnx".length()),
            "as exported",
            Processor.current().instructionSet(),
            settings.threads(),
            ModelTensors.shapes(config).values().stream()
                .mapToLong(shape -> shape.stream().reduce(1, (a, b) -> a * b))
                .sum(),
            config.text().maxPositions(),
            config.text().vocabularySize()),
        graphs);
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public List<PromptState> prefill(List<Prompt> prompts) {
    List<PromptState> states = new ArrayList<>();
    try {
      for (Prompt prompt : prompts) {
        states.add(read(prompt));
      }
      return states;
    } catch (RuntimeException e) {
      states.forEach(PromptState::close);
      throw e;
    }
  }

  @Override
  public DecodeBatch newBatch(int rows) {
    return new ForeignBatch(config.text(), graphs, rows);
  }

  private PromptState read(Prompt prompt) {
    int[] tokens = prompt.tokens();
    Prefill.checkTokens(prompt, config.text().vocabularySize());
    RopeIndex index = RopeIndex.of(tokens, prompt.vision(), config.family().positions(config));
    float[] features = features(prompt);
    float[] embeddings = graphs.embeddings(tokens, 1, features); // [1, length, hidden]
    long[] positions = new long[3 * tokens.length]; // [3, 1, length]
    for (int i = 0; i < tokens.length; i++) {
      positions[i] = index.time()[i];
      positions[tokens.length + i] = index.height()[i];
      positions[2 * tokens.length + i] = index.width()[i];
    }
    StackedCache cache = graphs.newCache(1);
    try {
      float[] logits = graphs.decode(embeddings, positions, cache);
      return new ForeignState(prompt, index.delta(), cache, logits);
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  private float[] features(Prompt prompt) {
    List<float[]> all = new ArrayList<>();
    for (VisionInput input : prompt.vision()) {
      all.add(graphs.embed(input));
    }
    return Floats.concat(all.toArray(new float[0][]));
  }

  @Override
  public void close() {
    graphs.close();
  }

  /** A prompt that was read. Owns its cache, of one row. */
  @SuppressWarnings("ArrayRecordComponent") // shared by the rows of a batch, never changed
  record ForeignState(Prompt prompt, int delta, StackedCache cache, float[] logits)
      implements PromptState {

    @Override
    public void close() {
      cache.close();
    }
  }
}
