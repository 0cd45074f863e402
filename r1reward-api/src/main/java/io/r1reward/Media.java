package io.r1reward;

/**
 * A picture or a video that a question is about. Media stand before the text of the prompt, in the
 * order in which they were added to the pair.
 */
public sealed interface Media permits Image, Video {}
