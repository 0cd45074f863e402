package io.r1reward.onnx.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelFamily;
import io.r1reward.core.model.VisionConfig;
import io.r1reward.core.model.VisionLayout;
import io.r1reward.onnx.graph.ElementType;
import io.r1reward.onnx.graph.VisionGraph;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Runs the vision tower's graph (see {@link VisionGraph}) on one picture or video at a time. Not
 * thread-safe.
 */
final class VisionSession implements VisionTower {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final VisionGraph graph;
  private final ModelFamily family;
  private final VisionConfig config;
  private final ElementType type;

  VisionSession(
      OrtEnvironment environment,
      OrtSession session,
      VisionGraph graph,
      ModelConfig model,
      ElementType type) {
    this.environment = environment;
    this.session = session;
    this.graph = graph;
    this.family = model.family();
    this.config = model.vision();
    this.type = type;
  }

  @Override
  public float[] embed(VisionInput input) {
    int width = config.patchValues();
    if (input.patches().length != (long) input.patchCount() * width) {
      throw new InvalidInputException(
          "patches have "
              + input.patches().length / input.patchCount()
              + " values each, the model's have "
              + width);
    }
    VisionLayout layout = family.layout(config, input.gridH(), input.gridW());
    int[] order = patchOrder(layout, input.gridT());
    float[] patches = new float[input.patches().length];
    RotaryAngles angles = RotaryAngles.ofVision(config.headDim(), order.length);
    int frame = input.gridH() * input.gridW();
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(input.patches(), order[i] * width, patches, i * width, width);
      angles.add(0, layout.patchRow()[order[i] % frame], layout.patchColumn()[order[i] % frame]);
    }
    int count = order.length;
    try (Tensors inputs = new Tensors(environment)) {
      inputs.floats("pixel_values", type, patches, count, width);
      inputs.floats("cos", type, angles.cos(), count, angles.half());
      inputs.floats("sin", type, angles.sin(), count, angles.half());
      inputs.longs("frames", new long[] {input.gridT()}, 1);
      if (graph.layoutInputs().containsAll(VisionGraph.WINDOWS)) {
        feedWindows(inputs, Windows.of(layout, input.gridT()));
      }
      if (graph.layoutInputs().containsAll(VisionGraph.POSITIONS)) {
        feedPositions(inputs, layout);
      }
      try (OrtSession.RunOptions options = Sessions.givingMemoryBack();
          OrtSession.Result result = session.run(inputs.all(), options)) {
        OnnxTensor features = (OnnxTensor) result.get("image_features").orElseThrow();
        return inRasterOrder(features.getFloatBuffer(), layout, input.gridT());
      }
    } catch (OrtException e) {
      throw new EngineException("the vision tower failed: " + e.getMessage(), e);
    }
  }

  private static void feedWindows(Tensors inputs, Windows windows) throws OrtException {
    inputs.longs("window_rows", windows.rows(), windows.count(), windows.length());
    inputs.integers("window_mask", windows.mask(), windows.count(), windows.length());
    inputs.longs("window_places", windows.places(), windows.places().length);
  }

  private void feedPositions(Tensors inputs, VisionLayout layout) throws OrtException {
    int patches = layout.patchRow().length;
    int unit = config.spatialMergeSize() * config.spatialMergeSize();
    long[] corners = new long[4 * patches];
    float[] shares = new float[4 * patches];
    for (int i = 0; i < patches; i++) { // in computing order
      int patch = layout.unitAt()[i / unit] * unit + i % unit;
      for (int corner = 0; corner < 4; corner++) {
        corners[corner * patches + i] = layout.corners()[corner * patches + patch];
        shares[corner * patches + i] = layout.shares()[corner * patches + patch];
      }
    }
    inputs.longs("corners", corners, 4, patches);
    inputs.floats("shares", type, shares, 4, patches);
  }

  /** Returns for each place in computing order the patch that stands there, all frames. */
  private int[] patchOrder(VisionLayout layout, int frames) {
    int unit = config.spatialMergeSize() * config.spatialMergeSize();
    int units = layout.unitAt().length;
    int[] order = new int[frames * units * unit];
    int at = 0;
    for (int frame = 0; frame < frames; frame++) {
      for (int place = 0; place < units; place++) {
        for (int i = 0; i < unit; i++) {
          order[at++] = (frame * units + layout.unitAt()[place]) * unit + i;
        }
      }
    }
    return order;
  }

  private float[] inRasterOrder(FloatBuffer features, VisionLayout layout, int frames) {
    int width = (1 + config.deepStackBlocks().length()) * config.outHiddenSize();
    int units = layout.unitAt().length;
    float[] ordered = new float[frames * units * width];
    for (int i = 0; i < frames * units; i++) {
      int unit = i / units * units + layout.unitAt()[i % units];
      features.get(i * width, ordered, unit * width, width);
    }
    return ordered;
  }

  /**
   * The windows of all frames as a padded stack.
   *
   * @param count number of windows
   * @param length patches of the longest
   * @param rows patch at each place, {@code [count, length]}
   * @param mask 1 for a patch, 0 for padding, {@code [count, length]}
   * @param places where each patch stands, {@code [patches]}
   */
  @SuppressWarnings("ArrayRecordComponent") // handed to the graph at once
  private record Windows(int count, int length, long[] rows, int[] mask, long[] places) {

    static Windows of(VisionLayout layout, int frames) {
      int perFrame = layout.groups().stream().mapToInt(VisionLayout.Group::windows).sum();
      int length = layout.groups().stream().mapToInt(VisionLayout.Group::patches).max().orElse(0);
      int patches = frames * layout.patchRow().length;
      int count = frames * perFrame;
      Windows windows =
          new Windows(
              count, length, new long[count * length], new int[count * length], new long[patches]);
      int window = 0;
      int row = 0;
      for (int frame = 0; frame < frames; frame++) {
        for (VisionLayout.Group group : layout.groups()) {
          for (int i = 0; i < group.windows(); i++) {
            windows.fill(window++, row, group.patches());
            row += group.patches();
          }
        }
      }
      return windows;
    }

    private void fill(int window, int firstRow, int patches) {
      int begin = window * length;
      Arrays.fill(rows, begin, begin + length, firstRow); // padding repeats the first patch
      for (int i = 0; i < patches; i++) {
        rows[begin + i] = (long) firstRow + i;
        mask[begin + i] = 1;
        places[firstRow + i] = (long) begin + i;
      }
    }
  }

  @Override
  public void close() {
    Sessions.close(session);
  }
}
