/**
 * From a picture or video of the API to the patches a vision tower reads, equal to the last bit to
 * {@code qwen_vl_utils} 0.0.11 followed by {@code Qwen2VLImageProcessor} (Pillow) of Transformers
 * 4.50: fetching and decoding under limits, conversion to RGB, both resizes, normalisation and
 * patch order. Knows no tokenizer and no engine. Reads {@code preprocessor_config.json}, too.
 * Imports the public API, {@code core.json}, {@code core.generate} for its result, its own {@code
 * vp8}, ImageIO and the TwelveMonkeys readers.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.media;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
