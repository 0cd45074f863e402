/** A project of somebody else's, built with the jars and the bill of materials as installed. */
@NullMarked
package io.r1reward.consumer;

import org.jspecify.annotations.NullMarked;
