package io.r1reward.core.media;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of a GIF at its place on the logical screen. What the frame leaves free has the
 * transparent colour's entry of the palette, or the first entry, as in Pillow. Thread-safe.
 */
final class GifCanvas {

  private GifCanvas() {}

  static RgbImage read(ImageReader reader, MediaLimits limits) throws IOException {
    IIOMetadataNode stream = root(reader.getStreamMetadata());
    IIOMetadataNode frame = root(reader.getImageMetadata(0));
    IIOMetadataNode screen = child(stream, "LogicalScreenDescriptor");
    IIOMetadataNode place = child(frame, "ImageDescriptor");
    int left = number(place, "imageLeftPosition");
    int top = number(place, "imageTopPosition");
    int width = Math.max(number(screen, "logicalScreenWidth"), left + reader.getWidth(0));
    int height = Math.max(number(screen, "logicalScreenHeight"), top + reader.getHeight(0));
    limits.checkPixels(width, height);
    BufferedImage decoded = reader.read(0);
    RgbImage inner = RgbConversion.ofDecoded(decoded);
    if (inner.width() == width && inner.height() == height) {
      return inner;
    }
    return inner.placed(left, top, width, height, background(decoded, frame));
  }

  private static int background(BufferedImage decoded, IIOMetadataNode frame) {
    IIOMetadataNode control = child(frame, "GraphicControlExtension");
    boolean transparent =
        control != null && Boolean.parseBoolean(control.getAttribute("transparentColorFlag"));
    int index = transparent ? number(control, "transparentColorIndex") : 0;
    IndexColorModel palette = (IndexColorModel) decoded.getColorModel();
    return index < palette.getMapSize() ? palette.getRGB(index) : 0;
  }

  private static IIOMetadataNode root(IIOMetadata metadata) {
    return (IIOMetadataNode) metadata.getAsTree(metadata.getNativeMetadataFormatName());
  }

  private static @Nullable IIOMetadataNode child(IIOMetadataNode node, String name) {
    return (IIOMetadataNode) node.getElementsByTagName(name).item(0);
  }

  private static int number(@Nullable IIOMetadataNode node, String attribute) {
    return node == null ? 0 : Integer.parseInt(node.getAttribute(attribute));
  }
}
