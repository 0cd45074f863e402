package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.Image;
import io.r1reward.Judgement;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.Ranking;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Video;
import io.r1reward.Voting;
import io.r1reward.core.testing.Reference;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A judge of the Qwen3-VL family is asked like any other: votes, both orders, videos, ranking. */
class Qwen3JudgeTest {
  private static RewardModel model;

  @BeforeAll
  static void open() {
    model =
        RewardModel.builder()
            .checkpoint(Reference.path("qwen3vl-tiny"))
            .device(Engines.DEVICE)
            .batchRows(6)
            .load();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Image picture(String file) {
    return Image.of(Reference.path("cases/q3-" + file));
  }

  private static PreferencePair.Builder about(int i) {
    return PreferencePair.builder()
        .question("What moves in picture " + i + "?")
        .first("A circle moves to the right.")
        .second("Nothing moves.");
  }

  private static Video video() {
    return Video.of(
        IntStream.range(0, 6)
            .mapToObj(i -> picture("d-video-6-frames/video_0_frame_" + i + ".png"))
            .toList(),
        2);
  }

  private static List<String> texts(PreferenceScore score) {
    return score.judgements().stream()
        .map(judgement -> judgement.order() + " " + judgement.text())
        .toList();
  }

  @Test
  void votes_in_both_orders_are_the_same_alone_and_in_a_batch() {
    Sampling sampling = Sampling.builder().maxNewTokens(10).temperature(1.0).seed(7).build();
    List<ScoreRequest> requests =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    ScoreRequest.builder(
                            (i % 2 == 0
                                    ? about(i).image(picture("b-one-image/image_0.png"))
                                    : about(i).video(video()))
                                .build())
                        .voting(Voting.majority(3).inBothOrders().toTheEnd())
                        .sampling(sampling)
                        .build())
            .toList();
    List<PreferenceScore> alone = requests.stream().map(model::score).toList();
    List<CompletableFuture<PreferenceScore>> together =
        requests.stream().map(model::submit).toList();
    for (int i = 0; i < requests.size(); i++) {
      assertThat(alone.get(i).judgements()).hasSize(6);
      assertThat(texts(together.get(i).join())).isEqualTo(texts(alone.get(i)));
    }
    assertThat(alone.stream().flatMap(score -> texts(score).stream()).distinct())
        .hasSizeGreaterThan(18);
  }

  @Test
  void another_picture_gives_another_judgement() {
    Sampling greedy = Sampling.builder().maxNewTokens(10).temperature(0).build();
    List<String> texts =
        List.of("b-one-image/image_0.png", "c-two-images/image_0.png").stream()
            .map(
                file ->
                    model
                        .score(
                            ScoreRequest.builder(about(0).image(picture(file)).build())
                                .sampling(greedy)
                                .build())
                        .judgements()
                        .get(0))
            .map(Judgement::text)
            .toList();
    assertThat(texts.get(0)).isNotEqualTo(texts.get(1));
  }

  @Test
  void ranks_candidates() {
    Ranking ranking =
        model.rank("What is shown?", List.of(video()), List.of("A circle.", "A square.", "A cat."));
    assertThat(ranking.order()).containsExactlyInAnyOrder(0, 1, 2);
  }
}
