/**
 * The judge as a judge of Agent Judge, alone or in its juries: by comparison with a baseline
 * ({@link io.r1reward.agentjudge.PreferenceJudge}) or by a rating ({@link
 * io.r1reward.agentjudge.RatingJudge}).
 */
@NullMarked
package io.r1reward.agentjudge;

import org.jspecify.annotations.NullMarked;
