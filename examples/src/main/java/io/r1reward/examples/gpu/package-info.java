/** PyTorch's libraries for NVIDIA cards, out of a jar that Maven has fetched. */
@NullMarked
package io.r1reward.examples.gpu;

import org.jspecify.annotations.NullMarked;
