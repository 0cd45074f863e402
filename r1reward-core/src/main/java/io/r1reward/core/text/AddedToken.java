package io.r1reward.core.text;

/**
 * A token that stands beside the learned vocabulary.
 *
 * @param content its text
 * @param id its id
 * @param control whether it steers the model (chat turns, media placeholders, end of text), so that
 *     it must not come from a user's text
 * @param normalized whether it is looked for in normalised text, as tokens are that a fine-tune
 *     added without saying more
 */
public record AddedToken(String content, int id, boolean control, boolean normalized) {}
