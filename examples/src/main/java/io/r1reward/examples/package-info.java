/** Programs that show and use the library: quickstart, batch scoring and the benchmark. */
@org.jspecify.annotations.NullMarked
package io.r1reward.examples;
