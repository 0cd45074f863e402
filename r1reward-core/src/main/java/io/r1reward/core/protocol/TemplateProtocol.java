package io.r1reward.core.protocol;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import io.r1reward.PreferencePair;
import io.r1reward.ResponseScores;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A protocol from a prompt text with the places {@code {question}}, {@code {first}} and {@code
 * {second}}, for judges that were trained on another prompt; {@link ProtocolFile} reads one from a
 * file.
 *
 * <p>The media stand at {@code {media}}, or come first. Places are filled in one pass: braces in a
 * question or response stay as they are. A completion is read after its reasoning, and not at all
 * where that is unfinished: the verdict is the answer, of the two, that stands between the last
 * pair of answer markers, or that the last match of a pattern holds.
 *
 * <pre>{@code
 * // a judge that is asked as UnifiedReward-Think is: <answer>Answer 1 is better</answer>
 * JudgeProtocol protocol = TemplateProtocol.builder()
 *     .template(Files.readString(Path.of("prompt.txt")))
 *     .answers("Answer 1 is better", "Answer 2 is better")
 *     .build();
 * // one that boxes its answer: \boxed{1}
 * TemplateProtocol.builder().template(text).answerMarkers("\\boxed{", "}").build();
 * // one that ends in a sentence
 * TemplateProtocol.builder().template(text).answerPattern("Answer ([12]) is better").build();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class TemplateProtocol implements JudgeProtocol {
  private static final ImmutableList<String> PLACES =
      ImmutableList.of("{question}", "{first}", "{second}");
  private static final ImmutableList<String> RATING_PLACES =
      ImmutableList.of("{question}", "{response}");

  private final String name;
  private final PromptTemplate template;
  private final AnswerRule rule;
  private final List<String> stopStrings;
  private final @Nullable ScorePatterns scores;
  private final @Nullable PromptTemplate rating;
  private final @Nullable SafePattern ratingPattern;
  private final OptionalInt maxPixels;
  private final OptionalInt maxNewTokens;

  private TemplateProtocol(Builder builder, String template) {
    name = builder.name;
    this.template = PromptTemplate.of("prompt template", template, PLACES, builder.systemPrompt);
    rule = builder.rule();
    stopStrings = builder.stopStrings != null ? builder.stopStrings : rule.stopStrings();
    scores = builder.scores;
    rating =
        builder.ratingTemplate == null
            ? null
            : PromptTemplate.of(
                "rating template", builder.ratingTemplate, RATING_PLACES, builder.systemPrompt);
    ratingPattern = builder.ratingPattern;
    maxPixels = builder.maxPixels;
    maxNewTokens = builder.maxNewTokens;
  }

  /** Starts a protocol; the template is required. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public List<Message> messages(PreferencePair shown) {
    return template.fill(
        ImmutableMap.of(
            "{question}", shown.question(),
            "{first}", shown.first(),
            "{second}", shown.second()),
        shown.media());
  }

  @Override
  public Verdict read(String completion) {
    return rule.read(completion);
  }

  @Override
  public List<String> stopStrings() {
    return stopStrings;
  }

  @Override
  public List<String> markers() {
    return ImmutableList.<String>builder().addAll(Tokenizer.TAGS).addAll(rule.markers()).build();
  }

  /** Returns what of the first answer tells it from the second, from the answer position on. */
  @Override
  public String firstAnswer() {
    return rule.firstAnswer();
  }

  /** Returns what of the second answer tells it from the first, from the answer position on. */
  @Override
  public String secondAnswer() {
    return rule.secondAnswer();
  }

  @Override
  public Optional<ResponseScores> scores(String completion) {
    return scores == null ? Optional.empty() : scores.read(completion);
  }

  @Override
  public Optional<List<Message>> ratingMessages(
      String question, List<Media> media, String response) {
    return rating == null
        ? Optional.empty()
        : Optional.of(
            rating.fill(ImmutableMap.of("{question}", question, "{response}", response), media));
  }

  @Override
  public OptionalDouble rating(String completion) {
    return ratingPattern == null ? OptionalDouble.empty() : ratingPattern.lastNumber(completion);
  }

  @Override
  public OptionalInt maxPixels() {
    return maxPixels;
  }

  @Override
  public OptionalInt maxNewTokens() {
    return maxNewTokens;
  }

  @Override
  public String toString() {
    return "TemplateProtocol[" + name + "]";
  }

  /**
   * Collects a {@link TemplateProtocol}. Not thread-safe. Defaults:
   *
   * <ul>
   *   <li>system prompt: the chat template's own
   *   <li>answers: {@code 1} and {@code 2}
   *   <li>answer markers: {@code <answer>} and {@code </answer>}
   *   <li>stop strings: the closing answer marker; none with a pattern
   *   <li>no scores, no rating of single responses; limits of pixels and tokens: the library's
   * </ul>
   */
  public static final class Builder {
    private String name = "template";
    private @Nullable String template;
    private @Nullable String systemPrompt;
    private String firstAnswer = "1";
    private String secondAnswer = "2";
    private String answerStart = Tags.ANSWER;
    private String answerEnd = Tags.ANSWER_END;
    private @Nullable SafePattern answerPattern;
    private @Nullable VerdictRule verdictRule;
    private @Nullable List<String> stopStrings;
    private @Nullable ScorePatterns scores;
    private @Nullable String ratingTemplate;
    private @Nullable SafePattern ratingPattern;
    private OptionalInt maxPixels = OptionalInt.empty();
    private OptionalInt maxNewTokens = OptionalInt.empty();

    private Builder() {}

    /** What it is called in messages. */
    @CanIgnoreReturnValue
    public Builder name(String text) {
      name = requireNonNull(text, "name");
      return this;
    }

    /** The prompt, with {@code {question}}, {@code {first}} and {@code {second}}. Required. */
    @CanIgnoreReturnValue
    public Builder template(String text) {
      template = requireNonNull(text, "template");
      return this;
    }

    /** A system prompt in place of the chat template's. */
    @CanIgnoreReturnValue
    public Builder systemPrompt(String text) {
      systemPrompt = requireNonNull(text, "systemPrompt");
      return this;
    }

    /**
     * What the judge answers for its first and second response. Neither may hold the other, and
     * what tells them apart should be a single token.
     */
    @CanIgnoreReturnValue
    public Builder answers(String first, String second) {
      firstAnswer = requireNonNull(first, "first");
      secondAnswer = requireNonNull(second, "second");
      return this;
    }

    /** What stands before and after the answer. */
    @CanIgnoreReturnValue
    public Builder answerMarkers(String before, String after) {
      answerStart = requireNonNull(before, "before");
      answerEnd = requireNonNull(after, "after");
      return this;
    }

    /**
     * What finds the answer in place of markers: the first group of the last match behind the
     * reasoning holds it.
     *
     * @param expression in the syntax of RE2, which takes linear time
     * @throws InvalidInputException if the expression is malformed or has no group
     */
    @CanIgnoreReturnValue
    public Builder answerPattern(String expression) {
      answerPattern = SafePattern.of("the answer's pattern", expression);
      return this;
    }

    /** Reads the number 1 or 2 as R1-Reward's judges are read, in place of markers or a pattern. */
    @CanIgnoreReturnValue
    public Builder verdictRule(VerdictRule rule) {
      verdictRule = requireNonNull(rule, "rule");
      return this;
    }

    /**
     * What finds the score of the response shown first, and of the other: the first group of each
     * one's last match is a number.
     *
     * @throws InvalidInputException if an expression is malformed or has no group
     */
    @CanIgnoreReturnValue
    public Builder scores(String first, String second) {
      scores =
          new ScorePatterns(
              SafePattern.of("the first score's pattern", first),
              SafePattern.of("the second score's pattern", second));
      return this;
    }

    /**
     * How a single response is rated.
     *
     * @param text the prompt, with {@code {question}} and {@code {response}}
     * @param expression finds the rating: the first group of its last match is a number
     * @throws InvalidInputException if the expression is malformed or has no group
     */
    @CanIgnoreReturnValue
    public Builder rating(String text, String expression) {
      ratingTemplate = requireNonNull(text, "text");
      ratingPattern = SafePattern.of("the rating's pattern", expression);
      return this;
    }

    /** Texts that end a completion after its reasoning. */
    @CanIgnoreReturnValue
    public Builder stopStrings(List<String> values) {
      stopStrings = ImmutableList.copyOf(values);
      return this;
    }

    /** Larger pictures are made smaller where a caller says nothing. */
    @CanIgnoreReturnValue
    public Builder maxPixels(int pixels) {
      maxPixels = OptionalInt.of(atLeast("max_pixels", pixels, 784));
      return this;
    }

    /** Most tokens of a judgement where a caller says nothing. */
    @CanIgnoreReturnValue
    public Builder maxNewTokens(int tokens) {
      maxNewTokens = OptionalInt.of(atLeast("max_new_tokens", tokens, 1));
      return this;
    }

    private static int atLeast(String name, int value, int least) {
      if (value < least) {
        throw new InvalidInputException(name + " must be at least " + least + ", got " + value);
      }
      return value;
    }

    private AnswerRule rule() {
      if (verdictRule != null) {
        return new DigitAnswer(verdictRule);
      }
      AnswerPair answers = new AnswerPair(firstAnswer, secondAnswer);
      return answerPattern != null
          ? new MatchedAnswer(answerPattern, answers)
          : new TaggedAnswer(answerStart, answerEnd, answers);
    }

    /**
     * Returns the protocol.
     *
     * @throws InvalidInputException if there is no template or it lacks a place, a marker is empty,
     *     or one answer holds the other
     */
    public TemplateProtocol build() {
      if (template == null) {
        throw new InvalidInputException("a template protocol needs a template, none was given");
      }
      return new TemplateProtocol(this, template);
    }
  }
}
