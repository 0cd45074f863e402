package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.VisionLayout;
import io.r1reward.core.testing.ProcessorDependent;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.ReferenceTensors;
import io.r1reward.core.testing.Rounding;
import io.r1reward.core.torch.jni.Torch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vision tower's bookkeeping and every block of it against the reference. */
@ProcessorDependent
class VisionBlocksParityTest {

  static Stream<String> casesWithImages() {
    return Reference.cases().stream()
        .filter(name -> ReferenceCase.of(name).expected().has("image_window_index"));
  }

  static Stream<String> casesWithBlocks() {
    return casesWithImages()
        .filter(name -> ReferenceCase.of(name).expected().has("vision_block_0"));
  }

  @ParameterizedTest
  @MethodSource("casesWithImages")
  void windows_hold_the_units_that_the_references_windows_hold(String name) {
    ReferenceCase reference = ReferenceCase.of(name);
    int[] windowIndex = reference.expected().ints("image_window_index");
    int[] bounds = reference.expected().ints("image_cu_window_seqlens");
    List<Set<Integer>> theirs = new ArrayList<>();
    for (int i = 0; i + 1 < bounds.length; i++) {
      theirs.add(units(windowIndex, bounds[i] / 4, bounds[i + 1] / 4, 0));
    }
    List<Set<Integer>> ours = new ArrayList<>();
    int firstUnit = 0;
    for (VisionInput input :
        reference.prompts().stream().flatMap(prompt -> prompt.vision().stream()).toList()) {
      if (input.kind() != VisionInput.Kind.IMAGE) {
        continue;
      }
      VisionLayout layout = VisionLayout.of(input.gridH(), input.gridW(), 2, 4);
      int at = 0;
      for (VisionLayout.Group group : layout.groups()) {
        for (int window = 0; window < group.windows(); window++) {
          ours.add(units(layout.unitAt(), at, at + group.patches() / 4, firstUnit));
          at += group.patches() / 4;
        }
      }
      firstUnit += layout.unitAt().length;
    }
    assertThat(firstUnit).isEqualTo(windowIndex.length);
    assertThat(ours).containsExactlyInAnyOrderElementsOf(theirs);
  }

  private static Set<Integer> units(int[] index, int from, int to, int offset) {
    Set<Integer> units = new HashSet<>();
    for (int i = from; i < to; i++) {
      units.add(index[i] + offset);
    }
    return units;
  }

  @ParameterizedTest
  @MethodSource("casesWithBlocks")
  void every_block_equals_the_reference(String name) {
    ReferenceCase reference = ReferenceCase.of(name);
    ReferenceTensors expected = reference.expected();
    VisionInput input = reference.prompts().get(0).vision().get(0);
    int[] unitAt = VisionLayout.of(input.gridH(), input.gridW(), 2, 4).unitAt();
    int[] windowIndex = expected.ints("image_window_index");
    int[] placeOfUnit = new int[unitAt.length];
    for (int place = 0; place < windowIndex.length; place++) {
      placeOfUnit[windowIndex[place]] = place;
    }
    Torch.prepareThread(1);
    try (TorchModel model =
            TorchModel.load(
                reference.checkpoint(), TorchSettings.of(Engines.DEVICE, "float32", "auto", 0));
        NDManager scope = model.manager().newSubManager()) {
      List<Integer> heard = new ArrayList<>();
      VisionTower.BlockListener listener =
          (block, x) -> {
            heard.add(block);
            // the reference's patch embedding stands in the processor's order, the blocks in
            // windows
            String tensor = block < 0 ? "vision_patch_embed" : "vision_block_" + block;
            float[] theirs = expected.floats(tensor);
            float[] ours = model.script().one(scope, "as_float", x).toFloatArray();
            int unit = ours.length / unitAt.length; // the values of the four patches of a unit
            double worst = 0;
            double magnitude = 0;
            for (int place = 0; place < unitAt.length; place++) {
              int there = block < 0 ? unitAt[place] : placeOfUnit[unitAt[place]];
              for (int i = 0; i < unit; i++) {
                double difference = Math.abs(ours[place * unit + i] - theirs[there * unit + i]);
                worst = difference <= worst ? worst : difference; // NaN counts as worst
                magnitude = Math.max(magnitude, Math.abs(theirs[there * unit + i]));
              }
            }
            long additions =
                Rounding.vision(model.config().vision(), Rounding.patches(input), block + 1, false);
            assertThat(worst).as(tensor).isLessThanOrEqualTo(Rounding.bound(additions, magnitude));
          };
      new VisionTower(model, listener).encode(List.of(input), scope);
      assertThat(heard).hasSize(1 + model.config().vision().depth());
    }
  }

  static Stream<String> qwen3CasesWithBlocks() {
    return Reference.qwen3Cases().stream()
        .filter(name -> ReferenceCase.of(name).expected().has("vision_block_0"));
  }

  /** Nothing is moved there: rows stand in the order of patches throughout. */
  @ParameterizedTest
  @MethodSource("qwen3CasesWithBlocks")
  void every_block_of_a_tower_without_windows_equals_the_reference(String name) {
    ReferenceCase reference = ReferenceCase.of(name);
    VisionInput input = reference.prompts().get(0).vision().get(0);
    Torch.prepareThread(1);
    try (TorchModel model =
            TorchModel.load(
                reference.checkpoint(), TorchSettings.of(Engines.DEVICE, "float32", "auto", 0));
        NDManager scope = model.manager().newSubManager()) {
      List<Integer> heard = new ArrayList<>();
      VisionTower.BlockListener listener =
          (block, x) -> {
            heard.add(block);
            String tensor = block < 0 ? "vision_block_input" : "vision_block_" + block;
            float[] theirs = reference.expected().floats(tensor);
            float[] ours = model.script().one(scope, "as_float", x).toFloatArray();
            assertThat(ours).hasSameSizeAs(theirs);
            double magnitude = 0;
            double worst = 0;
            for (int i = 0; i < ours.length; i++) {
              double difference = Math.abs(ours[i] - theirs[i]);
              worst = difference <= worst ? worst : difference; // NaN counts as worst
              magnitude = Math.max(magnitude, Math.abs(theirs[i]));
            }
            long additions =
                Rounding.vision(model.config().vision(), Rounding.patches(input), block + 1, false);
            assertThat(worst).as(tensor).isLessThanOrEqualTo(Rounding.bound(additions, magnitude));
          };
      new VisionTower(model, listener).encode(List.of(input), scope);
      assertThat(heard).hasSize(1 + model.config().vision().depth());
    }
  }
}
