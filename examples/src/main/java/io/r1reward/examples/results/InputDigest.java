package io.r1reward.examples.results;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.Video;
import io.r1reward.train.run.ContentDigest;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What tells a line of an input from the one it was before.
 *
 * @param line its number in the file, from 1
 * @param id as JSON, {@code null} where the line has none
 * @param digest of its text, its pictures and the frames of its video files
 */
public record InputDigest(long line, String id, String digest) {

  /** Digests a line, the files among its media, and the frames that came out of video files. */
  public static InputDigest of(long line, String id, String text, Iterable<? extends Media> media)
      throws IOException {
    ImmutableList.Builder<Path> files = ImmutableList.builder();
    Hasher pixels = Hashing.sha256().newHasher();
    boolean decoded = false;
    for (Media one : media) {
      for (Image image :
          one instanceof Video video ? video.frames() : ImmutableList.of((Image) one)) {
        if (image.source() instanceof Image.FileSource file) {
          files.add(file.path());
        } else if (image.source() instanceof Image.PixelsSource source) {
          pixels.putDouble(one instanceof Video video ? video.fps() : 0);
          add(pixels, source.image());
          decoded = true;
        }
      }
    }
    String all = decoded ? text + "\n" + pixels.hash() : text;
    return new InputDigest(line, id, ContentDigest.ofLine(all, files.build()));
  }

  private static void add(Hasher hasher, BufferedImage image) {
    hasher.putInt(image.getWidth()).putInt(image.getHeight()).putInt(image.getType());
    if (image.getType() == BufferedImage.TYPE_3BYTE_BGR
        && image.getRaster().getDataBuffer() instanceof DataBufferByte bytes
        && bytes.getSize() == 3 * image.getWidth() * image.getHeight()) {
      hasher.putBytes(bytes.getData()); // frames of video files: not pixel by pixel
      return;
    }
    int[] row = new int[image.getWidth()];
    for (int y = 0; y < image.getHeight(); y++) {
      for (int colour : image.getRGB(0, y, row.length, 1, row, 0, row.length)) {
        hasher.putInt(colour);
      }
    }
  }
}
