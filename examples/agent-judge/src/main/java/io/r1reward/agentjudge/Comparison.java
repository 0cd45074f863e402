package io.r1reward.agentjudge;

import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.springaicommunity.judge.result.Judgment;
import org.springaicommunity.judge.result.JudgmentStatus;
import org.springaicommunity.judge.score.NumericalScore;

/** Tells a comparison of an agent's output, the first response, with a baseline, the second. */
final class Comparison {

  private Comparison() {}

  /** Returns what {@link PreferenceJudge} documents. */
  static Judgment judgment(PreferenceScore score) {
    Judgment.Builder judgment =
        Judgment.builder()
            .status(
                switch (score.preferred()) {
                  case FIRST -> JudgmentStatus.PASS;
                  case SECOND -> JudgmentStatus.FAIL;
                  case UNDECIDED -> JudgmentStatus.ABSTAIN;
                })
            .score(NumericalScore.normalized(score.softFirst().orElse(score.first())))
            .reasoning(reasons(score))
            .metadata("votes", score.votes())
            .metadata("share", score.first())
            .metadata("status", score.status())
            .metadata(
                "orders", score.judgements().stream().map(Judgement::order).distinct().toList());
    Map<Order, Integer> leads = new EnumMap<>(Order.class);
    score.judgements().stream()
        .filter(Judgement::counted)
        .forEach(one -> leads.merge(one.order(), lead(one), Integer::sum));
    if (leads.size() == Order.values().length) {
      long winners = leads.values().stream().map(Integer::signum).distinct().count();
      judgment.metadata("consistent", winners == 1);
    }
    return judgment.build();
  }

  private static int lead(Judgement judgement) {
    return switch (judgement.preferred()) {
      case FIRST -> 1;
      case SECOND -> -1;
      case UNDECIDED -> 0;
    };
  }

  private static String reasons(PreferenceScore score) {
    return score.judgements().isEmpty()
        ? score
            .scores()
            .map(both -> "Scores: output %s, baseline %s.".formatted(both.first(), both.second()))
            .orElse("")
        : score.judgements().stream()
            .filter(Judgement::counted)
            .map(Comparison::tell)
            .collect(Collectors.joining("\n\n"));
  }

  /** A judge speaks of the first and second it saw; this says which was the output. */
  private static String tell(Judgement judgement) {
    return "%s (it saw the output %s): %s"
        .formatted(
            switch (judgement.preferred()) {
              case FIRST -> "Prefers the output";
              case SECOND -> "Prefers the baseline";
              case UNDECIDED -> "Prefers neither";
            },
            judgement.order() == Order.GIVEN ? "first" : "second",
            judgement.reasoning().isEmpty() ? judgement.text() : judgement.reasoning());
  }
}
