package io.r1reward.train.data;

import com.google.common.collect.ImmutableMap;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pair with its label. Immutable.
 *
 * @param id names the sample; samples of one group may share it
 * @param pair question, media and the two responses
 * @param label which response is better; never undecided
 * @param attributes whatever else is known by name, for example {@link #DIFFICULTY} and {@link
 *     #JUDGEMENT}; unmodifiable, in the order given
 * @param origin file and line that it was read from; null where it was not
 */
public record PreferenceSample(
    String id,
    PreferencePair pair,
    Preferred label,
    Map<String, String> attributes,
    @Nullable String origin) {

  /** Attribute: attempts a judge needed until its verdict was right; 0 for never (paper, §4.1). */
  public static final String DIFFICULTY = "difficulty";

  /** Attribute: a whole judgement to learn from in supervised fine-tuning. */
  public static final String JUDGEMENT = "judgement";

  /** Attribute: the category of a benchmark. */
  public static final String CATEGORY = "category";

  /** Checks the label. */
  public PreferenceSample {
    attributes = ImmutableMap.copyOf(attributes); // keeps the order
    if (label == Preferred.UNDECIDED) {
      throw new InvalidInputException("sample " + id + " needs a label of FIRST or SECOND");
    }
  }

  /** A sample that was not read from a file. */
  public PreferenceSample(
      String id, PreferencePair pair, Preferred label, Map<String, String> attributes) {
    this(id, pair, label, attributes, null);
  }

  /** Sets the file and the line that it was read from. */
  PreferenceSample readFrom(String place) {
    return new PreferenceSample(id, pair, label, attributes, place);
  }

  /** Returns where it comes from and its id, for messages. */
  public String place() {
    return (origin == null ? "sample " : origin + ", sample ") + id;
  }

  /** A sample without attributes. */
  public static PreferenceSample of(String id, PreferencePair pair, Preferred label) {
    return new PreferenceSample(id, pair, label, ImmutableMap.of());
  }

  /**
   * Returns the sample with its responses exchanged and the label turned with them. A judgement
   * text names the responses by number, so it would be wrong and is dropped.
   */
  public PreferenceSample swapped() {
    ImmutableMap.Builder<String, String> kept = ImmutableMap.builder();
    attributes.forEach(
        (name, value) -> {
          if (!name.equals(JUDGEMENT)) {
            kept.put(name, value);
          }
        });
    return new PreferenceSample(id, pair.swapped(), label.swapped(), kept.buildOrThrow(), origin);
  }

  /** Returns the sample with one more attribute, which replaces one of the same name. */
  public PreferenceSample with(String name, String value) {
    ImmutableMap.Builder<String, String> all = ImmutableMap.builder();
    all.putAll(attributes).put(name, value);
    return new PreferenceSample(id, pair, label, all.buildKeepingLast(), origin);
  }
}
