/**
 * What a training run says while it runs: the glossary of its metrics, and listeners that write
 * them as JSON lines, TensorBoard event files or a log.
 *
 * <p>Imports no other room of this module.
 */
@NullMarked
package io.r1reward.train.metrics;

import org.jspecify.annotations.NullMarked;
