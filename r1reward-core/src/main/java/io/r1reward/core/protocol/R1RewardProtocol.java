package io.r1reward.core.protocol;

import static java.util.Objects.requireNonNull;

import io.r1reward.PreferencePair;
import io.r1reward.core.text.Message;
import java.util.List;

/**
 * R1-Reward's protocol (arXiv 2505.02835, and the evaluation scripts released with it): the media,
 * then one text with instructions, question and both responses, answered by {@code
 * <think>…</think><answer>1/2</answer>}. It stands in {@code r1-reward.json} beside this class, a
 * {@link ProtocolFile} as any user's.
 *
 * <p>Immutable and thread-safe.
 */
public final class R1RewardProtocol implements JudgeProtocol {
  // The published text, with its missing line break after "question." and its double blanks.
  private static final TemplateProtocol FILE = ProtocolFile.resource("r1-reward.json");

  private static final R1RewardProtocol DEFAULT =
      new R1RewardProtocol(VerdictRule.LAST_AFTER_REASONING);

  private final VerdictRule verdictRule;

  private R1RewardProtocol(VerdictRule verdictRule) {
    this.verdictRule = requireNonNull(verdictRule, "verdictRule");
  }

  /** The protocol with {@link VerdictRule#LAST_AFTER_REASONING}. */
  public static R1RewardProtocol create() {
    return DEFAULT;
  }

  /** Returns this protocol with another way to read verdicts. */
  public R1RewardProtocol withVerdictRule(VerdictRule rule) {
    return new R1RewardProtocol(rule);
  }

  @Override
  public List<Message> messages(PreferencePair shown) {
    return FILE.messages(shown);
  }

  @Override
  public Verdict read(String completion) {
    return verdictRule.read(completion);
  }

  @Override
  public List<String> stopStrings() {
    return FILE.stopStrings();
  }

  @Override
  public String toString() {
    return "R1RewardProtocol[" + verdictRule + "]";
  }
}
