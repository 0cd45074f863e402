package io.r1reward.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.Image;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import io.r1reward.core.testing.Reference;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.Precision;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxProviderTest {
  @TempDir Path folder;

  @Test
  void scores_a_pair_about_a_picture_with_a_quantised_export() {
    Path export =
        TestExports.export(TestExports.TINY, folder, ExportOptions.builder(Precision.INT4).build());
    try (RewardModel model = RewardModel.load(export)) {
      assertThat(model.info().engine()).isEqualTo("onnx");
      assertThat(model.info().device()).isEqualTo("cpu");
      assertThat(model.info().dtype()).isEqualTo("int4");
      assertThat(model.info().parameters()).isEqualTo(418_464);

      PreferenceScore score = score(model, 5);

      assertThat(score.judgements()).hasSize(6);
      assertThat(score.judgements()).allSatisfy(j -> assertThat(j.tokenCount()).isPositive());
      assertThat(texts(score(model, 5))).isEqualTo(texts(score));
      assertThat(texts(score(model, 6))).isNotEqualTo(texts(score));
    }
  }

  @Test
  void is_one_of_several_engines_by_name() {
    Path export = TestExports.floats(TestExports.TIED, folder);

    try (RewardModel model =
        RewardModel.builder()
            .checkpoint(export)
            .engine("onnx")
            .dtype("float32")
            .option("onnx.session.intra_op.allow_spinning", "0")
            .threads(1)
            .load()) {
      assertThat(model.info().vocabularySize()).isEqualTo(960);
    }
  }

  @Test
  void says_what_it_cannot_open() {
    Path export = TestExports.floats(TestExports.TIED, folder);

    assertThatThrownBy(
            () ->
                RewardModel.builder()
                    .checkpoint(Reference.path(TestExports.TINY))
                    .engine("onnx")
                    .load())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("is no ONNX folder: it has neither r1reward-onnx.json");
    assertThatThrownBy(() -> RewardModel.builder().checkpoint(export).dtype("bfloat16").load())
        .isInstanceOf(EngineException.class)
        .hasMessage("dtype bfloat16 is not what the export computes in, which is float32");
    assertThatThrownBy(() -> RewardModel.builder().checkpoint(export).device("cuda:0").load())
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("com.microsoft.onnxruntime:onnxruntime_gpu");
  }

  private static PreferenceScore score(RewardModel model, long seed) {
    PreferencePair pair =
        PreferencePair.builder()
            .question("What is in the picture?")
            .image(Image.of(Reference.path("cases/b-one-image-140x196/image_0.png")))
            .first("A disc.")
            .second("A square.")
            .build();
    return model.score(
        ScoreRequest.builder(pair)
            .voting(Voting.majority(3).inBothOrders().toTheEnd())
            .sampling(Sampling.builder().temperature(1).maxNewTokens(8).seed(seed).build())
            .build());
  }

  private static List<String> texts(PreferenceScore score) {
    return score.judgements().stream().map(judgement -> judgement.tokens().toString()).toList();
  }
}
