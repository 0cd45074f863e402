package io.r1reward.core.judge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.CancelledException;
import io.r1reward.CheckpointException;
import io.r1reward.Image;
import io.r1reward.ModelListener;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.PromptTooLongException;
import io.r1reward.RankRequest;
import io.r1reward.Ranking;
import io.r1reward.RatingRequest;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import io.r1reward.ScoreStatus;
import io.r1reward.Voting;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint with a value head is a reward model like any other. */
class ScalarRewardModelTest {
  private static final String QUESTION = "How many circles are there in the image?";
  private static final Image PICTURE = Image.of(Reference.path("scalar-head/image_qwen25_1_0.png"));

  /** Of the reference set: that question, that picture, "There are three circles." */
  private static final double KNOWN = 1.4448028802871704;

  @TempDir Path folder;

  @BeforeEach
  void checkpoint() throws IOException {
    try (Stream<Path> files = Files.list(Reference.path("qwen25vl-tiny"))) {
      for (Path file : files.toList()) {
        Files.createSymbolicLink(folder.resolve(String.valueOf(file.getFileName())), file);
      }
    }
    Files.copy(head("value_head.safetensors"), folder.resolve("value_head.safetensors"));
  }

  @Test
  void a_pair_is_scored_by_the_difference_of_two_numbers() {
    try (RewardModel model = open()) {
      PreferencePair pair =
          PreferencePair.builder()
              .question(QUESTION)
              .image(PICTURE)
              .first("There are three circles.")
              .second("A red square.")
              .build();
      PreferenceScore score = model.score(pair);

      assertThat(score.status()).isEqualTo(ScoreStatus.COMPLETE);
      assertThat(score.scores().orElseThrow().first()).isCloseTo(KNOWN, within(1e-4));
      double difference =
          score.scores().orElseThrow().first() - score.scores().orElseThrow().second();
      assertThat(score.softFirst().orElseThrow())
          .isCloseTo(1 / (1 + Math.exp(-difference)), within(1e-12));
      assertThat(score.first()).isEqualTo(score.softFirst().orElseThrow());
      assertThat(score.first() + score.second()).isEqualTo(1);
      assertThat(score.preferred()).isEqualTo(difference > 0 ? Preferred.FIRST : Preferred.SECOND);
      assertThat(score.judgements()).isEmpty();
      assertThat(score.votes()).isZero();
      assertThat(score.promptTokens()).isEqualTo(54);

      // five votes in both orders are the same two numbers; exchanged they are exchanged
      assertThat(
              model.score(
                  ScoreRequest.builder(pair).voting(Voting.majority(5).inBothOrders()).build()))
          .isEqualTo(score);
      PreferenceScore swapped = model.score(pair.swapped());
      assertThat(swapped.scores()).contains(score.scores().orElseThrow().swapped());
      assertThat(swapped.preferred()).isEqualTo(score.preferred().swapped());
    }
  }

  @Test
  void candidates_are_ranked_by_their_numbers() {
    List<String> candidates =
        List.of("A red square.", "There are three circles.", "None", "There are three circles.");
    try (RewardModel model = open()) {
      Ranking ranking =
          model.rank(RankRequest.builder(QUESTION, candidates).media(List.of(PICTURE)).build());
      List<Double> values =
          candidates.stream()
              .map(text -> model.rate(QUESTION, List.of(PICTURE), text).score().orElseThrow())
              .toList();

      assertThat(values.get(1)).isCloseTo(KNOWN, within(1e-4));
      assertThat(ranking.complete()).isTrue();
      assertThat(ranking.comparisons()).hasSize(6);
      for (int place = 1; place < 4; place++) {
        assertThat(values.get(ranking.order().get(place)))
            .isLessThanOrEqualTo(values.get(ranking.order().get(place - 1)) + 1e-4);
      }
      assertThat(ranking.order().indexOf(1)).isEqualTo(ranking.order().indexOf(3) - 1);
      assertThat(ranking.points().stream().mapToDouble(p -> p).sum()).isCloseTo(6, within(1e-9));
    }
  }

