package io.r1reward.core.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.Immutable;
import io.r1reward.core.json.JsonFields;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.media.VisionRule;
import io.r1reward.core.text.ChatTemplate;

/**
 * All that one family of models has for itself: how its {@code config.json} reads, which tensors it
 * has, where patches, tokens and positions stand, how a chat is written, and the scripts of its
 * vision tower. Engines ask it and know no family by name; what two families share (a decoder of
 * gated MLPs and rotary positions, see {@link TextConfig}) stands once, in this package.
 *
 * <p>A family is found by the {@code model_type} of a {@code config.json} among the services of
 * this type, see {@link ModelFamilies}. Implementations have a public constructor without
 * arguments, no state, and are thread-safe.
 */
@Immutable
public interface ModelFamily {

  /** Returns the {@code model_type} of its {@code config.json}, such as {@code qwen2_5_vl}. */
  String modelType();

  /** Returns the class that {@code architectures} of its {@code config.json} names. */
  String architecture();

  /**
   * Returns the keys of a {@code config.json} that change nothing, beside those of all families.
   */
  ImmutableSet<String> harmlessKeys();

  /**
   * Reads the sizes of the decoder.
   *
   * @throws io.r1reward.CheckpointException if a value is out of range or asks for something that
   *     is not supported
   */
  TextConfig text(JsonFields text);

  /**
   * Reads the sizes of the vision tower.
   *
   * @throws io.r1reward.CheckpointException if a value is out of range or asks for something that
   *     is not supported
   */
  VisionConfig vision(JsonFields vision);

  /** Makes a {@code config.json} that reads as the given one. */
  ObjectNode json(ModelConfig config);

  /** Returns the tensors of a vision tower, in the order in which its scripts expect them. */
  TowerTensors tower(VisionConfig vision);

  /** Lays out a frame of {@code gridH x gridW} patches. */
  VisionLayout layout(VisionConfig vision, int gridH, int gridW);

  /** Returns what the positions of a prompt depend on besides its tokens. */
  RopeIndex.Settings positions(ModelConfig config);

  /** Returns the sizes that benchmarks use, from small to large. */
  ImmutableList<ModelShape> shapes();

  /** Returns what the published {@code preprocessor_config.json} says. */
  PreprocessorConfig publishedPictures();

  /** Returns how pictures and frames are made ready. */
  VisionRule visionRule();

  /** Returns the published chat template. */
  ChatTemplate chatTemplate();

  /**
   * Returns the text of a script that lies beside the family's class.
   *
   * @param name {@code vision.py}, which judges, {@code vision_training.py}, or {@code
   *     vision_shared.py}, which both have
   */
  default String script(String name) {
    return Scripts.read(getClass(), name);
  }
}
