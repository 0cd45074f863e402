/**
 * The seam between judging and computing. {@link io.r1reward.core.generate.Generator} takes token
 * ids and picture patches and gives completions back; it knows no tokenizer, no prompt and no
 * voting. Below it, {@link io.r1reward.core.generate.DecoderEngine} is what one compute engine has
 * to offer; queueing, batching, refilling, stopping and seeding are done once, here, for all
 * engines. Imports only the public API.
 */
@NullMarked
package io.r1reward.core.generate;

import org.jspecify.annotations.NullMarked;
