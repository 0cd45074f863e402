package io.r1reward.train.benchmark;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One judgement of a benchmark pair. Immutable.
 *
 * @param verdict {@link Verdict#UNDECIDED} where none could be read
 * @param soft probability of the chosen response at the answer's place, in [0, 1]; empty without
 * @param tokens generated; 0 of a scalar judge
 * @param cut whether it ended at the limit of new tokens
 * @param text what was generated; null where it is not kept
 */
public record Vote(
    Verdict verdict, OptionalDouble soft, int tokens, boolean cut, @Nullable String text) {}
