package io.r1reward.agentjudge;

import static io.r1reward.agentjudge.Given.given;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import java.awt.image.BufferedImage;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springaicommunity.judge.context.JudgmentContext;
import org.springaicommunity.judge.result.Judgment;

/**
 * What an agent had to do and what it said, as a judge reads it. Immutable.
 *
 * @param question the goal
 * @param media what the metadata hold below {@link PreferenceJudge#MEDIA}, in order
 * @param answer the agent's output
 */
record Task(String question, List<Media> media, String answer) {

  /** Reads a context. */
  static Task of(JudgmentContext context) {
    String goal = given(given(context, "context").goal(), "goal");
    String answer = given(context.agentOutput().orElse(null), "agentOutput");
    Map<String, Object> metadata = given(context.metadata(), "metadata");
    return new Task(goal, media(metadata.get(PreferenceJudge.MEDIA), context).toList(), answer);
  }

  private static Stream<Media> media(@Nullable Object value, JudgmentContext context) {
    if (value == null) {
      return Stream.of();
    } else if (value instanceof Collection<?> many) {
      return many.stream().flatMap(one -> media(given(one, PreferenceJudge.MEDIA), context));
    } else if (value instanceof Media media) {
      return Stream.of(media);
    } else if (value instanceof byte[] encoded) {
      return Stream.of(Image.of(encoded));
    } else if (value instanceof BufferedImage pixels) {
      return Stream.of(Image.of(pixels));
    } else if (value instanceof URI uri) {
      return Stream.of(Image.of(uri));
    } else if (value instanceof Path path) {
      return Stream.of(Image.of(resolve(path, context.workspace())));
    } else if (value instanceof String text) {
      return Stream.of(
          text.regionMatches(true, 0, "data:", 0, 5)
              ? Image.ofDataUri(text)
              : Image.of(resolve(Path.of(text), context.workspace())));
    }
    throw new InvalidInputException(
        "metadata %s holds a %s, not media, bytes, pixels, a path or a URI"
            .formatted(PreferenceJudge.MEDIA, value.getClass().getName()));
  }

  private static Path resolve(Path path, @Nullable Path workspace) {
    return workspace == null ? path : workspace.resolve(path);
  }

  /** What the library takes for a failure: its juries do not catch exceptions. */
  static Judgment error(RuntimeException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return Judgment.error("The answer could not be judged: " + message, e);
  }
}
