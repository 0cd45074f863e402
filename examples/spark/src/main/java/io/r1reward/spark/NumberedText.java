package io.r1reward.spark;

import java.io.Serializable;

/**
 * A line of the input on its way to a task.
 *
 * @param number from 1
 * @param text JSON
 * @param picture key of its media
 */
record NumberedText(long number, String text, String picture) implements Serializable {}
