package io.r1reward.train.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.r1reward.Preferred;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.PreferenceSample;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BenchmarkTest {

  private static PreferenceSample read(Benchmark benchmark, String fields) throws IOException {
    String line = "{\"prompt\":\"q\",\"chosen\":\"a\",\"rejected\":\"b\"," + fields + "}";
    return benchmark
        .format()
        .read(new ObjectMapper().readTree(line), 1, MediaPaths.under(Path.of("/d")));
  }

  private static String category(Benchmark benchmark, String fields) throws IOException {
    return read(benchmark, fields).attributes().get(PreferenceSample.CATEGORY);
  }

  @Test
  void vl_reward_bench_sorts_by_id() throws IOException {
    Benchmark b = Benchmark.VL_REWARD_BENCH;
    assertThat(category(b, "\"id\":\"mathverse_12\"")).isEqualTo("reasoning");
    assertThat(category(b, "\"id\":\"MMMU_val\"")).isEqualTo("reasoning");
    assertThat(category(b, "\"id\":\"RLAIF-V-7\"")).isEqualTo("hallucination");
    assertThat(category(b, "\"id\":\"rlhf-3\"")).isEqualTo("hallucination");
    assertThat(category(b, "\"id\":\"hallucination_pair-1\"")).isEqualTo("hallucination");
    assertThat(category(b, "\"id\":\"wildvision-1\"")).isEqualTo("general");
  }

  @Test
  void multimodal_reward_bench_splits_safety_and_reasoning_by_id() throws IOException {
    Benchmark b = Benchmark.MULTIMODAL_REWARD_BENCH;
    assertThat(category(b, "\"ID\":\"pairs-1\",\"Category\":\"safety\"")).isEqualTo("bias");
    assertThat(category(b, "\"ID\":\"hateful-1\",\"Category\":\"safety\"")).isEqualTo("toxicity");
    assertThat(category(b, "\"ID\":\"math-1\",\"Category\":\"reasoning\"")).isEqualTo("math");
    assertThat(category(b, "\"ID\":\"code-1\",\"Category\":\"reasoning\"")).isEqualTo("coding");
    assertThat(category(b, "\"ID\":\"x\",\"Category\":\"vqa\"")).isEqualTo("vqa");
    assertThatThrownBy(() -> category(b, "\"ID\":\"x\""))
        .hasMessage("field \"Category\" must be a text, got null");
  }

  @Test
  void mm_rlhf_reward_bench_sorts_by_media_path() throws IOException {
    Benchmark b = Benchmark.MM_RLHF_REWARD_BENCH;
    assertThat(category(b, "\"image\":\"images/mcq/1.png\"")).isEqualTo("mcq");
    assertThat(category(b, "\"image\":\"images/Safety/1.png\"")).isEqualTo("safety");
    assertThat(category(b, "\"video\":[\"clips/video/1/0.png\"]")).isEqualTo("video");
    assertThatThrownBy(() -> category(b, "\"image\":\"1.png\""))
        .hasMessageContaining("names none of mcq, long, short, safety, video");
  }

  @Test
  void counts_accuracies_and_the_ids_that_are_all_right() throws IOException {
    Benchmark b = Benchmark.MM_RLHF_REWARD_BENCH;
    BenchmarkScore.Counter counter = BenchmarkScore.counter();
    counter.add(read(b, "\"id\":\"1\",\"image\":\"mcq/1\""), Preferred.FIRST);
    counter.add(read(b, "\"id\":\"1\",\"image\":\"mcq/1\""), Preferred.SECOND);
    counter.add(read(b, "\"id\":\"2\",\"image\":\"mcq/2\""), Preferred.FIRST);
    counter.add(read(b, "\"id\":\"3\",\"image\":\"long/1\""), Preferred.UNDECIDED);
    counter.add(read(b, "\"id\":\"3\",\"image\":\"long/1\"").swapped(), Preferred.SECOND);

    BenchmarkScore score = counter.score();

    assertThat(score.overall().accuracy()).isCloseTo(3.0 / 5, within(1e-12));
    assertThat(score.overall().accuracyPlus()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(score.byCategory().get("mcq").accuracy()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(score.byCategory().get("mcq").accuracyPlus()).isCloseTo(1.0 / 2, within(1e-12));
    assertThat(score.byCategory().get("long").accuracyPlus()).isZero();
    assertThat(score.macroAccuracy()).isCloseTo((2.0 / 3 + 0.5) / 2, within(1e-12));
  }

  @Test
  void video_reward_bench_sorts_by_category() throws IOException {
    Benchmark b = Benchmark.VIDEO_REWARD_BENCH;
    assertThat(category(b, "\"category\":\"Long Form Perception\""))
        .isEqualTo("long-form perception");
    assertThat(category(b, "\"category\":\"safety\"")).isEqualTo("safety");
    assertThatThrownBy(() -> category(b, "\"category\":\"perception\""))
        .hasMessageContaining("must be one of [long-form perception,")
        .hasMessageContaining("got \"perception\"");
  }

  @Test
  void any_pairs_have_the_category_that_they_name() throws IOException {
    assertThat(category(Benchmark.PAIRS, "\"category\":\"cats\"")).isEqualTo("cats");
    assertThat(category(Benchmark.PAIRS, "\"id\":\"1\"")).isEqualTo("all");
  }

  @Test
  void reads_the_spelling_of_vl_reward_benchs_authors() throws IOException {
    PreferenceSample sample =
        authors(
            Benchmark.VL_REWARD_BENCH,
            "{\"id\":\"mathverse_1\",\"query\":\"q\",\"response\":[\"a\",\"b\"],\"human_ranking\":[1,0]}");
    assertThat(sample.pair().question()).isEqualTo("q");
    assertThat(sample.pair().second()).isEqualTo("b");
    assertThat(sample.label()).isEqualTo(Preferred.SECOND); // rank 0 is the better one
    assertThatThrownBy(
            () ->
                authors(
                    Benchmark.VL_REWARD_BENCH,
                    "{\"query\":\"q\",\"response\":[\"a\",\"b\"],\"human_ranking\":[0,0]}"))
        .hasMessage("field \"human_ranking\" must rank one response higher, got [0,0]");
  }

  @Test
  void reads_the_spelling_of_multimodal_reward_benchs_authors() throws IOException {
    PreferenceSample sample =
        authors(
            Benchmark.MULTIMODAL_REWARD_BENCH,
            "{\"ID\":\"pairs-1\",\"Text\":\"q\",\"Image\":\"i.png\",\"Output1\":\"a\",\"Output2\":\"b\","
                + "\"Better\":\"Output2\",\"Category\":\"safety\"}");
    assertThat(sample.id()).isEqualTo("pairs-1");
    assertThat(sample.pair().media()).hasSize(1);
    assertThat(sample.pair().first()).isEqualTo("a");
    assertThat(sample.label()).isEqualTo(Preferred.SECOND);
    assertThat(sample.attributes()).containsEntry(PreferenceSample.CATEGORY, "bias");
    assertThatThrownBy(
            () ->
                authors(
                    Benchmark.MULTIMODAL_REWARD_BENCH,
                    "{\"Text\":\"q\",\"Output1\":\"a\",\"Output2\":\"b\",\"Better\":\"both\"}"))
        .hasMessage("field \"Better\" must be Output1 or Output2, got \"both\"");
  }

  private static PreferenceSample authors(Benchmark benchmark, String line) throws IOException {
    return benchmark
        .format()
        .read(new ObjectMapper().readTree(line), 1, MediaPaths.under(Path.of("/d")));
  }
}
