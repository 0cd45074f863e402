/**
 * What a user of the library programs against: the reward model, preference pairs and their media,
 * voting and sampling settings, scores and exceptions.
 *
 * <p>Nothing here knows an engine. Implementations are found through {@link io.r1reward.spi}.
 * Imports nothing but annotations.
 */
@NullMarked
package io.r1reward;

import org.jspecify.annotations.NullMarked;
