package io.r1reward.train.data.prepare;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.HashCode;
import io.r1reward.train.data.PreferenceSample;

/**
 * A pair and what it is compared by. Immutable.
 *
 * @param sample the pair
 * @param media a hash of the pixels of each picture, and of all frames of each video
 * @param question a hash of the question as {@link QuestionText} folds it
 */
public record KeyedPair(
    PreferenceSample sample, ImmutableList<HashCode> media, HashCode question) {}
