package io.r1reward.train;

import io.r1reward.core.testing.Reference;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.scenes.SceneTask;
import java.nio.file.Path;

/** The tiny reference checkpoint and small pictures to train it on. */
public final class TinyTask {
  /** A random Qwen2.5-VL of two layers, with a tokenizer. */
  public static final Path CHECKPOINT = Reference.path("qwen25vl-tiny-tied");

  /** Pictures of 56 x 56 pixels: four merged patches. */
  public static final SceneTask SCENES = new SceneTask(56, 1, 2, 0.1);

  private TinyTask() {}

  /** Training samples. */
  public static PreferenceDataset data() {
    return SCENES.training(1);
  }
}
