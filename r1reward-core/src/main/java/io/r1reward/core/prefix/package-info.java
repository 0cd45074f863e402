/**
 * What engines keep of prompts that they have read, so that a prompt which begins like an earlier
 * one is read from where the two part: {@link io.r1reward.core.prefix.PromptBlocks} names the
 * pieces of a prompt, {@link io.r1reward.core.prefix.PrefixCache} keeps what an engine computed for
 * them.
 *
 * <p>Of this module it imports {@code generate} (prompts) and {@code model} (where media stand).
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.prefix;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
