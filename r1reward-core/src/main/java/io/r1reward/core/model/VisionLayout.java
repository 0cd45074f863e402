package io.r1reward.core.model;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Where the patches of one frame stand when the vision tower computes. The frame may be cut into
 * windows of {@code windowUnits x windowUnits} merged units; attention stays inside a window in
 * most blocks.
 *
 * <p>The reference implementation puts windows in raster order and masks one N x N attention. Here
 * windows of equal shape stand together, so that each {@link Group} is attended as one stack
 * without a mask; a frame has at most four groups (whole windows, right edge, bottom edge, corner).
 * Which windows stand where changes no result, and {@link #unitAt} leads back.
 *
 * @param unitAt for each place in computing order the merged unit (raster index) that stands there,
 *     {@code [units]}
 * @param groups windows of equal size, in computing order
 * @param patchRow row of each patch, in the image processor's order (the four patches of a unit
 *     together), {@code [patches]}
 * @param patchColumn column of each patch, likewise
 * @param corners for each patch, in the processor's order, the rows of a position table between
 *     which it stands, {@code [4, patches]} flat; empty without a table
 * @param shares how much of each of them it takes, {@code [4, patches]} flat; empty likewise
 */
@SuppressWarnings("ArrayRecordComponent") // handed to an engine at once
public record VisionLayout(
    int[] unitAt,
    ImmutableList<Group> groups,
    int[] patchRow,
    int[] patchColumn,
    int[] corners,
    float[] shares) {

  /**
   * Windows of equal size that stand together.
   *
   * @param windows how many
   * @param patches patches in each
   */
  public record Group(int windows, int patches) {}

  private record Window(int[] units) {}

  /**
   * Lays out one frame.
   *
   * @param gridH patch rows, a multiple of {@code mergeSize}
   * @param gridW patch columns, a multiple of {@code mergeSize}
   * @param mergeSize patches per merged unit and side
   * @param windowUnits merged units per window and side
   */
  public static VisionLayout of(int gridH, int gridW, int mergeSize, int windowUnits) {
    List<Window> windows = windows(gridH / mergeSize, gridW / mergeSize, windowUnits);
    windows.sort(Comparator.comparingInt((Window window) -> window.units.length).reversed());
    int[] unitAt = windows.stream().flatMapToInt(w -> Arrays.stream(w.units)).toArray();

    int unitPatches = mergeSize * mergeSize;
    ImmutableList.Builder<Group> groups = ImmutableList.builder();
    for (int i = 0; i < windows.size(); ) {
      int size = windows.get(i).units.length;
      int first = i;
      while (i < windows.size() && windows.get(i).units.length == size) {
        i++;
      }
      groups.add(new Group(i - first, size * unitPatches));
    }
    int[][] places = places(gridH, gridW, mergeSize);
    return new VisionLayout(unitAt, groups.build(), places[0], places[1], new int[0], new float[0]);
  }

  /**
   * Lays out one frame that is not cut: its units stand in raster order, and each patch finds its
   * place in a table of learned positions, {@code [side * side, C]}, between up to four of its rows
   * (bilinearly; the table spans the frame from corner to corner).
   *
   * @param gridH patch rows, a multiple of {@code mergeSize}
   * @param gridW patch columns, a multiple of {@code mergeSize}
   * @param mergeSize patches per merged unit and side
   * @param side rows and columns of the table
   */
  public static VisionLayout whole(int gridH, int gridW, int mergeSize, int side) {
    int[] unitAt = new int[gridH * gridW / (mergeSize * mergeSize)];
    Arrays.setAll(unitAt, i -> i);
    int[][] places = places(gridH, gridW, mergeSize);
    int patches = gridH * gridW;
    float[] down = steps(gridH, side);
    float[] across = steps(gridW, side);
    int[] corners = new int[4 * patches];
    float[] shares = new float[4 * patches];
    for (int i = 0; i < patches; i++) {
      float y = down[places[0][i]];
      float x = across[places[1][i]];
      int top = (int) y;
      int left = (int) x;
      int bottom = Math.min(top + 1, side - 1);
      int right = Math.min(left + 1, side - 1);
      float lower = y - top;
      float later = x - left;
      corners[i] = top * side + left;
      corners[patches + i] = top * side + right;
      corners[2 * patches + i] = bottom * side + left;
      corners[3 * patches + i] = bottom * side + right;
      shares[i] = (1 - lower) * (1 - later);
      shares[patches + i] = (1 - lower) * later;
      shares[2 * patches + i] = lower * (1 - later);
      shares[3 * patches + i] = lower * later;
    }
    return new VisionLayout(unitAt, ImmutableList.of(), places[0], places[1], corners, shares);
  }

  /** Evenly from 0 to {@code side - 1} in float32, from both ends as {@code torch.linspace}. */
  private static float[] steps(int count, int side) {
    float[] steps = new float[count];
    float end = side - 1;
    float step = count > 1 ? end / (count - 1) : 0;
    for (int i = 0; i < count; i++) {
      steps[i] = i < count / 2 || count == 1 ? step * i : end - step * (count - 1 - i);
    }
    return steps;
  }

  /** Row and column of each patch in the image processor's order, {@code [2][patches]}. */
  private static int[][] places(int gridH, int gridW, int mergeSize) {
    int unitPatches = mergeSize * mergeSize;
    int[] rows = new int[gridH * gridW];
    int[] columns = new int[gridH * gridW];
    int at = 0;
    for (int row = 0; row < gridH; row += mergeSize) {
      for (int column = 0; column < gridW; column += mergeSize) {
        for (int i = 0; i < unitPatches; i++) {
          rows[at] = row + i / mergeSize;
          columns[at++] = column + i % mergeSize;
        }
      }
    }
    return new int[][] {rows, columns};
  }

  /** Returns for each merged unit (raster index) its place in computing order, {@code [units]}. */
  public int[] placeOf() {
    int[] places = new int[unitAt.length];
    for (int place = 0; place < unitAt.length; place++) {
      places[unitAt[place]] = place;
    }
    return places;
  }

  private static List<Window> windows(int rows, int columns, int side) {
    List<Window> windows = new ArrayList<>();
    for (int top = 0; top < rows; top += side) {
      for (int left = 0; left < columns; left += side) {
        int height = Math.min(side, rows - top);
        int width = Math.min(side, columns - left);
        int[] units = new int[height * width];
        for (int i = 0; i < units.length; i++) {
          units[i] = (top + i / width) * columns + left + i % width;
        }
        windows.add(new Window(units));
      }
    }
    return windows;
  }
}
