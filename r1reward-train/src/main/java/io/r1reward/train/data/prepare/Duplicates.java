package io.r1reward.train.data.prepare;

import com.google.common.hash.HashCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the first of pairs with the same pictures, the same folded question and the same two
 * responses, in either order and whichever is the better one. White space around responses does not
 * count. Not thread-safe.
 */
public final class Duplicates implements PreparationStep {
  private final boolean byQuestion;
  private final HashTable seen = new HashTable();

  private Duplicates(boolean byQuestion) {
    this.byQuestion = byQuestion;
  }

  /** Compares pictures, question and responses. */
  public static Duplicates ofPairs() {
    return new Duplicates(false);
  }

  /** Compares pictures and question: one pair of each is left, whatever the responses. */
  public static Duplicates ofQuestions() {
    return new Duplicates(true);
  }

  @Override
  public @Nullable PreparationDrop check(KeyedPair pair) {
    HashCode question =
        PairKeys.all(List.of(PairKeys.all(pair.mediaHashes()), pair.questionHash()));
    if (byQuestion) {
      return seen.add(question)
          ? null
          : new PreparationDrop(
              PreparationDrop.Reason.SAME_QUESTION,
              "picture and question of an earlier pair; the question, folded: "
                  + QuestionText.folded(pair.sample().pair().question()));
    }
    String first = pair.sample().pair().first().strip();
    String second = pair.sample().pair().second().strip();
    boolean inOrder = first.compareTo(second) <= 0;
    HashCode key =
        PairKeys.all(
            List.of(
                question,
                PairKeys.text(inOrder ? first : second),
                PairKeys.text(inOrder ? second : first)));
    return seen.add(key)
        ? null
        : new PreparationDrop(
            PreparationDrop.Reason.DUPLICATE,
            "picture, question and both responses of an earlier pair");
  }
}
