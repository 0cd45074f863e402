package io.r1reward.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchPartsTest {
  private final ModelConfig config = ModelShape.of("7b").config();

  @Test
  void turns_interleave_and_the_first_does_not_count() {
    List<String> heard = new ArrayList<>();
    Rounds rounds = new Rounds();
    long[] clock = {0};
    Timings a = rounds.add("a", times -> times.add(++clock[0] * 1_000_000_000));
    Timings b = rounds.add("b", times -> times.add(++clock[0] * 1_000_000_000));

    rounds.run(2, heard::add);

    assertThat(heard)
        .containsExactly(
            "warm-up: a",
            "warm-up: b",
            "turn 1 of 2: a",
            "turn 1 of 2: b",
            "turn 2 of 2: a",
            "turn 2 of 2: b");
    // a ran at 1, 3 and 5, b at 2, 4 and 6
    assertThat(a.min()).isEqualTo(3);
    assertThat(a.median()).isEqualTo(4);
    assertThat(b.median()).isEqualTo(5);
  }

  @Test
  void a_decode_step_reads_the_layers_and_the_head() {
    // 7,615,616,512 weights, less an embedding of 152,064 x 3,584 = 544,997,376
    assertThat(DecoderBytes.perStep(config, "bfloat16")).isEqualTo(2 * 7_070_619_136L);
    assertThat(DecoderBytes.perStep(config, "float32")).isEqualTo(4 * 7_070_619_136L);
    // tied: the embedding is the head
    assertThat(DecoderBytes.perStep(ModelShape.of("0.5b").config(), "bfloat16"))
        .isEqualTo(2 * 494_032_768L);
  }

  @Test
  void operations_of_a_vision_tower_are_counted_by_hand() {
    ModelConfig config = ModelShape.of("0.5b").config();
    VisionFlops flops = VisionFlops.of(config, 64, 80);
    // 16 blocks of 640: qkv and proj, gate, up and down of 1728; the embedding; the merger
    double perPatch = 16 * (4.0 * 640 * 640 + 3.0 * 640 * 1728) + 640 * 1176;
    double merger = (2560.0 * 2560 + 2560.0 * 896) / 4;
    assertThat(flops.linear()).isEqualTo(2 * 5120 * (perPatch + merger));
    // 4 blocks over 5,120 patches, 12 inside windows of 64
    assertThat(flops.attention()).isEqualTo(4.0 * 640 * 5120 * (4 * 5120 + 12 * 64));
  }

  @Test
  void attention_is_what_grows_with_the_square() {
    // 2 ms a patch and 1 us a pair of patches
    assertThat(PictureWork.attentionShare(1000, 3, 4000, 24, 4000))
        .isCloseTo(2 / 3.0, offset(1e-12));
    assertThat(PictureWork.attentionShare(1000, 3, 4000, 24, 1000))
        .isCloseTo(1 / 3.0, offset(1e-12));
    assertThat(PictureWork.attentionShare(1000, 1, 1000, 1, 1000)).isNaN();
  }

  @Test
  void a_picture_is_as_near_to_a_square_as_its_tokens_divide() {
    // 1,003,520 / 784 = 1,280 = 32 x 40
    assertThat(Prompts.Grid.of(1_003_520, 28)).isEqualTo(new Prompts.Grid(32, 40));
    assertThat(Prompts.Grid.of(783, 28)).isEqualTo(new Prompts.Grid(1, 1));
    Prompt prompt = Prompts.picture(config, 784 * 6, 1);
    VisionInput picture = prompt.vision().get(0);
    assertThat(List.of(picture.gridH(), picture.gridW())).containsExactly(4, 6);
    assertThat(picture.patches()).hasSize(4 * 6 * 3 * 2 * 14 * 14);
    // an engine that keeps pictures must be given other ones
    assertThat(Prompts.picture(config, 784 * 6, 2).vision().get(0).patches())
        .isNotEqualTo(picture.patches());
    assertThat(prompt.tokens())
        .containsExactly(151652, 151655, 151655, 151655, 151655, 151655, 151655, 151653);
  }

  @Test
  void text_has_no_control_tokens() {
    assertThat(Prompts.text(config, 5000).tokens()).hasSize(5000);
    for (int token : Prompts.text(config, 5000).tokens()) {
      assertThat(token).isBetween(0, 151651);
    }
  }

  @Test
  void adds_all_words() {
    assertThat(MemoryBandwidth.sum(new long[] {1, 20, 300, 4000, 50000, 600000, 7000000, 80000000}))
        .isEqualTo(87654321);
  }

  @Test
  void finds_what_linux_says() {
    String status = "Name:\tjava\nVmPeak:\t 9000 kB\nVmHWM:\t    1234 kB\nVmRSS:\t   12 kB\n";
    assertThat(ProcessMemory.parse(status, "VmHWM")).isEqualTo(OptionalLong.of(1_263_616));
    assertThat(ProcessMemory.parse(status, "HWM")).isEmpty();
    String cpu = "processor\t: 0\nmodel name\t: A CPU @ 3 GHz\n\nmodel name\t: another\n";
    assertThat(Machine.value(cpu, "model name", "?")).isEqualTo("A CPU @ 3 GHz");
    assertThat(Machine.value(cpu, "model", "?")).isEqualTo("?");
  }

  @Test
  void a_checkpoint_in_the_work_folder_is_used_again(@TempDir Path work) throws IOException {
    Path made = Files.createDirectory(work.resolve("random-7b"));
    Path kept = Files.createFile(made.resolve("config.json"));
    List<String> heard = new ArrayList<>();

    try (WorkFolder folder = WorkFolder.of(ModelShape.of("7b"), work, heard::add)) {
      assertThat(folder.checkpoint()).isEqualTo(made);
    }

    assertThat(kept).exists();
    assertThat(work.toFile().list()).containsExactly("random-7b");
    assertThat(heard).containsExactly("using " + made);
  }
}
