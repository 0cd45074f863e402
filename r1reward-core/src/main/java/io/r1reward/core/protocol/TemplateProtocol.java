package io.r1reward.core.protocol;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.core.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A protocol from a prompt text with the places {@code {question}}, {@code {first}} and {@code
 * {second}}, for judges of the same architecture that were trained on another prompt.
 *
 * <p>The media come first, then the text. Places are filled in one pass: braces in a question or
 * response stay as they are. A completion is read after its reasoning, and not at all where that is
 * unfinished: the verdict is the answer, of the two, that stands between the last pair of answer
 * markers.
 *
 * <pre>{@code
 * // a judge that is asked as UnifiedReward-Think is: <answer>Answer 1 is better</answer>
 * JudgeProtocol protocol = TemplateProtocol.builder()
 *     .template(Files.readString(Path.of("prompt.txt")))
 *     .answers("Answer 1 is better", "Answer 2 is better")
 *     .build();
 * // one that boxes its answer: \boxed{1}
 * TemplateProtocol.builder().template(text).answerMarkers("\\boxed{", "}").build();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class TemplateProtocol implements JudgeProtocol {
  private static final ImmutableList<String> PLACES =
      ImmutableList.of("{question}", "{first}", "{second}");

  /** Text pieces and places of the template, in order. */
  private final ImmutableList<String> pieces;

  private final @Nullable String systemPrompt;
  private final String firstAnswer;
  private final String secondAnswer;
  private final String answerStart;
  private final String answerEnd;
  private final ImmutableList<String> stopStrings;

  private TemplateProtocol(Builder builder, String template) {
    pieces = split(template);
    systemPrompt = builder.systemPrompt;
    firstAnswer = builder.firstAnswer;
    secondAnswer = builder.secondAnswer;
    answerStart = builder.answerStart;
    answerEnd = builder.answerEnd;
    stopStrings = builder.stopStrings != null ? builder.stopStrings : ImmutableList.of(answerEnd);
  }

  /** Starts a protocol; the template is required. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public ImmutableList<Message> messages(PreferencePair shown) {
    StringBuilder text = new StringBuilder();
    for (String piece : pieces) {
      text.append(
          switch (piece) {
            case "{question}" -> shown.question();
            case "{first}" -> shown.first();
            case "{second}" -> shown.second();
            default -> piece;
          });
    }
    ImmutableList.Builder<Message> messages = ImmutableList.builder();
    if (systemPrompt != null) {
      messages.add(Message.system(systemPrompt));
    }
    return messages.add(Prompts.mediaThenText(shown, text.toString())).build();
  }

  @Override
  public Verdict read(String completion) {
    int from = Tags.verdictStart(completion);
    int end = completion.lastIndexOf(answerEnd);
    int open = end < 0 ? -1 : completion.lastIndexOf(answerStart, end - answerStart.length());
    if (from < 0 || open < from) {
      return undecided(completion);
    }
    int start = open + answerStart.length();
    String answer = completion.substring(start, completion.indexOf(answerEnd, start));
    int first = answer.indexOf(firstAnswer);
    int second = answer.indexOf(secondAnswer);
    if ((first >= 0) == (second >= 0)) {
      return undecided(completion);
    }
    // where the two answers begin alike ("Answer 1", "Answer 2"), what differs decides
    int position = start + Math.max(first, second) + commonPrefix(firstAnswer, secondAnswer);
    return new Verdict(
        first >= 0 ? Preferred.FIRST : Preferred.SECOND,
        Tags.reasoning(completion),
        OptionalInt.of(position));
  }

  @Override
  public ImmutableList<String> stopStrings() {
    return stopStrings;
  }

  @Override
  public ImmutableList<String> markers() {
    return ImmutableList.<String>builder()
        .addAll(Tags.ALL)
        .add(answerStart, answerEnd, firstAnswer, secondAnswer)
        .build();
  }

  /** Returns what of the first answer tells it from the second, from the answer position on. */
  @Override
  public String firstAnswer() {
    return firstAnswer.substring(commonPrefix(firstAnswer, secondAnswer));
  }

  /** Returns what of the second answer tells it from the first, from the answer position on. */
  @Override
  public String secondAnswer() {
    return secondAnswer.substring(commonPrefix(firstAnswer, secondAnswer));
  }

  private static Verdict undecided(String completion) {
    return new Verdict(Preferred.UNDECIDED, Tags.reasoning(completion), OptionalInt.empty());
  }

  private static int commonPrefix(String a, String b) {
    int length = 0;
    while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
      length++;
    }
    return length;
  }

  private static ImmutableList<String> split(String template) {
    List<String> pieces = new ArrayList<>();
    int done = 0;
    for (int i = template.indexOf('{'); i >= 0; i = template.indexOf('{', i + 1)) {
      for (String place : PLACES) {
        if (template.startsWith(place, i)) {
          pieces.add(template.substring(done, i));
          pieces.add(place);
          done = i + place.length();
        }
      }
    }
    pieces.add(template.substring(done));
    for (String place : PLACES) {
      if (!pieces.contains(place)) {
        throw new InvalidInputException("the prompt template has no " + place);
      }
    }
    return ImmutableList.copyOf(pieces);
  }

  /**
   * Collects a {@link TemplateProtocol}. Not thread-safe. Defaults:
   *
   * <ul>
   *   <li>system prompt: the chat template's own
   *   <li>answers: {@code 1} and {@code 2}
   *   <li>answer markers: {@code <answer>} and {@code </answer>}
   *   <li>stop strings: the closing answer marker
   * </ul>
   */
  public static final class Builder {
    private @Nullable String template;
    private @Nullable String systemPrompt;
    private String firstAnswer = "1";
    private String secondAnswer = "2";
    private String answerStart = Tags.ANSWER;
    private String answerEnd = Tags.ANSWER_END;
    private @Nullable ImmutableList<String> stopStrings;

    private Builder() {}

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

    /** Texts that end a completion after its reasoning. */
    @CanIgnoreReturnValue
    public Builder stopStrings(List<String> values) {
      stopStrings = ImmutableList.copyOf(values);
      return this;
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
      if (answerStart.isEmpty() || answerEnd.isEmpty()) {
        throw new InvalidInputException("answer markers must not be empty");
      }
      if (firstAnswer.contains(secondAnswer) || secondAnswer.contains(firstAnswer)) {
        throw new InvalidInputException(
            "answers must not hold one another, got \""
                + firstAnswer
                + "\" and \""
                + secondAnswer
                + "\"");
      }
      return new TemplateProtocol(this, template);
    }
  }
}
