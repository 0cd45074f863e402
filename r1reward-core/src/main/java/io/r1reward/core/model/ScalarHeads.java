package io.r1reward.core.model;

import com.google.common.collect.ImmutableSet;
import io.r1reward.core.json.JsonFields;

/** Knows reward models that give a number instead of writing a judgement. */
final class ScalarHeads {
  /** Beginnings of the names of such heads' tensors. */
  private static final ImmutableSet<String> TENSORS =
      ImmutableSet.of(
          "v_head.", "value_head.", "score.", "reward_head.", "rm_head.", "classifier.");

  private static final String ADVICE =
      "a scalar reward model, which gives a number and writes no judgement; a generative judge"
          + " such as R1-Reward is needed";

  private ScalarHeads() {}

  /** Refuses a model whose class has a head of that kind. */
  static void refuse(JsonFields config) {
    for (String architecture : config.texts("architectures")) {
      if (architecture.endsWith("ForSequenceClassification")
          || architecture.contains("RewardModel")) {
        throw config.wrong(
            "architectures", architecture, "Qwen2_5_VLForConditionalGeneration: it is " + ADVICE);
      }
    }
  }

  /** Returns what to say of tensors in which the head is missing; empty where nothing is known. */
  static String hint(Iterable<String> names) {
    for (String name : names) {
      for (String head : TENSORS) {
        if (name.startsWith(head)) {
          return "; it has " + name + ", so it is " + ADVICE;
        }
      }
    }
    return "";
  }
}
