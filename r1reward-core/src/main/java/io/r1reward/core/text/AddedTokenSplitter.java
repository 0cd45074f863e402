package io.r1reward.core.text;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableMap;
import java.text.Normalizer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Splits text at the strings of added tokens: leftmost first, longest where several begin at the
 * same place, as the public implementation does for tokens that neither strip blanks around them
 * nor ask for whole words. Tokens that are looked for in normalised text come second, in what the
 * others leave. Thread-safe.
 */
final class AddedTokenSplitter {
  private final ImmutableMap<String, AddedToken> tokens;
  private final Pattern pattern;

  /** Splits normalised text; null where no token asks for that. */
  private final @Nullable AddedTokenSplitter normalized;

  AddedTokenSplitter(Collection<AddedToken> tokens) {
    this(
        tokens.stream().filter(token -> !token.normalized()).toList(),
        tokens.stream().anyMatch(AddedToken::normalized)
            ? new AddedTokenSplitter(
                tokens.stream()
                    .filter(AddedToken::normalized)
                    .map(AddedTokenSplitter::normalized)
                    .toList(),
                null)
            : null);
  }

  private AddedTokenSplitter(List<AddedToken> tokens, @Nullable AddedTokenSplitter normalized) {
    this.normalized = normalized;
    this.tokens =
        tokens.stream()
            .collect(ImmutableMap.toImmutableMap(AddedToken::content, t -> t, (a, b) -> b));
    // an alternation of literals, tried in order: needs no backtracking
    String alternatives =
        tokens.stream()
            .map(AddedToken::content)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(joining("|"));
    pattern = Pattern.compile(tokens.isEmpty() ? "(?!)" : alternatives);
  }

  private static AddedToken normalized(AddedToken token) {
    String content = Normalizer.normalize(token.content(), Normalizer.Form.NFC);
    return new AddedToken(content, token.id(), token.control(), true);
  }

  private void splitFurther(String text, Consumer<String> onText, Consumer<AddedToken> onToken) {
    if (normalized == null) {
      onText.accept(text);
    } else {
      normalized.split(Normalizer.normalize(text, Normalizer.Form.NFC), onText, onToken);
    }
  }

  /** Hands over the non-empty pieces of text and the tokens between them, in order. */
  void split(String text, Consumer<String> onText, Consumer<AddedToken> onToken) {
    Matcher matcher = pattern.matcher(text);
    int end = 0;
    while (matcher.find()) {
      if (matcher.start() > end) {
        splitFurther(text.substring(end, matcher.start()), onText, onToken);
      }
      AddedToken token = tokens.get(matcher.group());
      if (token != null) {
        onToken.accept(token);
      }
      end = matcher.end();
    }
    if (end < text.length()) {
      splitFurther(text.substring(end), onText, onToken);
    }
  }
}
