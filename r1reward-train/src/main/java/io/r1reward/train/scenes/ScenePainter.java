package io.r1reward.train.scenes;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Random;

/**
 * Paints scenes with Java2D, off screen. Digits are seven-segment strokes, so that no font of the
 * machine plays a part. Stateless.
 */
final class ScenePainter {
  /** Segments a to g of each digit, bit 0 is a. */
  private static final int[] SEGMENTS = {
    0b0111111, 0b0000110, 0b1011011, 0b1001111, 0b1100110, 0b1101101, 0b1111101, 0b0000111,
    0b1111111, 0b1101111
  };

  /** End points of the segments in a box of 1 x 2: x1, y1, x2, y2. */
  private static final double[][] SEGMENT_LINES = {
    {0, 0, 1, 0}, {1, 0, 1, 1}, {1, 1, 1, 2}, {0, 2, 1, 2}, {0, 1, 0, 2}, {0, 0, 0, 1}, {0, 1, 1, 1}
  };

  private ScenePainter() {}

  static BufferedImage paint(Scene scene, int size, Random random) {
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      int shade = 232 + random.nextInt(24);
      g.setColor(new Color(shade, shade, Math.min(255, shade + random.nextInt(8))));
      g.fillRect(0, 0, size, size);
      for (Item item : scene.items()) {
        g.setColor(item.colour().ink());
        if (scene.kind() == Scene.Kind.CHART) {
          bar(g, item, scene.items().size(), size);
        } else {
          thing(g, scene.kind(), item, size, random);
        }
      }
      if (scene.kind() == Scene.Kind.CHART) {
        g.setColor(Color.DARK_GRAY);
        g.fill(new Rectangle2D.Double(size * 0.04, size * 0.94, size * 0.92, size * 0.02));
      }
    } finally {
      g.dispose();
    }
    return image;
  }

  private static void bar(Graphics2D g, Item item, int columns, int size) {
    double slot = size * 0.9 / columns;
    double height = size * 0.88 * item.height() / SceneMaker.MAX_HEIGHT;
    double x = size * 0.05 + slot * (item.cell() + 0.15);
    g.fill(new Rectangle2D.Double(x, size * 0.94 - height, slot * 0.7, height));
  }

  private static void thing(Graphics2D g, Scene.Kind kind, Item item, int size, Random random) {
    double cell = size / 3.0;
    double radius = cell * (0.34 + 0.08 * random.nextDouble());
    double slack = cell / 2 - radius;
    int row = item.cell() / 3;
    double x = cell * (item.cell() % 3 + 0.5) + slack * (random.nextDouble() - 0.5);
    double y = cell * (row + 0.5) + slack * (random.nextDouble() - 0.5);
    AffineTransform at = AffineTransform.getTranslateInstance(x, y);
    at.scale(radius, radius);
    if (kind == Scene.Kind.DIGITS) {
      digit(g, item, at, radius);
    } else {
      g.fill(at.createTransformedShape(outline(item.noun())));
    }
  }

  private static void digit(Graphics2D g, Item item, AffineTransform at, double radius) {
    int value = 0;
    while (!Words.number(value).equals(item.noun())) {
      value++;
    }
    g.setStroke(
        new BasicStroke((float) (radius * 0.3), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    for (int s = 0; s < SEGMENT_LINES.length; s++) {
      if (((SEGMENTS[value] >> s) & 1) == 1) {
        double[] line = SEGMENT_LINES[s];
        g.draw(
            at.createTransformedShape(
                new Line2D.Double(
                    line[0] - 0.5, 0.9 * (line[1] - 1), line[2] - 0.5, 0.9 * (line[3] - 1))));
      }
    }
  }

  /** Outlines within a circle of radius 1 around the origin. */
  private static Shape outline(String noun) {
    return switch (noun) {
      case "circle" -> new Ellipse2D.Double(-0.9, -0.9, 1.8, 1.8);
      case "square" -> new Rectangle2D.Double(-0.8, -0.8, 1.6, 1.6);
      case "triangle" -> polygon(3, 1, 1);
      case "star" -> polygon(10, 1, 0.4);
      case "diamond" -> polygon(4, 1, 1);
      case "cross" -> {
        Area cross = new Area(new Rectangle2D.Double(-0.95, -0.3, 1.9, 0.6));
        cross.add(new Area(new Rectangle2D.Double(-0.3, -0.95, 0.6, 1.9)));
        yield cross;
      }
      default -> throw new IllegalArgumentException("no outline for " + noun);
    };
  }

  private static Shape polygon(int corners, double outer, double inner) {
    Path2D.Double path = new Path2D.Double();
    for (int i = 0; i < corners; i++) {
      double angle = 2 * Math.PI * i / corners - Math.PI / 2;
      double r = i % 2 == 0 ? outer : inner;
      if (i == 0) {
        path.moveTo(r * Math.cos(angle), r * Math.sin(angle));
      } else {
        path.lineTo(r * Math.cos(angle), r * Math.sin(angle));
      }
    }
    path.closePath();
    return path;
  }
}
