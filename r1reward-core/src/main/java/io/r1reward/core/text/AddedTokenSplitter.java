package io.r1reward.core.text;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.util.Collection;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits text at the strings of added tokens: leftmost first, longest where several begin at the
 * same place, as the public implementation does for tokens that neither strip blanks around them
 * nor ask for whole words. Thread-safe.
 */
final class AddedTokenSplitter {
  private final ImmutableMap<String, AddedToken> tokens;
  private final Pattern pattern;

  AddedTokenSplitter(Collection<AddedToken> tokens) {
    this.tokens = Maps.uniqueIndex(tokens, AddedToken::content);
    // an alternation of literals, tried in order: needs no backtracking
    String alternatives =
        tokens.stream()
            .map(AddedToken::content)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(joining("|"));
    pattern = Pattern.compile(tokens.isEmpty() ? "(?!)" : alternatives);
  }

  /** Hands over the non-empty pieces of text and the tokens between them, in order. */
  void split(String text, Consumer<String> onText, Consumer<AddedToken> onToken) {
    Matcher matcher = pattern.matcher(text);
    int end = 0;
    while (matcher.find()) {
      if (matcher.start() > end) {
        onText.accept(text.substring(end, matcher.start()));
      }
      AddedToken token = tokens.get(matcher.group());
      if (token != null) {
        onToken.accept(token);
      }
      end = matcher.end();
    }
    if (end < text.length()) {
      onText.accept(text.substring(end));
    }
  }
}
