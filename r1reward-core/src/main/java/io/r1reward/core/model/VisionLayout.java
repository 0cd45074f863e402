package io.r1reward.core.model;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Where the patches of one frame stand when the vision tower computes. The frame is cut into
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
 */
@SuppressWarnings("ArrayRecordComponent") // handed to an engine at once
public record VisionLayout(
    int[] unitAt, ImmutableList<Group> groups, int[] patchRow, int[] patchColumn) {

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
    return new VisionLayout(unitAt, groups.build(), rows, columns);
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
