package io.r1reward.core.media.vp8;

/**
 * Smooths the edges of blocks: RFC 6386, section 15. A frame is filtered when all of it is decoded,
 * macroblock by macroblock in raster order. Thread-safe; works on the planes it is given.
 *
 * @param level strength of the macroblock, 0 for none
 * @param interior how much neighbours on one side of an edge may differ
 * @param highVariance above which difference an edge counts as a real one
 * @param inner whether edges inside the macroblock are filtered
 */
record LoopFilter(int level, int interior, int highVariance, boolean inner) {

  /** The filter of a macroblock. */
  static LoopFilter of(FrameHeader header, int segment, boolean subblocks, boolean inner) {
    int level = header.segmentFilterLevels[segment];
    level += subblocks ? header.subblockFilterDelta : 0;
    level = Math.max(0, Math.min(63, level));
    int interior = level;
    if (header.sharpness > 0) {
      interior >>= header.sharpness > 4 ? 2 : 1;
      interior = Math.min(interior, 9 - header.sharpness);
    }
    int highVariance = level >= 40 ? 2 : level >= 15 ? 1 : 0;
    return new LoopFilter(level, Math.max(1, interior), highVariance, inner);
  }

  /** Filters luma alone, on two samples to either side: section 15.2. */
  void simple(Plane luma, int x, int y) {
    if (level == 0) {
      return;
    }
    edges(luma, x, y, 16, true);
  }

  /** Filters all planes: section 15.3. */
  void normal(Plane luma, Plane u, Plane v, int x, int y) {
    if (level == 0) {
      return;
    }
    edges(luma, x, y, 16, false);
    edges(u, x / 2, y / 2, 8, false);
    edges(v, x / 2, y / 2, 8, false);
  }

  /** Left edge, inner columns, top edge, inner rows; every fourth sample is an inner edge. */
  private void edges(Plane plane, int x, int y, int size, boolean simple) {
    if (x > 0) {
      edge(plane, plane.at(x, y), 1, plane.stride, size, simple, true);
    }
    for (int i = 4; inner && i < size; i += 4) {
      edge(plane, plane.at(x + i, y), 1, plane.stride, size, simple, false);
    }
    if (y > 0) {
      edge(plane, plane.at(x, y), plane.stride, 1, size, simple, true);
    }
    for (int i = 4; inner && i < size; i += 4) {
      edge(plane, plane.at(x, y + i), plane.stride, 1, size, simple, false);
    }
  }

  /**
   * Filters along one edge.
   *
   * @param at first sample behind the edge
   * @param across distance of samples across the edge
   * @param along distance of samples along the edge
   */
  private void edge(
      Plane plane, int at, int across, int along, int size, boolean simple, boolean outer) {
    int limit = 2 * (2 * level + interior + (outer ? 4 : 0)) + 1;
    for (int i = 0; i < size; i++, at += along) {
      int p1 = plane.get(at - 2 * across);
      int p0 = plane.get(at - across);
      int q0 = plane.get(at);
      int q1 = plane.get(at + across);
      if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > limit) {
        continue;
      }
      if (simple) {
        two(plane, at, across, p1, p0, q0, q1);
        continue;
      }
      if (!smoothInside(plane, at, across, p1, p0, q0, q1)) {
        continue;
      }
      if (Math.abs(p1 - p0) > highVariance || Math.abs(q1 - q0) > highVariance) {
        two(plane, at, across, p1, p0, q0, q1);
      } else if (outer) {
        six(plane, at, across, p1, p0, q0, q1);
      } else {
        four(plane, at, across, p1, p0, q0, q1);
      }
    }
  }

  private boolean smoothInside(Plane plane, int at, int across, int p1, int p0, int q0, int q1) {
    int p3 = plane.get(at - 4 * across);
    int p2 = plane.get(at - 3 * across);
    int q2 = plane.get(at + 2 * across);
    int q3 = plane.get(at + 3 * across);
    return Math.abs(p3 - p2) <= interior
        && Math.abs(p2 - p1) <= interior
        && Math.abs(p1 - p0) <= interior
        && Math.abs(q3 - q2) <= interior
        && Math.abs(q2 - q1) <= interior
        && Math.abs(q1 - q0) <= interior;
  }

  private static void two(Plane plane, int at, int across, int p1, int p0, int q0, int q1) {
    int a = 3 * (q0 - p0) + signed8(p1 - q1);
    plane.set(at - across, p0 + signed5((a + 3) >> 3));
    plane.set(at, q0 - signed5((a + 4) >> 3));
  }

  private static void four(Plane plane, int at, int across, int p1, int p0, int q0, int q1) {
    int a = 3 * (q0 - p0);
    int near = signed5((a + 4) >> 3);
    int far = (near + 1) >> 1;
    plane.set(at - 2 * across, p1 + far);
    plane.set(at - across, p0 + signed5((a + 3) >> 3));
    plane.set(at, q0 - near);
    plane.set(at + across, q1 - far);
  }

  private static void six(Plane plane, int at, int across, int p1, int p0, int q0, int q1) {
    int a = signed8(3 * (q0 - p0) + signed8(p1 - q1));
    int near = (27 * a + 63) >> 7;
    int middle = (18 * a + 63) >> 7;
    int far = (9 * a + 63) >> 7;
    plane.set(at - 3 * across, plane.get(at - 3 * across) + far);
    plane.set(at - 2 * across, p1 + middle);
    plane.set(at - across, p0 + near);
    plane.set(at, q0 - near);
    plane.set(at + across, q1 - middle);
    plane.set(at + 2 * across, plane.get(at + 2 * across) - far);
  }

  private static int signed8(int value) {
    return Math.max(-128, Math.min(127, value));
  }

  private static int signed5(int value) {
    return Math.max(-16, Math.min(15, value));
  }
}
