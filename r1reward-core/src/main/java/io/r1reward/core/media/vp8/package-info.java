/**
 * Key frames of VP8, the lossy half of WebP, after RFC 6386, and their conversion to RGB as libwebp
 * does it, to the last bit. Held by this library because the WebP reader for ImageIO predicts from
 * pixels that its loop filter has already changed, which drifts by several levels, and misreads
 * frames of the simpler profiles. Knows no container. Imports nothing of this library.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.media.vp8;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
