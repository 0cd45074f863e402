/**
 * Takes frames out of video files with FFmpeg: {@link io.r1reward.video.VideoFile}. {@link
 * io.r1reward.video.FfmpegVideoReader} is what {@link io.r1reward.spi.VideoReaders} finds on the
 * class path.
 */
@NullMarked
package io.r1reward.video;

import org.jspecify.annotations.NullMarked;
