/**
 * The judge as a bean of Spring Boot: {@link io.r1reward.springboot.RewardAutoConfiguration} opens
 * the checkpoint that {@link io.r1reward.springboot.RewardProperties} name.
 */
@NullMarked
package io.r1reward.springboot;

import org.jspecify.annotations.NullMarked;
