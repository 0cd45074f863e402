package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.prefix.MediaKeys;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.torch.jni.Torch;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VisionCacheTest {
  private TorchModel model;
  private VisionTower tower;
  private int runs;

  @BeforeEach
  void openModel() {
    Torch.prepareThread(1);
    model =
        TorchModel.load(
            Reference.path("qwen25vl-tiny"),
            TorchSettings.of(Engines.DEVICE, "float32", "auto", 0));
    tower = new VisionTower(model, (block, x) -> runs += block == 0 ? 1 : 0);
  }

  @AfterEach
  void closeModel() {
    model.close();
  }

  private static VisionInput image(String name) {
    return ReferenceCase.of(name).prompts().get(0).vision().get(0);
  }

  private static VisionInput like(VisionInput input, float[] patches) {
    return new VisionInput(input.kind(), patches, input.gridT(), input.gridH(), input.gridW(), 0);
  }

  private static float[] values(VisionCache cache, VisionInput input) {
    return Torch.floats(cache.encode(List.of(input)).get(input));
  }

  @Test
  void a_picture_runs_the_tower_once_whatever_object_holds_it() {
    VisionInput image = image("b-one-image-140x196");
    VisionInput same = like(image, image.patches().clone());
    float[] changed = image.patches().clone();
    changed[changed.length - 1] += 1;
    try (NDManager scope = model.manager().newSubManager();
        VisionCache cache = new VisionCache(tower, new MediaKeys(), model.manager(), 1 << 20)) {
      float[] expected = Torch.floats(tower.encode(List.of(image), scope).get(image));
      runs = 0;
      assertThat(values(cache, image)).containsExactly(expected);
      assertThat(values(cache, same)).containsExactly(expected);
      assertThat(cache.encode(List.of(image, same))).hasSize(2);
      assertThat(runs).isEqualTo(1);

      assertThat(values(cache, like(image, changed))).isNotEqualTo(expected);
      assertThat(runs).isEqualTo(2);
    }
  }

  @Test
  void the_same_patches_in_another_grid_are_another_picture() {
    VisionInput image = image("b-one-image-140x196");
    VisionInput turned =
        new VisionInput(image.kind(), image.patches(), 1, image.gridW(), image.gridH(), 0);
    try (VisionCache cache = new VisionCache(tower, new MediaKeys(), model.manager(), 1 << 20)) {
      assertThat(values(cache, turned)).isNotEqualTo(values(cache, image));
      assertThat(runs).isEqualTo(2);
    }
  }

  @Test
  void what_was_not_used_longest_makes_room_at_the_next_call() {
    VisionInput small = image("b-one-image-140x196"); // 5 x 7 units of 64 values
    VisionInput large = image("c-one-image-308x420"); // 11 x 15 units
    int before = model.manager().getManagedArrays().size();
    try (VisionCache cache =
        new VisionCache(tower, new MediaKeys(), model.manager(), 11 * 15 * 64)) {
      NDArray first = cache.encode(List.of(small, large)).get(small);
      assertThat(Torch.floats(first)).hasSize(5 * 7 * 64); // over the limit, but still there
      assertThat(runs).isEqualTo(2);
      values(cache, large);
      assertThat(runs).isEqualTo(2);
      assertThat(model.manager().getManagedArrays()).hasSize(before + 1);
      values(cache, small);
      assertThat(runs).isEqualTo(3);
    }
    assertThat(model.manager().getManagedArrays()).hasSize(before);
  }
}
