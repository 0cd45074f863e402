/**
 * The judge as an evaluator of Spring AI: by comparison with a baseline ({@link
 * io.r1reward.springai.PreferenceEvaluator}) or by a rating ({@link
 * io.r1reward.springai.RatingEvaluator}).
 */
@NullMarked
package io.r1reward.springai;

import org.jspecify.annotations.NullMarked;
