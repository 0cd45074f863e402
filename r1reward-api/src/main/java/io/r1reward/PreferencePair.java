package io.r1reward;

import static io.r1reward.Given.copy;
import static io.r1reward.Given.given;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question about zero or more pictures or videos, and two responses to compare. Responses may be
 * empty, and may hold any text: what looks like a control token or a verdict in them is plain text
 * to the judge. Immutable.
 *
 * @param question the question both responses answer
 * @param media what the question is about, in prompt order
 * @param first the first response
 * @param second the second response
 */
public record PreferencePair(String question, List<Media> media, String first, String second) {

  /** Checks that nothing is null. */
  public PreferencePair {
    given(question, "question");
    media = copy(media, "media");
    given(first, "first");
    given(second, "second");
  }

  /** Starts a pair; question, first and second are required. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the same pair with its responses exchanged. */
  public PreferencePair swapped() {
    return new PreferencePair(question, media, second, first);
  }

  /** Collects a {@link PreferencePair}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String question;
    private @Nullable String first;
    private @Nullable String second;
    private final List<Media> media = new ArrayList<>();

    private Builder() {}

    /** The question both responses answer. Required. */
    @CanIgnoreReturnValue
    public Builder question(String text) {
      question = given(text, "question");
      return this;
    }

    /** The first response. Required. */
    @CanIgnoreReturnValue
    public Builder first(String text) {
      first = given(text, "first");
      return this;
    }

    /** The second response. Required. */
    @CanIgnoreReturnValue
    public Builder second(String text) {
      second = given(text, "second");
      return this;
    }

    /** Adds a picture file. */
    @CanIgnoreReturnValue
    public Builder image(Path path) {
      return media(Image.of(path));
    }

    /** Adds a picture. */
    @CanIgnoreReturnValue
    public Builder image(Image image) {
      return media(given(image, "image"));
    }

    /** Adds a video. */
    @CanIgnoreReturnValue
    public Builder video(Video video) {
      return media(given(video, "video"));
    }

    /** Adds a picture or video. */
    @CanIgnoreReturnValue
    public Builder media(Media item) {
      media.add(given(item, "media"));
      return this;
    }

    /** Adds pictures and videos in order. */
    @CanIgnoreReturnValue
    public Builder media(List<? extends Media> items) {
      media.addAll(copy(items, "media"));
      return this;
    }

    /**
     * Returns the pair.
     *
     * @throws InvalidInputException if question, first or second was not given
     */
    public PreferencePair build() {
      return new PreferencePair(
          required(question, "question"),
          media,
          required(first, "first response"),
          required(second, "second response"));
    }

    private static String required(@Nullable String value, String name) {
      if (value == null) {
        throw new InvalidInputException("a preference pair needs a " + name + ", none was given");
      }
      return value;
    }
  }
}
