package io.r1reward.core.media;

import java.io.EOFException;
import java.io.IOException;

/**
 * Where the strips or tiles of a TIFF's first picture lie. Immutable.
 *
 * @param tiled whether these are tiles
 * @param offsets of each in the file
 * @param counts how many bytes each has by its tags; empty if they do not say
 * @param columns of a full strip or tile, in pixels
 * @param rows of a full strip or tile
 */
@SuppressWarnings("ArrayRecordComponent")
record TiffStrips(boolean tiled, int[] offsets, int[] counts, int columns, int rows) {

  /** Where the data of one end: where the next one begins, if the tags do not say. */
  int end(byte[] file, int i) {
    long end = file.length;
    if (i < counts.length) {
      end = offsets[i] + (counts[i] & 0xffffffffL);
    } else if (i + 1 < offsets.length && offsets[i + 1] > offsets[i]) {
      end = offsets[i + 1];
    }
    return (int) Math.min(end, file.length);
  }

  /** How many strips a picture of a height needs, of those that there are. */
  int used(int height) {
    return rows < 1 ? 0 : Math.min(offsets.length, (height - 1) / rows + 1);
  }

  /**
   * Refuses data without compression that end before their last row. Their tags may tell fewer
   * bytes, which Pillow does not look at.
   *
   * @param across how many tiles lie side by side; 1 for strips
   * @param height of the picture, in rows
   * @param rowBytes of one strip or tile: for {@code rowGroup} rows at a time
   * @param planes one after the other, each with all strips or tiles
   */
  void checkUncompressed(
      byte[] file, int across, int height, long rowBytes, int rowGroup, int planes)
      throws IOException {
    int perPlane = Math.max(1, offsets.length / planes);
    for (int i = 0; i < offsets.length; i++) {
      long above = (long) (i % perPlane / across) * rows;
      long here = Math.max(0, Math.min(rows, height - above));
      long needed = (here + rowGroup - 1) / rowGroup * rowBytes;
      long found = offsets[i] < 0 ? 0 : Math.max(0, file.length - (long) offsets[i]);
      if (found < needed) {
        throw new EOFException(
            "TIFF is truncated: "
                + (tiled ? "tile " : "strip ")
                + i
                + " of "
                + offsets.length
                + " has "
                + found
                + " bytes, not "
                + needed);
      }
    }
  }
}
