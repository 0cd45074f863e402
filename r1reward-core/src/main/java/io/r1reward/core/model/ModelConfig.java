package io.r1reward.core.model;

import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.Immutable;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Checks;
import io.r1reward.core.safetensors.DType;
import java.nio.file.Path;

/**
 * What {@code config.json} says about a model. Keys that are missing have the defaults of the
 * public implementation's configuration classes, which leave a key out when it has its default.
 *
 * @param family what kind of model it is
 * @param text sizes of the decoder
 * @param vision sizes of the vision tower
 * @param tieWordEmbeddings whether the head is the embedding, and {@code lm_head.weight} absent
 * @param dtype number format the checkpoint was saved in, for information; the tensors decide
 * @param imageTokenId placeholder of a merged patch of a picture
 * @param videoTokenId placeholder of a merged patch of a video
 * @param visionStartTokenId stands before the placeholders
 * @param visionEndTokenId stands behind the placeholders
 * @param eosTokenIds tokens that end a completion where no {@code generation_config.json} names
 *     any; may be empty
 */
@Immutable
public record ModelConfig(
    ModelFamily family,
    TextConfig text,
    VisionConfig vision,
    boolean tieWordEmbeddings,
    DType dtype,
    int imageTokenId,
    int videoTokenId,
    int visionStartTokenId,
    int visionEndTokenId,
    ImmutableIntArray eosTokenIds) {

  /** Checks the parts against each other. */
  public ModelConfig {
    if (vision.outHiddenSize() != text.hiddenSize()) {
      throw new CheckpointException(
          String.format(
              "vision_config.out_hidden_size is %d, expected hidden_size %d",
              vision.outHiddenSize(), text.hiddenSize()));
    }
    Checks.token("image_token_id", imageTokenId, text.vocabularySize());
    Checks.token("video_token_id", videoTokenId, text.vocabularySize());
    Checks.token("vision_start_token_id", visionStartTokenId, text.vocabularySize());
    Checks.token("vision_end_token_id", visionEndTokenId, text.vocabularySize());
  }

  /**
   * Reads a {@code config.json}, in the flat form (the decoder's keys at top level) or the nested
   * one (under {@code text_config}; what is missing there is taken from the top level).
   *
   * @throws CheckpointException if the file is missing or malformed, describes another type of
   *     model, asks for something that is not supported, or contradicts itself
   */
  public static ModelConfig read(Path file) {
    return ModelConfigReader.read(file);
  }

  /** Returns the same model with weights in another number format. */
  public ModelConfig withDtype(DType value) {
    return new ModelConfig(
        family,
        text,
        vision,
        tieWordEmbeddings,
        value,
        imageTokenId,
        videoTokenId,
        visionStartTokenId,
        visionEndTokenId,
        eosTokenIds);
  }

  /**
   * Returns the same model with the special tokens of another, whose tokenizer it is to use.
   *
   * @throws CheckpointException if a token lies outside this model's vocabulary
   */
  public ModelConfig withTokensOf(ModelConfig other) {
    return new ModelConfig(
        family,
        text,
        vision,
        tieWordEmbeddings,
        dtype,
        other.imageTokenId,
        other.videoTokenId,
        other.visionStartTokenId,
        other.visionEndTokenId,
        other.eosTokenIds);
  }
}
