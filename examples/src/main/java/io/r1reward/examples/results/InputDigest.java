package io.r1reward.examples.results;

import com.google.common.collect.ImmutableList;
import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.Video;
import io.r1reward.train.run.ContentDigest;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What tells a line of an input from the one it was before.
 *
 * @param line its number in the file, from 1
 * @param id as JSON, {@code null} where the line has none
 * @param digest of its text and its pictures
 */
public record InputDigest(long line, String id, String digest) {

  /** Digests a line and the files among its media. */
  public static InputDigest of(long line, String id, String text, Iterable<? extends Media> media)
      throws IOException {
    ImmutableList.Builder<Path> files = ImmutableList.builder();
    for (Media one : media) {
      for (Image image :
          one instanceof Video video ? video.frames() : ImmutableList.of((Image) one)) {
        if (image.source() instanceof Image.FileSource file) {
          files.add(file.path());
        }
      }
    }
    return new InputDigest(line, id, ContentDigest.ofLine(text, files.build()));
  }
}
