package io.r1reward.train.reward;

import java.util.List;

/** Tells whether reasoning supports a verdict. Implementations are thread-safe. */
@FunctionalInterface
public interface ConsistencyJudge {

  /** Judges one. */
  Consistency judge(ConsistencyQuery query);

  /** Judges many, in order; worth overriding where that is faster. */
  default List<Consistency> judgeAll(List<ConsistencyQuery> queries) {
    return queries.stream().map(this::judge).toList();
  }

  /** A judge that reads the reasoning's own conclusion by rules, without a model. */
  static ConsistencyJudge rules() {
    return new RuleConsistencyJudge();
  }
}
