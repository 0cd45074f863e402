/**
 * Assertions of tests whose subject is an answer of a model, by a judge: {@link
 * io.r1reward.assertj.AnswerAssert}.
 */
@NullMarked
package io.r1reward.assertj;

import org.jspecify.annotations.NullMarked;