  @Test
  void heads_of_two_layers_and_of_other_names_are_read() throws IOException {
    try (RewardModel model =
        RewardModel.builder()
            .checkpoint(folder)
            .dtype("float32")
            .option("value-head", head("mlp_head.safetensors").toString())
            .load()) {
      assertThat(rate(model)).isCloseTo(-1.2027404308319092, within(1e-4));
    }
    Path renamed = folder.resolve("reward.safetensors");
    float[] zeros = new float[64];
    SafetensorsWriter.write(
        renamed,
        List.of(
            TensorData.of(TensorInfo.of("score.weight", DType.F32, 1, 64), zeros),
            TensorData.of(TensorInfo.of("score.bias", DType.F32, 1), new float[] {2.5f}),
            TensorData.of(TensorInfo.of("a.weight", DType.F32, 7), new float[7]),
            TensorData.of(TensorInfo.of("b.weight", DType.F32, 7), new float[7])));
    RewardModel.Builder builder =
        RewardModel.builder()
            .checkpoint(folder)
            .dtype("float32")
            .option("value-head", "reward.safetensors");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(builder::load)
        .withMessageContaining("has the layers [a, b, score]")
        .withMessageContaining("value-head.layers");
    try (RewardModel model = builder.option("value-head.layers", "score").load()) {
      assertThat(rate(model)).isEqualTo(2.5);
    }
  }

  @Test
  void a_head_that_does_not_fit_is_refused_by_name() throws IOException {
    Files.delete(folder.resolve("value_head.safetensors"));
    Files.copy(
        Reference.path("scalar-head/qwen25vl-tiny-tied/value_head.safetensors"),
        folder.resolve("value_head.safetensors"));
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(this::open)
        .withMessageContaining("v_head.summary.weight has shape [1, 96], expected [1, 64]");
  }

  @Test
  void the_same_checkpoint_judges_by_generation_where_no_head_is_wanted() {
    try (RewardModel model =
        RewardModel.builder().checkpoint(folder).option("value-head", "none").load()) {
      assertThat(model).isInstanceOf(JudgeRewardModel.class);
    }
  }

  @Test
  void a_model_listener_hears_of_its_requests() throws InterruptedException {
    BlockingQueue<ModelListener.Finished> finished = new LinkedBlockingQueue<>();
    ModelListener listener =
        new ModelListener() {
          @Override
          public void requestFinished(Finished event) {
            finished.add(event);
          }
        };
    try (RewardModel model =
        RewardModel.builder().checkpoint(folder).dtype("float32").modelListener(listener).load()) {
      rate(model);
      ModelListener.Finished event = requireNonNull(finished.poll(30, TimeUnit.SECONDS));
      assertThat(event.kind()).isEqualTo(ModelListener.Kind.RATING);
      assertThat(event.outcome()).isEqualTo(ModelListener.Outcome.COMPLETE);
      assertThat(event.promptTokens()).isEqualTo(54);
      assertThat(event.generatedTokens()).isZero();
    }
  }

  @Test
  void says_what_is_wrong_as_other_models_do() {
    RewardModel model = open();
    assertThatExceptionOfType(PromptTooLongException.class)
        .isThrownBy(() -> model.rate("word ".repeat(100_000), List.of(), "a"));
    assertThat(model.isOpen()).isTrue();
    model.close();
    assertThat(model.isOpen()).isFalse();
    assertThat(model.info().engine()).isEqualTo("pytorch");
    assertThatExceptionOfType(CancelledException.class)
        .isThrownBy(() -> model.rate(QUESTION, List.of(), "a"));
  }

  private static double rate(RewardModel model) {
    RatingRequest request =
        RatingRequest.builder(QUESTION, "There are three circles.").media(PICTURE).build();
    return model.rate(request).score().orElseThrow();
  }

  private RewardModel open() {
    return RewardModel.builder().checkpoint(folder).dtype("float32").load();
  }

  private static Path head(String name) {
    return Reference.path("scalar-head/qwen25vl-tiny/" + name);
  }
}
