package io.r1reward.train.scenes;

/**
 * One thing in a picture.
 *
 * @param noun what it is: {@code star}, {@code seven}, {@code bar}
 * @param colour its colour
 * @param cell where: 0 to 8, row by row, in a picture of 3 x 3 cells; the column from 0 in a chart
 * @param height height of a bar in units, 1 to 5; 0 for other things
 */
record Item(String noun, Colour colour, int cell, int height) {

  /** Returns "red star". */
  String name() {
    return colour + " " + noun;
  }

  boolean looksLike(Item other) {
    return noun.equals(other.noun) && colour == other.colour;
  }
}
