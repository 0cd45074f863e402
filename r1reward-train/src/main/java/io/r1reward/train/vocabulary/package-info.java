/**
 * Small vocabularies: learns byte-level BPE merges from text and writes them as the {@code
 * tokenizer.json} of a Qwen2.5 checkpoint.
 *
 * <p>Imports no other room of this module.
 */
@NullMarked
package io.r1reward.train.vocabulary;

import org.jspecify.annotations.NullMarked;
