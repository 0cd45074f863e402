package io.r1reward.train.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import io.r1reward.EngineException;
import io.r1reward.FinishReason;
import io.r1reward.InvalidInputException;
import io.r1reward.Judgement;
import io.r1reward.ModelInfo;
import io.r1reward.Order;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.ResponseScores;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import io.r1reward.train.data.PreferenceSample;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private final List<ScoreRequest> requests = new ArrayList<>();

  /** Answers with what a function says of the response that is shown first. */
  private RewardModel model(Function<ScoreRequest, PreferenceScore> answer) {
    return new RewardModel() {
      @Override
      public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
        requests.add(request);
        try {
          return CompletableFuture.completedFuture(answer.apply(request));
        } catch (RuntimeException e) {
          return CompletableFuture.failedFuture(e);
        }
      }

      @Override
      public ModelInfo info() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void close() {}
    };
  }

  private static Judgement judgement(Preferred preferred, Order order, double soft) {
    return new Judgement(
        preferred,
        order,
        "",
        "text",
        List.of(1, 2, 3),
        -1,
        OptionalDouble.of(soft),
        FinishReason.LENGTH,
        true);
  }

  /** A judge that prefers what it is shown first, whatever it is. */
  private static PreferenceScore likesTheFirstPlace(ScoreRequest request) {
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < request.voting().samples(); i++) {
      judgements.add(judgement(Preferred.FIRST, Order.GIVEN, 0.9));
      if (request.voting().bothOrders()) {
        judgements.add(judgement(Preferred.SECOND, Order.SWAPPED, 0.1));
      }
    }
    return PreferenceScore.of(10, judgements);
  }

  private static List<PreferenceSample> samples(int count) {
    List<PreferenceSample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PreferencePair pair =
          PreferencePair.builder().question("q" + i).first("good").second("bad one").build();
      PreferenceSample sample =
          new PreferenceSample(
              "id" + i, pair, Preferred.FIRST, ImmutableMap.of(PreferenceSample.CATEGORY, "c"));
      samples.add(i % 2 == 0 ? sample : sample.swapped());
    }
    return samples;
  }

  private List<EvaluatedPair> run(RewardModel model, EvaluationProtocol protocol, int count)
      throws Exception {
    List<EvaluatedPair> pairs = new ArrayList<>();
    new Evaluation(model, protocol, 3, false).run(samples(count).iterator(), pairs::add);
    return pairs;
  }

  private static EvaluationReport report(List<EvaluatedPair> pairs) {
    EvaluationReport.Builder report = EvaluationReport.builder();
    pairs.forEach(report::add);
    return report.build();
  }

  @Test
  void a_judge_that_likes_the_first_place_gets_everything_in_the_papers_order_and_half_in_both()
      throws Exception {
    RewardModel model = model(EvaluationTest::likesTheFirstPlace);

    EvaluationReport paper = report(run(model, EvaluationProtocol.paper(1), 40));
    EvaluationReport both = report(run(model, EvaluationProtocol.bothOrders(1), 40));
    EvaluationReport shuffled = report(run(model, EvaluationProtocol.shuffled(1, 7), 40));

    assertThat(paper.score().overall().accuracy()).isEqualTo(1);
    assertThat(both.score().overall().accuracy()).isEqualTo(0.5);
    assertThat(both.score().overall().accuracyPlus()).isZero();
    assertThat(both.position().rate()).isEqualTo(1);
    assertThat(shuffled.position().firstShare()).isEqualTo(1);
    assertThat(shuffled.score().overall().accuracy()).isBetween(0.3, 0.7);
  }

  @Test
  void requests_are_what_the_protocol_says() throws Exception {
    RewardModel model = model(EvaluationTest::likesTheFirstPlace);
    run(model, EvaluationProtocol.paper(1), 2);
    run(model, EvaluationProtocol.bothOrders(5), 1);

    assertThat(requests.get(0).pair().first()).isEqualTo("good");
    assertThat(requests.get(1).pair().first()).isEqualTo("good"); // the sample's label is SECOND
    assertThat(requests.get(0).sampling().temperature()).isEqualTo(0.0);
    assertThat(requests.get(2).voting().samples()).isEqualTo(5);
    assertThat(requests.get(2).voting().bothOrders()).isTrue();
    assertThat(requests.get(2).voting().stopWhenDecided()).isFalse();
    assertThat(requests.get(2).sampling().temperature()).isEqualTo(1.0);
    assertThat(EvaluationProtocol.paper(1).maxPixels()).hasValue(501_760);
  }

  @Test
  void keeps_what_each_judgement_said_of_the_chosen_response() throws Exception {
    EvaluatedPair pair =
        run(model(EvaluationTest::likesTheFirstPlace), EvaluationProtocol.bothOrders(2), 1).get(0);

    assertThat(pair.chosenCharacters()).isEqualTo(4);
    assertThat(pair.rejectedCharacters()).isEqualTo(7);
    assertThat(pair.trials()).hasSize(2);
    assertThat(pair.trials().get(0).chosenAt()).isEqualTo(1);
    assertThat(pair.trials().get(0).votes())
        .hasSize(2)
        .allMatch(vote -> vote.verdict() == Verdict.RIGHT && vote.soft().getAsDouble() == 0.9);
    assertThat(pair.trials().get(1).chosenAt()).isEqualTo(2);
    assertThat(pair.trials().get(1).votes())
        .allMatch(vote -> vote.verdict() == Verdict.WRONG && vote.soft().getAsDouble() == 0.1)
        .allMatch(vote -> vote.cut() && vote.tokens() == 3 && vote.text() == null);
  }

  @Test
  void a_pair_keeps_its_order_when_others_are_left_out() throws Exception {
    RewardModel model = model(EvaluationTest::likesTheFirstPlace);
    EvaluationProtocol protocol = EvaluationProtocol.shuffled(1, 3);
    List<EvaluatedPair> all = run(model, protocol, 20);
    List<EvaluatedPair> some = new ArrayList<>();
    new Evaluation(model, protocol, 1, false)
        .run(samples(20).subList(10, 20).iterator(), some::add);

    assertThat(some).isEqualTo(all.subList(10, 20));
    assertThat(all.stream().map(pair -> pair.trials().get(0).chosenAt())).contains(1, 2);
  }

  @Test
  void a_scalar_judge_has_one_vote_in_each_order() throws Exception {
    RewardModel model =
        model(request -> PreferenceScore.ofScores(5, new ResponseScores(2, 2 - Math.log(3))));

    EvaluatedPair pair = run(model, EvaluationProtocol.bothOrders(1), 1).get(0);

    assertThat(pair.trials()).hasSize(2);
    assertThat(pair.trials().get(1).verdict()).isEqualTo(Verdict.RIGHT);
    assertThat(pair.trials().get(1).votes().get(0).soft().getAsDouble()).isEqualTo(0.75);
  }

  @Test
  void a_pair_that_cannot_be_judged_is_told_and_the_others_go_on() throws Exception {
    List<EvaluatedPair> pairs =
        run(
            model(
                request -> {
                  if (request.pair().question().equals("q1")) {
                    throw new InvalidInputException("its picture is broken");
                  }
                  return likesTheFirstPlace(request);
                }),
            EvaluationProtocol.paper(1),
            3);

    assertThat(pairs).extracting(EvaluatedPair::id).containsExactly("id0", "id1", "id2");
    assertThat(pairs.get(1).error()).isEqualTo("its picture is broken");
    assertThat(pairs.get(1).trials()).isEmpty();
    assertThat(pairs.get(2).error()).isNull();
  }

  @Test
  void a_failing_engine_ends_the_run() {
    assertThatThrownBy(
            () ->
                run(
                    model(
                        request -> {
                          throw new EngineException("out of memory", null);
                        }),
                    EvaluationProtocol.paper(1),
                    3))
        .isInstanceOf(EngineException.class)
        .hasMessage("out of memory");
  }
}
