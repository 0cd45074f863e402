/**
 * Support for tests of all modules: reference vectors from the class path. Shared through the
 * test-jar.
 */
@NullMarked
package io.r1reward.core.testing;

import org.jspecify.annotations.NullMarked;
