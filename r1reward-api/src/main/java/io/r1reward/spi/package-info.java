/**
 * How an engine offers itself to {@link io.r1reward.RewardModel#load}: the provider interface that
 * {@link java.util.ServiceLoader} looks for, and the settings it is given. Users do not need it.
 */
@NullMarked
package io.r1reward.spi;

import org.jspecify.annotations.NullMarked;
