package io.r1reward.train.scenes;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.train.scenes.Vocabulary.Merge;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Learns byte-level BPE merges (Sennrich et al., arXiv 1508.07909) from text: again and again the
 * most frequent pair of neighbouring tokens within a word becomes one token, the first in order
 * among equally frequent ones, so that the same text gives the same vocabulary. Words are split as
 * Qwen2.5 splits them. Not thread-safe.
 */
final class BpeTrainer {
  /** How Qwen2.5 splits text into words; the same expression stands in its tokenizer.json. */
  static final String WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final Pattern WORD = Pattern.compile(WORDS, Pattern.UNICODE_CHARACTER_CLASS);

  private final Map<String, Long> words = new LinkedHashMap<>();
  private final ImmutableList<String> phrases;
  private final Pattern phrasePattern;

  /**
   * A trainer without any text yet.
   *
   * @param phrases fixed texts, such as those of a prompt, that become one token each; they are
   *     added tokens, recognised wherever they occur
   */
  public BpeTrainer(List<String> phrases) {
    this.phrases = ImmutableList.copyOf(phrases);
    String alternatives = String.join("|", this.phrases.stream().map(Pattern::quote).toList());
    phrasePattern = Pattern.compile(phrases.isEmpty() ? "(?!)" : alternatives);
  }

  /** Counts the words of a text. */
  @CanIgnoreReturnValue
  public BpeTrainer add(String text) {
    int end = 0;
    String normal = Normalizer.normalize(text, Normalizer.Form.NFC);
    Matcher matcher = phrasePattern.matcher(normal);
    while (matcher.find()) {
      count(normal.substring(end, matcher.start()));
      end = matcher.end();
    }
    count(normal.substring(end));
    return this;
  }

  private void count(String text) {
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.merge(matcher.group(), 1L, Long::sum);
    }
  }

  /**
   * Learns a vocabulary of at most {@code size} ids, phrases and control tokens included; fewer if
   * the text has no more pairs that occur twice.
   *
   * @throws InvalidInputException if there is no room for the 256 bytes
   */
  public Vocabulary train(int size) {
    int room = size - phrases.size() - Vocabulary.QWEN_CONTROLS.size();
    if (room < 256) {
      throw new InvalidInputException(
          "a vocabulary of "
              + size
              + " has no room for 256 bytes beside "
              + (size - room)
              + " phrases and control tokens");
    }
    List<String> tokens = new ArrayList<>(ByteAlphabet.all());
    ImmutableList.Builder<Merge> merges = ImmutableList.builder();
    List<Word> pieces = new ArrayList<>();
    words.forEach((word, count) -> pieces.add(new Word(ByteAlphabet.encode(word), count)));
    while (tokens.size() < room) {
      Merge best = mostFrequent(pieces);
      if (best == null) {
        break;
      }
      merges.add(best);
      tokens.add(best.left() + best.right());
      pieces.forEach(word -> word.merge(best));
    }
    return new Vocabulary(
        ImmutableList.copyOf(tokens), merges.build(), phrases, Vocabulary.QWEN_CONTROLS);
  }

  private static @Nullable Merge mostFrequent(List<Word> pieces) {
    Map<Merge, Long> counts = new HashMap<>();
    for (Word word : pieces) {
      for (int i = 0; i + 1 < word.parts.size(); i++) {
        counts.merge(new Merge(word.parts.get(i), word.parts.get(i + 1)), word.count, Long::sum);
      }
    }
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() > 1)
        .min(
            Comparator.comparingLong((Map.Entry<Merge, Long> e) -> -e.getValue())
                .thenComparing(e -> e.getKey().left())
                .thenComparing(e -> e.getKey().right()))
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  private static final class Word {
    private List<String> parts;
    private final long count;

    Word(List<String> parts, long count) {
      this.parts = parts;
      this.count = count;
    }

    void merge(Merge pair) {
      List<String> merged = new ArrayList<>(parts.size());
      for (int i = 0; i < parts.size(); i++) {
        boolean both =
            i + 1 < parts.size()
                && parts.get(i).equals(pair.left())
                && parts.get(i + 1).equals(pair.right());
        merged.add(both ? pair.left() + pair.right() : parts.get(i));
        i += both ? 1 : 0;
      }
      parts = merged;
    }
  }
}
