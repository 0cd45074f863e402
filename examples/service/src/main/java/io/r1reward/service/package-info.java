/** The judge as a web service: {@link io.r1reward.service.Service} starts it. */
@NullMarked
package io.r1reward.service;

import org.jspecify.annotations.NullMarked;
