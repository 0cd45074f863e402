/**
 * Small vocabularies: learns byte-level BPE merges from text and writes them as the {@code
 * tokenizer.json} of a Qwen2.5 checkpoint.
 *
 * <p>Imports no other room of this module.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.train.vocabulary;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
