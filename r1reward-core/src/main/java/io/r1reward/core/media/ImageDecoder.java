package io.r1reward.core.media;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import javax.imageio.IIOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the first picture of a file to the RGB pixels that Pillow sees. The size is taken from
 * the header and checked before any pixel is decoded; nothing is cached on disk. On hostile data
 * this may throw any exception. Thread-safe.
 */
final class ImageDecoder {

  // offsets of the low bytes of two little-endian header fields
  private static final int BMP_HEADER_SIZE = 14;
  private static final int BMP_COMPRESSION = 30;

  /**
   * Warnings of a file that ends too early. A data segment that ends early is damage within it,
   * which libjpeg and Pillow read over.
   */
  private static final Pattern TRUNCATION =
      Pattern.compile(
          "\\bpremature end(?! of data segment)|\\beo[fi]\\b", Pattern.CASE_INSENSITIVE);

  private ImageDecoder() {}

  /** What is done with a reader whose picture has an acceptable size. */
  interface Step<T> {
    T run(ImageReader reader) throws IOException;
  }

  static RgbImage decode(byte[] file, MediaLimits limits) throws IOException {
    ImageFormat format = ImageFormat.of(file);
    return switch (format) {
      case PNG -> {
        PngChunks png = PngChunks.of(file);
        yield read(format, png.data(), limits, reader -> png(reader, png));
      }
      case JPEG -> {
        JpegColors colors = JpegColors.of(file);
        JpegSegments segments = JpegSegments.of(file);
        byte[] clean = segments.cleaned(file);
        try {
          yield read(format, clean, limits, reader -> jpeg(reader, colors));
        } catch (IIOException e) {
          throw segments.isArithmetic() ? arithmetic(e) : e;
        }
      }
      case GIF -> {
        byte[] clean = GifCodes.cleaned(file);
        yield read(format, clean, limits, reader -> GifCanvas.read(reader, limits));
      }
      case BMP -> {
        refuseEmbedded(file);
        RgbImage byMasks = BmpFields.read(file, limits);
        yield byMasks != null ? byMasks : read(format, file, limits, ImageDecoder::raw);
      }
      case TIFF -> {
        TiffTags tags = TiffTags.of(file);
        tags.check();
        tags.checkUncompressed(file);
        if (tags.isWebp()) {
          yield TiffOrientation.of(tags).upright(TiffWebp.decode(file, tags, limits));
        }
        boolean indices = tags.hasPaletteAndExtra();
        byte[] plain = indices ? tags.withIndicesAsGrey(file) : file;
        RgbImage image = read(format, plain, limits, reader -> tiff(reader, file, tags, limits));
        yield indices ? tags.colors(image) : image;
      }
      case WEBP -> WebpPicture.decode(file, limits);
    };
  }

  /** Opens the format's reader on data, checks the size in the header, and runs the step. */
  static <T> T read(ImageFormat format, byte[] data, MediaLimits limits, Step<T> step)
      throws IOException {
    ImageReader reader = ImageReaders.open(format);
    try (ImageInputStream in = new ByteArrayImageInputStream(data)) {
      AtomicReference<@Nullable String> truncated = new AtomicReference<>();
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            if (tellsTruncation(warning)) {
              truncated.set(warning);
            }
          });
      reader.setInput(in, true, format != ImageFormat.GIF);
      limits.checkPixels(reader.getWidth(0), reader.getHeight(0));
      T decoded = step.run(reader);
      if (truncated.get() != null) {
        throw new EOFException(format + " is truncated: " + truncated.get());
      }
      return decoded;
    } finally {
      reader.dispose();
    }
  }

  static boolean tellsTruncation(String warning) {
    return TRUNCATION.matcher(warning).find();
  }

  private static RgbImage png(ImageReader reader, PngChunks png) throws IOException {
    BufferedImage image;
    try {
      image = reader.read(0);
    } catch (IIOException e) {
      if (e.getCause() == null) {
        throw e;
      }
      throw new IOException("PNG image data are damaged or end before the last pixel", e);
    }
    // Pillow has no 16-bit grey with alpha and opens it as mode RGBA
    return png.colorType() == PngChunks.GREY_ALPHA && png.bitDepth() == 16
        ? RgbConversion.ofDecodedGreyAlphaOnWhite(image)
        : RgbConversion.ofDecoded(image);
  }

  /** Components are read as they are: profiles and the reader's colour guesses stay out. */
  private static RgbImage jpeg(ImageReader reader, JpegColors colors) throws IOException {
    Raster raster = reader.readRaster(0, null);
    byte[] samples = RgbConversion.samples(raster, false);
    return colors.toRgb(samples, raster.getWidth(), raster.getHeight());
  }

  private static RgbImage tiff(ImageReader reader, byte[] file, TiffTags tags, MediaLimits limits)
      throws IOException {
    RgbImage image = raw(reader);
    if (tags.isFax()) {
      TiffFax.check(file, tags, image, limits);
    }
    return TiffOrientation.of(reader).upright(image);
  }

  private static IOException arithmetic(IIOException e) {
    return new IOException(
        "JPEG uses arithmetic coding, and the JDK of "
            + System.getProperty("java.vendor")
            + " could not read it: "
            + e.getMessage(),
        e);
  }

  /** Reads into the type of the file itself, so that no profile is applied. */
  static RgbImage raw(ImageReader reader) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    param.setDestinationType(reader.getRawImageType(0));
    return RgbConversion.ofDecoded(reader.read(0, param));
  }

  /** A JPEG or PNG inside a BMP has a size of its own that nobody checked; Pillow refuses both. */
  private static void refuseEmbedded(byte[] bmp) throws IOException {
    if (bmp.length <= BMP_COMPRESSION) {
      throw new EOFException("BMP is truncated in its header");
    }
    boolean longHeader = bmp[BMP_HEADER_SIZE] != 12;
    if (longHeader && (bmp[BMP_COMPRESSION] == 4 || bmp[BMP_COMPRESSION] == 5)) {
      throw new IOException("BMP holds a JPEG or PNG, which is not supported");
    }
  }
}
