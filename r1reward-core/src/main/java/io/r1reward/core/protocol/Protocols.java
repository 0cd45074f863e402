package io.r1reward.core.protocol;

import com.google.common.collect.ImmutableSet;
import io.r1reward.InvalidInputException;
import io.r1reward.core.machine.FileNames;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Protocols by name, for {@code RewardModel.builder().option(…)}:
 *
 * <ul>
 *   <li>{@code protocol}: {@code r1-reward} (default), {@code template}, or the path of a {@link
 *       ProtocolFile} that ends in {@code .json}
 *   <li>{@code protocol.verdict} (r1-reward): a {@link VerdictRule} in lower case with hyphens;
 *       default {@code last-after-reasoning}, which is rather undecided than wrong; as the
 *       published scripts read: {@code published-first-line} and {@code published-whole-text}
 *   <li>{@code protocol.template} (template, required), {@code protocol.system}, {@code
 *       protocol.first-answer}, {@code protocol.second-answer}, {@code protocol.answer-start},
 *       {@code protocol.answer-end}: see {@link TemplateProtocol.Builder}
 * </ul>
 */
public final class Protocols {

  /** Name of the option that selects a protocol. */
  public static final String PROTOCOL = "protocol";

  private static final String PREFIX = PROTOCOL + ".";
  private static final ImmutableSet<String> R1_REWARD_OPTIONS = ImmutableSet.of("verdict");
  private static final ImmutableSet<String> TEMPLATE_OPTIONS =
      ImmutableSet.of(
          "template", "system", "first-answer", "second-answer", "answer-start", "answer-end");

  private Protocols() {}

  /**
   * Makes the protocol that options ask for. Options that neither are {@code protocol} nor begin
   * with {@code protocol.} are not looked at.
   *
   * @throws InvalidInputException if the protocol or one of its options is unknown or malformed
   */
  public static JudgeProtocol fromOptions(Map<String, String> options) {
    String name = options.getOrDefault(PROTOCOL, "r1-reward");
    return switch (name) {
      case "r1-reward" -> r1Reward(checked(name, options, R1_REWARD_OPTIONS));
      case "template" -> template(checked(name, options, TEMPLATE_OPTIONS));
      default -> {
        if (!isFile(name)) {
          throw new InvalidInputException(
              "unknown protocol " + name + ", known are r1-reward, template and files (*.json)");
        }
        checked(name, options, ImmutableSet.of());
        yield ProtocolFile.read(FileNames.resolve(Path.of(""), name));
      }
    };
  }

  private static boolean isFile(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".json");
  }

  /** Says whether an option of a model is one of a protocol. */
  public static boolean isOption(String name) {
    return name.equals(PROTOCOL) || name.startsWith(PREFIX);
  }

  private static JudgeProtocol r1Reward(Map<String, String> options) {
    String rule = options.get(PREFIX + "verdict");
    if (rule == null) {
      return R1RewardProtocol.create();
    }
    try {
      return R1RewardProtocol.create()
          .withVerdictRule(VerdictRule.valueOf(rule.toUpperCase(Locale.ROOT).replace('-', '_')));
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "unknown "
              + PREFIX
              + "verdict "
              + rule
              + ", known are "
              + Arrays.toString(VerdictRule.values()).toLowerCase(Locale.ROOT).replace('_', '-'),
          e);
    }
  }

  private static JudgeProtocol template(Map<String, String> options) {
    TemplateProtocol.Builder builder = TemplateProtocol.builder();
    String text = options.get(PREFIX + "template");
    if (text == null) {
      throw new InvalidInputException("protocol template needs the option " + PREFIX + "template");
    }
    builder.template(text);
    String system = options.get(PREFIX + "system");
    if (system != null) {
      builder.systemPrompt(system);
    }
    return builder
        .answers(
            options.getOrDefault(PREFIX + "first-answer", "1"),
            options.getOrDefault(PREFIX + "second-answer", "2"))
        .answerMarkers(
            options.getOrDefault(PREFIX + "answer-start", Tags.ANSWER),
            options.getOrDefault(PREFIX + "answer-end", Tags.ANSWER_END))
        .build();
  }

  private static Map<String, String> checked(
      String protocol, Map<String, String> options, ImmutableSet<String> known) {
    for (String option : options.keySet()) {
      if (option.startsWith(PREFIX) && !known.contains(option.substring(PREFIX.length()))) {
        throw new InvalidInputException(
            "protocol " + protocol + " has no option " + option + ", it has " + known);
      }
    }
    return options;
  }
}
