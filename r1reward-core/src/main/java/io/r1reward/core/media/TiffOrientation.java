package io.r1reward.core.media;

import static io.r1reward.core.media.RgbImage.CHANNELS;

import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataFormatImpl;
import javax.imageio.metadata.IIOMetadataNode;

/**
 * How the rows and columns of a TIFF lie. Pillow turns a TIFF upright when it loads it, unlike any
 * other format: there nobody in the pipeline looks at the EXIF orientation.
 */
enum TiffOrientation {
  /** First row on top, first column on the left. */
  NORMAL("Normal", false, false, false),
  /** Mirrored left to right. */
  FLIP_H("FlipH", false, true, false),
  /** Upside down. */
  ROTATE_180("Rotate180", false, true, true),
  /** Mirrored top to bottom. */
  FLIP_V("FlipV", false, false, true),
  /** Rows are columns. */
  TRANSPOSE("FlipHRotate90", true, false, false),
  /** To be turned clockwise. */
  CLOCKWISE("Rotate270", true, false, true),
  /** Rows are columns, seen from the opposite corner. */
  TRANSVERSE("FlipVRotate90", true, true, true),
  /** To be turned counter-clockwise. */
  COUNTER_CLOCKWISE("Rotate90", true, true, false);

  /** Value of ImageOrientation in ImageIO's standard metadata. */
  private final String metadataValue;

  private final boolean transposed;
  private final boolean flipX;
  private final boolean flipY;

  TiffOrientation(String metadataValue, boolean transposed, boolean flipX, boolean flipY) {
    this.metadataValue = metadataValue;
    this.transposed = transposed;
    this.flipX = flipX;
    this.flipY = flipY;
  }

  static TiffOrientation of(TiffTags tags) {
    int value = tags.get(TiffTags.ORIENTATION, 1);
    return value < 1 || value > values().length ? NORMAL : values()[value - 1];
  }

  static TiffOrientation of(ImageReader reader) throws IOException {
    IIOMetadataNode root =
        (IIOMetadataNode)
            reader.getImageMetadata(0).getAsTree(IIOMetadataFormatImpl.standardMetadataFormatName);
    IIOMetadataNode node = (IIOMetadataNode) root.getElementsByTagName("ImageOrientation").item(0);
    for (TiffOrientation orientation : values()) {
      if (node != null && orientation.metadataValue.equals(node.getAttribute("value"))) {
        return orientation;
      }
    }
    return NORMAL;
  }

  /** Returns the picture as it is meant to be seen. */
  RgbImage upright(RgbImage image) {
    if (this == NORMAL) {
      return image;
    }
    int width = transposed ? image.height() : image.width();
    int height = transposed ? image.width() : image.height();
    byte[] out = new byte[image.pixels().length];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int sourceX = transposed ? y : x;
        int sourceY = transposed ? x : y;
        sourceX = flipX ? image.width() - 1 - sourceX : sourceX;
        sourceY = flipY ? image.height() - 1 - sourceY : sourceY;
        int from = (sourceY * image.width() + sourceX) * CHANNELS;
        out[at++] = image.pixels()[from];
        out[at++] = image.pixels()[from + 1];
        out[at++] = image.pixels()[from + 2];
      }
    }
    return new RgbImage(width, height, out);
  }
}
