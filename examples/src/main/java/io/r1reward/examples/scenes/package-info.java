/** The visual preference task as files, to try judges on. */
@NullMarked
package io.r1reward.examples.scenes;

import org.jspecify.annotations.NullMarked;
