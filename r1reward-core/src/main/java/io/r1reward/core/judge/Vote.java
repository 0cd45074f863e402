package io.r1reward.core.judge;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.r1reward.CancelledException;
import io.r1reward.FinishReason;
import io.r1reward.Judgement;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts judgements in their fixed order, whatever the order in which they end (majority voting,
 * arXiv 2505.02835 section 4.3). With {@code stopWhenDecided}, the vote is over after the first
 * judgement that leaves the trailing side without a chance even to draw level; those behind it are
 * cancelled and left out: how far they came depends on timing. A judgement that was cut short, by a
 * time limit, does not count either. Thread-safe.
 */
final class Vote {
  private final int promptTokens;
  private final boolean stopWhenDecided;
  private final IntConsumer cancel;
  private final CompletableFuture<PreferenceScore> score;

  private final @Nullable Judgement[] judgements;
  private int missing;
  private int counted;
  private int decidedAfter;
  private int halfVotesForFirst;
  private int halfVotesForSecond;

  /**
   * A vote in which nothing has been cast.
   *
   * @param size number of judgements when all run to their end
   * @param promptTokens tokens of the prompt in the given order
   * @param cancel cancels the judgement with an index
   * @param score completed with the outcome
   */
  Vote(
      int size,
      int promptTokens,
      boolean stopWhenDecided,
      IntConsumer cancel,
      CompletableFuture<PreferenceScore> score) {
    this.judgements = new Judgement[size];
    this.missing = size;
    this.decidedAfter = size;
    this.promptTokens = promptTokens;
    this.stopWhenDecided = stopWhenDecided;
    this.cancel = cancel;
    this.score = score;
  }

  /**
   * A judgement has ended.
   *
   * @param index its place in the order in which votes count
   * @param modelClosed whether the model was closed, so that what is cut short is no vote at all
   */
  void cast(int index, Judgement judgement, boolean modelClosed) {
    boolean decidedNow;
    boolean complete;
    synchronized (this) {
      judgements[index] = judgement;
      missing--;
      decidedNow = count();
      complete = missing == 0;
    }
    if (decidedNow) {
      for (int behind = decidedAfter; behind < judgements.length; behind++) {
        cancel.accept(behind);
      }
    }
    if (!complete) {
      return;
    }
    if (modelClosed && isCutShort()) {
      score.completeExceptionally(
          new CancelledException("the model was closed before the score was there"));
    } else {
      score.complete(outcome());
    }
  }

  /** Counts as far as judgements are there without a gap; true if that decided the vote. */
  private boolean count() {
    while (counted < decidedAfter) {
      Judgement next = judgements[counted];
      if (next == null) {
        return false;
      }
      counted++;
      if (next.counted()) {
        halfVotesForFirst += halfVotes(next.preferred(), Preferred.FIRST);
        halfVotesForSecond += halfVotes(next.preferred(), Preferred.SECOND);
      }
      int open = judgements.length - counted;
      if (stopWhenDecided
          && open > 0
          && Math.abs(halfVotesForFirst - halfVotesForSecond) > 2 * open) {
        decidedAfter = counted;
        return true;
      }
    }
    return false;
  }

  private static int halfVotes(Preferred vote, Preferred side) {
    return vote == side ? 2 : vote == Preferred.UNDECIDED ? 1 : 0;
  }

  /** Whether a judgement that would have counted was cancelled. */
  private synchronized boolean isCutShort() {
    return Arrays.stream(judgements, 0, decidedAfter)
        .anyMatch(
            judgement -> judgement != null && judgement.finishReason() == FinishReason.CANCELLED);
  }

  private synchronized PreferenceScore outcome() {
    ImmutableList.Builder<Judgement> all = ImmutableList.builder();
    for (int i = 0; i < decidedAfter; i++) {
      all.add(requireNonNull(judgements[i], "judgement"));
    }
    return PreferenceScore.of(promptTokens, all.build());
  }
}
