package io.r1reward.video;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_INFO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_log_get_level;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import io.r1reward.EngineException;
import io.r1reward.MediaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;

/** The native library. Thread-safe. */
final class Ffmpeg {
  private static final boolean MAC = Loader.getPlatform().startsWith("macosx");

  private Ffmpeg() {}

  /**
   * Loads it, and silences it: everything it would print comes as an exception. A level that
   * somebody else in this process chose stays.
   *
   * @throws EngineException if there is none for this machine
   */
  static void load() {
    try {
      if (av_log_get_level() == AV_LOG_INFO) {
        av_log_set_level(AV_LOG_QUIET);
      }
    } catch (LinkageError e) {
      throw new EngineException(
          "FFmpeg for "
              + Loader.getPlatform()
              + " cannot be loaded: add org.bytedeco:ffmpeg and org.bytedeco:javacpp with the"
              + " classifier "
              + Loader.getPlatform()
              + " to the class path ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** Says whether a decoder wants another packet before it gives a frame. */
  static boolean wantsMore(int code) {
    return code == (MAC ? -35 : -11); // AVERROR(EAGAIN)
  }

  /** Refuses a negative code. */
  static int checked(int code, Path file, String doing) {
    if (code < 0) {
      throw new MediaException(file + ": " + doing + " failed: " + text(code));
    }
    return code;
  }

  private static String text(int code) {
    byte[] text = new byte[128];
    av_strerror(code, text, text.length);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }
}
