/** The benchmark: what a machine and a model's shape make of the engine, as a table and as JSON. */
@NullMarked
package io.r1reward.examples.bench;

import org.jspecify.annotations.NullMarked;
