/**
 * What is done to pairs before a judge learns from them: pictures that do not open, duplicates and
 * pairs of benchmarks are dropped, and lines are written in either format. A {@link
 * io.r1reward.train.data.prepare.Preparation} runs the steps over one pair after the other and
 * keeps hashes alone: two pictures are the same where their pixels are, however they are encoded.
 *
 * <p>Of this module it imports {@code data}.
 */
@NullMarked
package io.r1reward.train.data.prepare;

import org.jspecify.annotations.NullMarked;
