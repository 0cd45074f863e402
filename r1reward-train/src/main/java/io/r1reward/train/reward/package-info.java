/**
 * What a judgement is worth: result, format, consistency, penalties and any function of a user,
 * composed as the paper does (arXiv 2505.02835, §3.3).
 *
 * <p>Of this module it imports {@code data}.
 */
@NullMarked
package io.r1reward.train.reward;

import org.jspecify.annotations.NullMarked;
