package io.r1reward.core.media.vp8;

import static io.r1reward.core.media.vp8.Tables.AC_STEPS;
import static io.r1reward.core.media.vp8.Tables.DC_STEPS;

import java.io.EOFException;
import java.io.IOException;

/**
 * What stands before the macroblocks: RFC 6386, section 9. Reading it leaves {@link #modes} at the
 * first macroblock. Not thread-safe.
 */
final class FrameHeader {

  static final int SEGMENTS = 4;

  private static final int TAG_BYTES = 3;
  private static final int START_BYTES = 10;

  final int width;
  final int height;

  /** Partition of the prediction modes. */
  final BoolDecoder modes;

  /** Partitions of the coefficients; macroblock row {@code r} is in number {@code r % length}. */
  final BoolDecoder[] tokens;

  /** Whether each macroblock names its segment, and with which tree. */
  final boolean segmentMap;

  final int[] segmentTree = {255, 255, 255};

  final boolean simpleFilter;
  final int filterLevel;
  final int sharpness;

  /** Filter level of each segment, before the adjustment for 4 x 4 prediction. */
  final int[] segmentFilterLevels = new int[SEGMENTS];

  final int subblockFilterDelta;

  /** Quantiser steps of each segment, {@code [segment][first coefficient, others]}. */
  final int[][] lumaSteps = new int[SEGMENTS][];

  final int[][] lumaDcSteps = new int[SEGMENTS][];
  final int[][] chromaSteps = new int[SEGMENTS][];

  /** Token probabilities, {@code [type, band, context, 11]}. */
  final int[] coefficients = Tables.COEFFICIENTS.clone();

  /** Probability that a macroblock has coefficients, or -1 if none says. */
  final int skipProbability;

  private boolean segmented;
  private boolean absolute = true;
  private final int[] segmentQuantisers = new int[SEGMENTS];
  private final int[] segmentFilters = new int[SEGMENTS];

  FrameHeader(byte[] data, int start, int end) throws IOException {
    int[] size = size(data, start, end);
    width = size[0];
    height = size[1];
    int tag = little24(data, start);
    if ((tag >> 1 & 7) > 3 || (tag >> 4 & 1) == 0) {
      throw new IOException("VP8 frame has an unknown profile or is not to be shown");
    }
    int firstEnd = start + START_BYTES + (tag >> 5);
    if (firstEnd > end) {
      throw new EOFException("VP8 frame is truncated in its first partition");
    }
    modes = new BoolDecoder(data, start + START_BYTES, firstEnd);
    modes.unsigned(2); // colour space, clamping type
    segmentMap = readSegments();
    simpleFilter = modes.flag();
    filterLevel = modes.unsigned(6);
    sharpness = modes.unsigned(3);
    int[] deltas = readFilterDeltas();
    subblockFilterDelta = deltas[1];
    for (int s = 0; s < SEGMENTS; s++) {
      int level = absolute ? segmentFilters[s] : filterLevel + segmentFilters[s];
      segmentFilterLevels[s] = (segmented ? level : filterLevel) + deltas[0];
    }
    tokens = partitions(data, firstEnd, end, 1 << modes.unsigned(2));
    readQuantisers();
    modes.flag(); // keep the probabilities for later frames
    for (int i = 0; i < coefficients.length; i++) {
      if (modes.bit(Tables.COEFFICIENT_UPDATES[i]) == 1) {
        coefficients[i] = modes.unsigned(8);
      }
    }
    skipProbability = modes.flag() ? modes.unsigned(8) : -1;
  }

  /** Reads width and height of a key frame. */
  static int[] size(byte[] data, int start, int end) throws IOException {
    if (end - start < START_BYTES) {
      throw new EOFException("VP8 frame is truncated in its header");
    }
    if ((data[start] & 1) != 0 || little24(data, start + TAG_BYTES) != 0x2a019d) {
      throw new IOException("VP8 frame is not a key frame");
    }
    int width = little24(data, start + 6) & 0x3fff;
    int height = ((data[start + 8] & 0xff) | (data[start + 9] & 0xff) << 8) & 0x3fff;
    return new int[] {width, height};
  }

  private static int little24(byte[] data, int at) {
    return (data[at] & 0xff) | (data[at + 1] & 0xff) << 8 | (data[at + 2] & 0xff) << 16;
  }

  /** Section 9.3; returns whether macroblocks name their segments. */
  private boolean readSegments() throws EOFException {
    segmented = modes.flag();
    if (!segmented) {
      return false;
    }
    boolean map = modes.flag();
    if (modes.flag()) {
      absolute = modes.flag();
      for (int s = 0; s < SEGMENTS; s++) {
        segmentQuantisers[s] = modes.optionalSigned(7);
      }
      for (int s = 0; s < SEGMENTS; s++) {
        segmentFilters[s] = modes.optionalSigned(6);
      }
    }
    if (map) {
      for (int i = 0; i < segmentTree.length; i++) {
        segmentTree[i] = modes.flag() ? modes.unsigned(8) : 255;
      }
    }
    return map;
  }

  /** Section 9.6; returns the adjustments for intra frames and for 4 x 4 prediction. */
  private int[] readFilterDeltas() throws EOFException {
    int[] deltas = new int[8]; // four reference frames, four modes
    boolean adjusted = modes.flag();
    boolean updated = adjusted && modes.flag();
    for (int i = 0; updated && i < deltas.length; i++) {
      deltas[i] = modes.optionalSigned(6);
    }
    return new int[] {deltas[0], deltas[4]};
  }

  /** Section 9.5. */
  private static BoolDecoder[] partitions(byte[] data, int start, int end, int count)
      throws EOFException {
    int at = start + 3 * (count - 1);
    if (at >= end) {
      throw new EOFException("VP8 frame is truncated before its coefficients");
    }
    BoolDecoder[] partitions = new BoolDecoder[count];
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      int next = last ? end : Math.min(end, at + little24(data, start + 3 * i));
      partitions[i] = new BoolDecoder(data, at, next);
      at = next;
    }
    return partitions;
  }

  /** Sections 9.6 and 14.1. */
  private void readQuantisers() throws EOFException {
    int base = modes.unsigned(7);
    int lumaDc = modes.optionalSigned(4);
    int secondDc = modes.optionalSigned(4);
    int secondAc = modes.optionalSigned(4);
    int chromaDc = modes.optionalSigned(4);
    int chromaAc = modes.optionalSigned(4);
    for (int s = 0; s < SEGMENTS; s++) {
      int q = base;
      if (segmented) {
        q = absolute ? segmentQuantisers[s] : base + segmentQuantisers[s];
      }
      lumaSteps[s] = new int[] {DC_STEPS[clip(q + lumaDc, 127)], AC_STEPS[clip(q, 127)]};
      lumaDcSteps[s] =
          new int[] {
            DC_STEPS[clip(q + secondDc, 127)] * 2,
            Math.max(8, AC_STEPS[clip(q + secondAc, 127)] * 155 / 100)
          };
      chromaSteps[s] =
          new int[] {DC_STEPS[clip(q + chromaDc, 117)], AC_STEPS[clip(q + chromaAc, 127)]};
    }
  }

  private static int clip(int index, int max) {
    return Math.max(0, Math.min(max, index));
  }
}
