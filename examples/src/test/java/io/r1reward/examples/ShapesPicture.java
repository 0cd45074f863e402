package io.r1reward.examples;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Draws the quickstart's picture: a red disc, a blue square and a green triangle on white. */
final class ShapesPicture {

  private ShapesPicture() {}

  /** Writes the picture to the file named. */
  public static void main(String[] arguments) throws IOException {
    ImageIO.write(draw(), "png", Path.of(arguments[0]).toFile());
  }

  static BufferedImage draw() {
    BufferedImage image = new BufferedImage(336, 224, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, 336, 224);
    graphics.setColor(new Color(208, 32, 32));
    graphics.fillOval(24, 28, 96, 96);
    graphics.setColor(new Color(32, 64, 200));
    graphics.fillRect(136, 104, 84, 84);
    graphics.setColor(new Color(24, 144, 56));
    graphics.fillPolygon(new Polygon(new int[] {232, 276, 320}, new int[] {120, 32, 120}, 3));
    graphics.dispose();
    return image;
  }
}
