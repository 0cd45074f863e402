/**
 * Runs that are killed: a child process that trains and stops where it is told to, and a file
 * system that tells it what is being written.
 */
@NullMarked
package io.r1reward.train.kill;

import org.jspecify.annotations.NullMarked;
