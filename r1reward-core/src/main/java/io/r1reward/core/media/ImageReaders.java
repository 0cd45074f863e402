package io.r1reward.core.media;

import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.imageio.IIOException;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * One fixed ImageIO reader for each format, whatever other plug-ins are on the class path: the
 * JDK's for PNG and GIF, TwelveMonkeys' for the others; none for WebP. Thread-safe.
 */
final class ImageReaders {

  private static final Map<ImageFormat, ImageReaderSpi> PROVIDERS = new ConcurrentHashMap<>();

  private ImageReaders() {}

  /** Makes a reader, to be disposed of by the caller. */
  static ImageReader open(ImageFormat format) throws IOException {
    ImageReaderSpi provider = PROVIDERS.get(format);
    if (provider == null) {
      provider = lookUp(format);
      PROVIDERS.put(format, provider);
    }
    return provider.createReaderInstance();
  }

  private static synchronized ImageReaderSpi lookUp(ImageFormat format) throws IOException {
    return switch (format) {
      case PNG -> required("com.sun.imageio.plugins.png.PNGImageReaderSpi");
      case GIF -> required("com.sun.imageio.plugins.gif.GIFImageReaderSpi");
      case JPEG -> twelveMonkeys(JPEGImageReaderSpi.class, JPEGImageReaderSpi::new);
      case BMP -> twelveMonkeys(BMPImageReaderSpi.class, BMPImageReaderSpi::new);
      case TIFF -> twelveMonkeys(TIFFImageReaderSpi.class, TIFFImageReaderSpi::new);
      case WEBP -> throw new IIOException("WebP is decoded without ImageIO");
    };
  }

  private static <T extends ImageReaderSpi> ImageReaderSpi twelveMonkeys(
      Class<T> type, Supplier<T> provider) throws IOException {
    ImageReaderSpi found = find(type.getName());
    if (found != null) {
      return found;
    }
    // ImageIO looked for plug-ins with a class loader that does not see this one
    IIORegistry.getDefaultInstance().registerServiceProvider(provider.get(), ImageReaderSpi.class);
    return required(type.getName());
  }

  private static ImageReaderSpi required(String name) throws IOException {
    ImageReaderSpi found = find(name);
    if (found == null) {
      throw new IIOException("ImageIO has no reader " + name);
    }
    return found;
  }

  private static @Nullable ImageReaderSpi find(String name) {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (all.hasNext()) {
      ImageReaderSpi candidate = all.next();
      if (candidate.getClass().getName().equals(name)) {
        return candidate;
      }
    }
    return null;
  }
}
