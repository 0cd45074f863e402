/**
 * Decoder of VP8L, the lossless half of WebP, after RFC 9649. Held by this library because the WebP
 * reader for ImageIO fails on short streams and on few colours under a predictor. Knows no
 * container. Imports nothing of this library.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.media.vp8l;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
