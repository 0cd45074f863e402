package io.r1reward.train.data.prepare;

import com.google.common.hash.HashCode;
import io.r1reward.train.data.PreferenceSample;
import java.util.List;

/**
 * A pair and what it is compared by. Immutable.
 *
 * @param sample the pair
 * @param media a hash, in hexadecimal, of the pixels of each picture, and of all frames of each
 *     video; unmodifiable
 * @param question a hash, in hexadecimal, of the question as {@link QuestionText} folds it
 */
public record KeyedPair(PreferenceSample sample, List<String> media, String question) {

  /** Keeps a copy of the hashes. */
  public KeyedPair {
    media = List.copyOf(media);
  }

  static KeyedPair of(PreferenceSample sample, List<HashCode> media, HashCode question) {
    return new KeyedPair(
        sample, media.stream().map(HashCode::toString).toList(), question.toString());
  }

  List<HashCode> mediaHashes() {
    return media.stream().map(HashCode::fromString).toList();
  }

  HashCode questionHash() {
    return HashCode.fromString(question);
  }
}
