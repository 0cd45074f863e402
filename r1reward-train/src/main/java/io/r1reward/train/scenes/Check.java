package io.r1reward.train.scenes;

/**
 * A statement of a response that can be checked against the picture.
 *
 * @param words as they stand in the response
 * @param holds whether they are true
 */
record Check(String words, boolean holds) {}
