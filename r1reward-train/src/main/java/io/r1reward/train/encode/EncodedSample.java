package io.r1reward.train.encode;

import io.r1reward.train.data.PreferenceSample;

/**
 * A sample and what was made of it. Immutable where that is.
 *
 * @param <T> what was made of it
 * @param sample the sample
 * @param value its prompt, or its row
 */
public record EncodedSample<T>(PreferenceSample sample, T value) {}
