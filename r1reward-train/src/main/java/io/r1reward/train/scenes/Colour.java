package io.r1reward.train.scenes;

import java.awt.Color;
import java.util.Locale;

/** A colour that a reader can name. */
enum Colour {
  RED(0xD62222),
  GREEN(0x1E9E3A),
  BLUE(0x1F4FD8),
  YELLOW(0xF2C811),
  PURPLE(0x8A2BC2),
  ORANGE(0xF07F13),
  BLACK(0x202020);

  private final Color ink;

  Colour(int rgb) {
    this.ink = new Color(rgb);
  }

  Color ink() {
    return ink;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
