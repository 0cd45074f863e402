package io.r1reward.core.media;

import io.r1reward.Image;
import io.r1reward.MediaException;
import io.r1reward.MediaFetcher;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Opens a picture of the API, reads no more bytes than allowed, and decodes it. Whatever fails, on
 * whatever bytes, is a {@link MediaException} that names the picture. Thread-safe.
 *
 * <p>The pixels are Pillow's. What Pillow refuses is refused, save these, which are read rightly: a
 * BMP with other masks than Pillow's or with two bits per pixel, a JPEG with a malformed JFIF
 * segment, and a TIFF that holds lossless JPEG of eight bits or fax data under another fax's name.
 *
 * <p>JPEG data are decoded by the JDK, and its libjpeg decides about the pixels:
 *
 * <table>
 *   <caption>JPEG pictures by JDK</caption>
 *   <tr><th>picture</th><th>libjpeg-turbo (Debian)</th><th>libjpeg 6b (Temurin)</th></tr>
 *   <tr><td>grey, RGB, CMYK, and chroma of 4:4:4, 4:2:2, 4:2:0</td><td>Pillow's</td>
 *     <td>Pillow's</td></tr>
 *   <tr><td>chroma of 4:4:0</td><td>Pillow's</td><td>up to 20 of 255 levels off</td></tr>
 *   <tr><td>damaged scan data</td><td>Pillow's</td><td>others where the damage is</td></tr>
 *   <tr><td>arithmetic coding</td><td>Pillow's</td><td>refused</td></tr>
 *   <tr><td>no Huffman tables (Motion JPEG)</td><td>Pillow's</td><td>Pillow's</td></tr>
 * </table>
 */
final class ImageLoader {

  private final MediaLimits limits;
  private final @Nullable MediaFetcher fetcher;

  ImageLoader(MediaLimits limits, @Nullable MediaFetcher fetcher) {
    this.limits = limits;
    this.fetcher = fetcher;
  }

  RgbImage load(Image image) {
    Image.Source source = image.source();
    String name = image.describe();
    if (source instanceof Image.PixelsSource pixels) {
      return guarded(
          name,
          () -> {
            limits.checkPixels(pixels.image().getWidth(), pixels.image().getHeight());
            return RgbConversion.ofUserImage(pixels.image());
          });
    }
    byte[] encoded = guarded(name, () -> read(source));
    return guarded(name, () -> decode(encoded));
  }

  /** Puts a sentence where a reader says no more than which of its indices ran out of bounds. */
  private RgbImage decode(byte[] encoded) throws IOException {
    try {
      return ImageDecoder.decode(encoded, limits);
    } catch (IOException e) {
      String reason = e.getMessage();
      if (reason != null && reason.indexOf(' ') > 0) {
        throw e;
      }
      throw new IOException(
          e instanceof EOFException ? "ends too early" : "is damaged (" + reason + ")", e);
    } catch (RuntimeException e) {
      throw new IOException("is damaged (" + e + ")", e);
    }
  }

  private byte[] read(Image.Source source) throws IOException {
    if (source instanceof Image.BytesSource bytes) {
      return limits.checkBytes(bytes.data());
    } else if (source instanceof Image.FileSource file) {
      return readFile(file.path());
    }
    return fetch(((Image.UriSource) source).uri());
  }

  private byte[] readFile(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new IOException(
          Files.isDirectory(path)
              ? "is a folder, not a picture file"
              : Files.exists(path) ? "is not a regular file" : "file does not exist");
    }
    try (InputStream in = Files.newInputStream(path)) {
      return limits.readCapped(in);
    }
  }

  private byte[] fetch(URI uri) throws IOException {
    if (fetcher == null) {
      throw new IOException(
          "no MediaFetcher was given for "
              + uri.getScheme()
              + ": URIs, and the library itself does not use the network");
    }
    try (InputStream in = fetcher.fetch(uri)) {
      return limits.readCapped(in);
    }
  }

  /** What may throw anything on hostile data. */
  private interface Step<T> {
    T run() throws IOException;
  }

  private static <T> T guarded(String name, Step<T> step) {
    try {
      return step.run();
    } catch (IOException | RuntimeException e) {
      // ImageIO plug-ins throw all kinds of unchecked exceptions on hostile data
      String reason = e.getMessage();
      throw new MediaException(
          "cannot read picture " + name + ": " + (reason == null ? e.toString() : reason), e);
    } catch (StackOverflowError e) {
      throw new MediaException("cannot read picture " + name + ": nested too deeply", e);
    } catch (OutOfMemoryError e) {
      throw new MediaException(
          "cannot read picture " + name + ": not enough memory; lower the pixel limit", e);
    }
  }
}
