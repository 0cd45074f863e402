/** Programs that show and use the library: quickstart, batch scoring and the benchmark. */
@NullMarked
package io.r1reward.examples;

import org.jspecify.annotations.NullMarked;
