package io.r1reward.train.scenes;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.ImmutableLongArray;
import io.r1reward.PreferencePair;
import io.r1reward.core.checkpoint.CheckpointWriter;
import io.r1reward.core.checkpoint.ConfigJson;
import io.r1reward.core.checkpoint.GenerationConfig;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelFamilies;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.model.qwen2_5_vl.Qwen25Chat;
import io.r1reward.core.model.qwen2_5_vl.Qwen25VisionConfig;
import io.r1reward.core.model.qwen2_5_vl.Qwen25Vl;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Part;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The start of the demonstration judge: a Qwen2.5-VL of two million seeded random weights, and a
 * vocabulary learnt from the visual preference task, in which each fixed piece of the judge's
 * prompt is one token. Stateless.
 */
public final class DemonstrationModel {
  private static final int TEXTS = 3000;
  private static final Sizes SIZES = new Sizes(640, 128, 6, 96, 4);
  private static final int HEADS = 4;
  private static final int VISION_HEAD = 32;
  private static final int CONTEXT = 2048;
  private static final double DEVIATION = 0.02;

  private DemonstrationModel() {}

  /**
   * How large the model is.
   *
   * @param vocabulary most tokens
   * @param hidden hidden size of the decoder, a multiple of 64
   * @param layers its layers
   * @param visionHidden hidden size of the vision tower, a multiple of 32
   * @param visionDepth its blocks, of which the last has full attention
   */
  record Sizes(int vocabulary, int hidden, int layers, int visionHidden, int visionDepth) {}

  /**
   * Writes the checkpoint folder, float32.
   *
   * @param folder must not exist, or be empty
   * @param protocol whose prompt is compressed into tokens
   * @param task whose texts the vocabulary is learnt from
   */
  public static void write(Path folder, JudgeProtocol protocol, SceneTask task, long seed)
      throws IOException {
    write(folder, protocol, task.training(seed).limit(TEXTS), SIZES, seed);
  }

  /** Writes a model of these sizes whose vocabulary is learnt from these samples. */
  static void write(
      Path folder, JudgeProtocol protocol, PreferenceDataset texts, Sizes sizes, long seed)
      throws IOException {
    Vocabulary vocabulary = vocabulary(protocol, texts, sizes.vocabulary());
    ModelConfig config = config(vocabulary, sizes);
    Path companions = Files.createTempDirectory("r1reward-tokenizer");
    try {
      TokenizerWriter.write(vocabulary, companions);
      CheckpointWriter.to(folder)
          .json("config.json", ConfigJson.of(config))
          .json("preprocessor_config.json", ConfigJson.of(PreprocessorConfig.defaults()))
          .json("generation_config.json", ConfigJson.of(generation(vocabulary, config)))
          .companionsOf(companions)
          .write(tensors(config, sizes, seed));
    } finally {
      try (Stream<Path> files = Files.list(companions)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(companions);
    }
  }

  private static Vocabulary vocabulary(JudgeProtocol protocol, PreferenceDataset texts, int size) {
    BpeTrainer trainer = new BpeTrainer(phrases(protocol));
    try (Stream<PreferenceSample> samples = texts.open()) {
      samples.forEach(
          sample ->
              trainer
                  .add(sample.pair().question())
                  .add(sample.pair().first())
                  .add(sample.pair().second())
                  .add(String.valueOf(sample.attributes().get(PreferenceSample.JUDGEMENT))));
    }
    return trainer.train(size);
  }

  /** The pieces of the prompt between question and responses, found with marks in their place. */
  private static List<String> phrases(JudgeProtocol protocol) {
    String mark = "\u0001";
    PreferencePair marked =
        PreferencePair.builder().question(mark).first(mark).second(mark).build();
    Set<String> phrases = new LinkedHashSet<>();
    phrases.add("system\n" + Qwen25Chat.DEFAULT_SYSTEM_PROMPT);
    phrases.add("user\n");
    phrases.add("assistant\n");
    for (Message message : protocol.messages(marked)) {
      for (Part part : message.parts()) {
        if (part instanceof Part.Text text) {
          for (String piece : text.text().split(mark, -1)) {
            if (!piece.isEmpty()) {
              phrases.add(piece);
            }
          }
        }
      }
    }
    phrases.addAll(List.of("<think>", "</think><answer>", "</answer>"));
    return List.copyOf(phrases);
  }

  private static ModelConfig config(Vocabulary vocabulary, Sizes sizes) {
    int half = sizes.hidden() / HEADS / 2;
    TextConfig text =
        new TextConfig(
            vocabulary.size(),
            sizes.hidden(),
            3 * sizes.hidden(),
            sizes.layers(),
            HEADS,
            2,
            CONTEXT,
            1e-6,
            10_000,
            ImmutableIntArray.of(half / 4, 3 * half / 8, 3 * half / 8));
    Qwen25VisionConfig vision =
        new Qwen25VisionConfig(
            sizes.visionDepth(),
            sizes.visionHidden(),
            256,
            sizes.visionHidden() / VISION_HEAD,
            3,
            14,
            2,
            2,
            112,
            ImmutableIntArray.of(sizes.visionDepth() - 1),
            2,
            sizes.hidden());
    return new ModelConfig(
        ModelFamilies.require(Qwen25Vl.TYPE),
        text,
        vision,
        true,
        DType.F32,
        vocabulary.controlId("<|image_pad|>"),
        vocabulary.controlId("<|video_pad|>"),
        vocabulary.controlId("<|vision_start|>"),
        vocabulary.controlId("<|vision_end|>"),
        ImmutableIntArray.of(
            vocabulary.controlId("<|im_end|>"), vocabulary.controlId("<|endoftext|>")));
  }

  private static GenerationConfig generation(Vocabulary vocabulary, ModelConfig config) {
    return new GenerationConfig(
        true,
        1e-6,
        50,
        1,
        0,
        1,
        config.eosTokenIds().asList(),
        vocabulary.controlId("<|endoftext|>"));
  }

  /**
   * Normal weights of deviation 0.02, the layers that write into the residual stream smaller by √(2
   * · depth); norms 1, biases 0. Larger ones drown the embeddings in the stream, and the model
   * learns to copy and to compare far later.
   */
  private static List<TensorData> tensors(ModelConfig config, Sizes sizes, long seed) {
    Random random = new Random(seed);
    List<TensorData> tensors = new ArrayList<>();
    ModelTensors.shapes(config)
        .forEach(
            (name, shape) -> {
              TensorInfo info = new TensorInfo(name, DType.F32, shape);
              float[] values = new float[(int) info.elements()];
              double deviation = deviation(name, shape, sizes);
              for (int i = 0; i < values.length; i++) {
                boolean norm = shape.length() == 1 && name.endsWith(".weight");
                values[i] = norm ? 1 : (float) (deviation * random.nextGaussian());
              }
              tensors.add(TensorData.of(info, values));
            });
    return ImmutableList.copyOf(tensors);
  }

  private static double deviation(String name, ImmutableLongArray shape, Sizes sizes) {
    if (shape.length() == 1) {
      return 0;
    }
    boolean residual =
        name.contains("o_proj") || name.contains("down_proj") || name.contains("attn.proj");
    int depth = name.startsWith("visual.") ? sizes.visionDepth() : sizes.layers();
    return residual ? DEVIATION / Math.sqrt(2.0 * depth) : DEVIATION;
  }
}
