package io.r1reward.core.model;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import io.r1reward.core.generate.VisionInput;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Frames of one size, which a vision tower computes together: attention never leaves a frame, so
 * whose they are does not matter. Immutable.
 *
 * @param height patch rows
 * @param width patch columns
 * @param frames at least one
 */
public record FrameBatch(int height, int width, ImmutableList<Frame> frames) {

  /**
   * One time step of a medium.
   *
   * @param step which one
   * @param tag whatever finds it again for whoever asked
   */
  public record Frame(VisionInput input, int step, long tag) {}

  /** Puts frames of a size together, sizes and frames in the order in which they come. */
  public static ImmutableList<FrameBatch> of(List<Frame> frames) {
    Map<List<Integer>, List<Frame>> bySize = new LinkedHashMap<>();
    for (Frame frame : frames) {
      bySize
          .computeIfAbsent(
              List.of(frame.input.gridH(), frame.input.gridW()), size -> new ArrayList<>())
          .add(frame);
    }
    ImmutableList.Builder<FrameBatch> batches = ImmutableList.builder();
    bySize.forEach(
        (size, list) ->
            batches.add(new FrameBatch(size.get(0), size.get(1), ImmutableList.copyOf(list))));
    return batches.build();
  }

  /** Returns the patches of one frame. */
  public int patches() {
    return height * width;
  }

  /** Cuts into batches of up to so many patches, or of one frame. */
  public List<FrameBatch> split(int mostPatches) {
    return Lists.partition(frames, Math.max(1, mostPatches / patches())).stream()
        .map(part -> new FrameBatch(height, width, ImmutableList.copyOf(part)))
        .toList();
  }

  /**
   * Returns the values of all patches, {@code [frames, patches, values]}, ready to be read.
   *
   * @param values of one patch
   */
  public FloatBuffer pixels(int values) {
    int size = patches() * values;
    FloatBuffer buffer = FloatBuffer.allocate(Math.multiplyExact(frames.size(), size));
    for (Frame frame : frames) {
      buffer.put(frame.input.patches(), frame.step * size, size);
    }
    return buffer.rewind();
  }
}
