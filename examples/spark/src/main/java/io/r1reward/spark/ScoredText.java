package io.r1reward.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A scored line.
 *
 * @param number of the input's line, from 1
 * @param text the line that the program {@code score} writes
 * @param error why the pair could not be judged, null where it was
 */
public record ScoredText(long number, String text, @Nullable String error)
    implements Serializable {}
