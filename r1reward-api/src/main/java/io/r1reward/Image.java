package io.r1reward;

import static io.r1reward.Given.given;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A picture, by where its pixels come from. Nothing is opened or decoded before the picture is
 * scored; PNG, JPEG, WebP, GIF (first frame), BMP and TIFF are understood then.
 *
 * <p>Immutable and thread-safe, provided that a byte array or {@link BufferedImage} handed in is
 * not changed afterwards.
 */
public final class Image implements Media {

  /** Where the pixels of an {@link Image} come from. */
  public sealed interface Source {}

  /**
   * A file, opened when the picture is scored.
   *
   * @param path the file
   */
  public record FileSource(Path path) implements Source {

    /** Checks that nothing is null. */
    public FileSource {
      given(path, "path");
    }
  }

  /**
   * An encoded picture in memory.
   *
   * @param data the bytes of a PNG, JPEG, … file; not copied
   * @param description how messages name this picture
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // a picture may be large; it is documented as not copied
  public record BytesSource(byte[] data, String description) implements Source {

    /** Checks that nothing is null. */
    public BytesSource {
      given(data, "data");
      given(description, "description");
    }
  }

  /**
   * Pixels that are already decoded.
   *
   * @param image the pixels; not copied
   */
  public record PixelsSource(BufferedImage image) implements Source {

    /** Checks that nothing is null. */
    public PixelsSource {
      given(image, "image");
    }
  }

  /**
   * A URI that a {@link MediaFetcher} has to open.
   *
   * @param uri neither {@code data:} nor {@code file:}
   */
  public record UriSource(URI uri) implements Source {

    /** Checks that nothing is null. */
    public UriSource {
      given(uri, "uri");
    }
  }

  private final Source source;

  private Image(Source source) {
    this.source = source;
  }

  /** A picture file. */
  public static Image of(Path path) {
    return new Image(new FileSource(given(path, "path")));
  }

  /** An encoded picture in memory; the array is not copied. */
  public static Image of(byte[] encoded) {
    given(encoded, "encoded");
    return new Image(new BytesSource(encoded, "image of " + encoded.length + " bytes"));
  }

  /**
   * An encoded picture from a stream, which is read to its end now and left open.
   *
   * @throws IOException if reading fails
   */
  public static Image of(InputStream encoded) throws IOException {
    return of(given(encoded, "encoded").readAllBytes());
  }

  /** Decoded pixels; not copied. */
  public static Image of(BufferedImage pixels) {
    return new Image(new PixelsSource(given(pixels, "pixels")));
  }

  /**
   * A picture by URI: {@code data:} URIs are decoded now, {@code file:} URIs become paths, and
   * every other scheme is left to the {@link MediaFetcher} of the model that scores it.
   *
   * @throws InvalidInputException if the URI has no scheme, is a malformed {@code data:} URI, or is
   *     a {@code file:} URI that is no path here
   */
  public static Image of(URI uri) {
    String scheme = given(uri, "uri").getScheme();
    if (scheme == null) {
      throw new InvalidInputException("image URI has no scheme: " + abbreviate(uri.toString()));
    }
    return switch (scheme.toLowerCase(Locale.ROOT)) {
      case "data" -> ofDataUri(uri.toString());
      case "file" -> of(pathOf(uri));
      default -> new Image(new UriSource(uri));
    };
  }

  /**
   * A picture from a {@code data:} URI, base64 or percent-encoded (RFC 2397). The media type is
   * ignored; the content tells the format. Base64 may be broken into lines and lack its padding.
   *
   * @throws InvalidInputException if the text is not a well-formed {@code data:} URI
   */
  public static Image ofDataUri(String uri) {
    if (!given(uri, "uri").regionMatches(true, 0, "data:", 0, 5)) {
      throw new InvalidInputException("not a data: URI: " + abbreviate(uri));
    }
    int comma = uri.indexOf(',');
    if (comma < 0) {
      throw new InvalidInputException("data: URI without a comma: " + abbreviate(uri));
    }
    String header = uri.substring(5, comma).toLowerCase(Locale.ROOT);
    String body = uri.substring(comma + 1);
    if (body.chars().anyMatch(c -> c > 127)) {
      throw new InvalidInputException(
          "data: URI with characters outside ASCII, which must be escaped: " + abbreviate(uri));
    }
    try {
      byte[] bytes =
          header.endsWith(";base64")
              ? decodeBase64(decodePercents(body))
              : decodePercents(body).getBytes(StandardCharsets.ISO_8859_1);
      return new Image(new BytesSource(bytes, "data: URI of " + bytes.length + " bytes"));
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "data: URI with a malformed body (" + e.getMessage() + "): " + abbreviate(uri), e);
    }
  }

  /** Returns where the pixels come from. */
  public Source source() {
    return source;
  }

  /** Returns how messages name this picture: its path, URI or size. */
  public String describe() {
    if (source instanceof FileSource file) {
      return file.path().toString();
    } else if (source instanceof BytesSource bytes) {
      return bytes.description();
    } else if (source instanceof UriSource remote) {
      return abbreviate(remote.uri().toString());
    }
    BufferedImage pixels = ((PixelsSource) source).image();
    return "image of " + pixels.getWidth() + " x " + pixels.getHeight() + " pixels";
  }

  /** Equal where the sources are: same path, URI, byte array or {@link BufferedImage}. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Image image && source.equals(image.source);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  @Override
  public String toString() {
    return "Image[" + describe() + "]";
  }

  private static Path pathOf(URI uri) {
    try {
      return Path.of(uri);
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      throw new InvalidInputException(
          "not a path on this machine (" + e.getMessage() + "): " + abbreviate(uri.toString()), e);
    }
  }

  /** Turns {@code %XX} into the character of that code; a plus sign stays one. */
  private static String decodePercents(String body) {
    return body.indexOf('%') < 0
        ? body
        : URLDecoder.decode(body.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
  }

  /** Leaves out line breaks and spaces, and the padding, which may be missing. */
  private static byte[] decodeBase64(String text) {
    byte[] letters = text.getBytes(StandardCharsets.ISO_8859_1);
    int length = 0;
    for (byte letter : letters) {
      if (letter != ' ' && (letter < '\t' || letter > '\r')) {
        letters[length++] = letter;
      }
    }
    while (length > 0 && letters[length - 1] == '=') {
      length--;
    }
    return Base64.getDecoder().decode(Arrays.copyOf(letters, length));
  }

  private static String abbreviate(String uri) {
    return uri.length() <= 80 ? uri : uri.substring(0, 77) + "...";
  }
}
