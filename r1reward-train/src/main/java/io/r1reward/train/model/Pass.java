package io.r1reward.train.model;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Floats;
import io.r1reward.core.model.FrameBatch;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.model.TowerTensors;
import io.r1reward.core.model.VisionLayout;
import io.r1reward.core.torch.jni.GradScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The stages of one forward pass over one micro-batch. A stage takes one tensor and gives one, so
 * that a tape can keep inputs alone. Not thread-safe.
 */
final class Pass {
  /** Leaves 40 bits, which the script multiplies without overflow. */
  private static final int SEED_SHIFT = 24;

  private static final String FINAL_NORM = "model.norm.weight";

  private final PolicyNetwork network;
  private final ModelConfig config;
  private final MicroBatch batch;
  private final NDManager scope;
  private final NDManager host;
  private final boolean adapters;
  private final long seed;
  private final @Nullable NDArray temperature;
  private final NDArray tokens;
  private final NDArray angles;
  private final @Nullable NDArray mediaPlaces;

  Pass(
      PolicyNetwork network,
      MicroBatch batch,
      NDManager scope,
      boolean adapters,
      long seed,
      double temperature) {
    this.network = network;
    this.config = network.config();
    this.batch = batch;
    this.scope = scope;
    this.host = scope.newSubManager(ai.djl.Device.cpu());
    this.adapters = adapters;
    this.seed = seed;
    this.temperature =
        temperature == 1 ? null : scope.create(new float[] {(float) temperature}); // [1]
    Shape rows = new Shape(batch.rows, batch.length);
    this.tokens = scope.create(batch.tokens, rows); // [B, T]
    NDArray positions =
        scope.create(batch.positions, new Shape(3, batch.rows, batch.length)); // [3, B, T]
    this.angles =
        GradScript.silently(
            () ->
                call(
                    "angles",
                    positions,
                    network.textFrequencies(),
                    network.rotaryAxes())); // [B, 1, T, D]
    this.mediaPlaces =
        batch.frames.isEmpty()
            ? null
            : scope.create(batch.mediaPlaces(config.vision().spatialMergeSize())); // [M]
  }

  /** One stage. */
  @FunctionalInterface
  interface Stage {
    NDArray apply(NDArray input);
  }

  /** The stages of the vision tower for the frames of one size; the first takes their patches. */
  record Tower(NDArray patches, List<Stage> stages) {}

  List<Tower> towers() {
    List<Tower> towers = new ArrayList<>();
    batch.frames.forEach(sameSize -> towers.add(tower(sameSize)));
    return towers;
  }

  private Tower tower(FrameBatch frames) {
    VisionLayout layout = config.family().layout(config.vision(), frames.height(), frames.width());
    NDArray unitAt = scope.create(longs(layout.unitAt())); // [U]
    NDArray placeOf = scope.create(longs(layout.placeOf())); // [U]
    NDArray turned =
        GradScript.silently(
            () ->
                call(
                    "vision_angles",
                    scope.create(longs(layout.patchRow())),
                    scope.create(longs(layout.patchColumn())),
                    network.visionFrequencies(),
                    unitAt)); // [N, 1, D]
    NDArray windows =
        host.create(
            layout.groups().stream()
                .flatMapToLong(g -> LongStream.of(g.windows(), g.patches()))
                .toArray()); // [2 n]
    NDArray whole = host.create(new Shape(0), DataType.INT64); // [0]
    Parameters parameters = network.weights();
    TowerTensors tensors = config.family().tower(config.vision());
    List<Stage> stages = new ArrayList<>();
    List<NDArray> embedding = parameters.tensors(tensors.embedding(), adapters);
    int patchCount = frames.patches();
    Shape perPatch = new Shape(layout.corners().length / patchCount, patchCount);
    NDArray corners = scope.create(longs(layout.corners()), perPatch); // [4, N], or [0, N]
    NDArray shares = scope.create(layout.shares(), perPatch); // [4, N], or [0, N]
    stages.add(
        patches -> call("vision_embed", embedding, patches, unitAt, corners, shares)); // [F, N, C]
    for (int i = 0; i < config.vision().depth(); i++) {
      List<NDArray> w = parameters.tensors(tensors.blocks().get(i), adapters);
      NDArray groups = config.vision().attendsWholeFrame(i) ? whole : windows;
      NDArray own = seed(i + 1);
      stages.add(x -> call("vision_block", w, x, turned, groups, own)); // [F, N, C]
      int deep = config.vision().deepStackBlocks().indexOf(i);
      if (deep >= 0) {
        List<NDArray> further = parameters.tensors(tensors.deepStack().get(deep), adapters);
        NDArray dropping = seed(config.vision().depth() + 1 + deep);
        stages.add(x -> call("vision_deep", further, x, placeOf, dropping)); // [F, U, 4 C + k E]
      }
    }
    List<NDArray> merger = parameters.tensors(tensors.merger(), adapters);
    NDArray own = seed(0);
    stages.add(x -> call("vision_merge", merger, x, placeOf, own)); // [F U, (1 + deep) E]
    return new Tower(pixels(frames), stages);
  }

  private NDArray pixels(FrameBatch frames) {
    int values = config.vision().patchValues();
    return scope.create(
        frames.pixels(values),
        new Shape(frames.frames().size(), frames.patches(), values)); // [F, N, values]
  }

  /** Token embeddings with those of the media put in, {@code [B, T, C]}. */
  NDArray embed(List<NDArray> media) {
    NDArray table = network.weights().compute(ModelTensors.EMBEDDING);
    return mediaPlaces == null
        ? call("embed", table, tokens)
        : call("embed_media", table, tokens, media, mediaPlaces);
  }

  /**
   * One stage per decoder layer, {@code [B, T, C]} each.
   *
   * @param media what the towers gave, which the first layers add to (DeepStack)
   */
  List<Stage> layers(List<NDArray> media) {
    List<Stage> stages = new ArrayList<>();
    int deep = mediaPlaces == null ? 0 : config.vision().deepStackBlocks().length();
    for (int i = 0; i < config.text().layers(); i++) {
      List<NDArray> w = network.weights().decoderLayer(i, adapters);
      NDArray own = seed(-1 - i);
      Stage layer = x -> call("decoder_layer", w, x, angles, own);
      NDArray index = host.create((long) i);
      stages.add(
          i < deep
              ? x -> call("add_deep", layer.apply(x), media, requireNonNull(mediaPlaces), index)
              : layer);
    }
    return stages;
  }

  /** The rows at places of the flattened rows, {@code [n, C]}. */
  NDArray pick(NDArray hidden, long[] places) {
    return call("pick", hidden, scope.create(places));
  }

  /** Picked rows behind the final norm, {@code [n, C]} float32. */
  NDArray finalHidden(NDArray picked) {
    return call("final_hidden", picked, network.weights().compute(FINAL_NORM));
  }

  /** Log-probabilities of targets {@code from .. to - 1}, {@code [to - from]} float32. */
  NDArray logProbabilities(NDArray picked, int from, int to) {
    NDArray targets = scope.create(Arrays.copyOfRange(batch.targets, from, to));
    NDArray norm = network.weights().compute(FINAL_NORM);
    return temperature == null
        ? call("log_probabilities", picked, norm, network.head(), targets)
        : call("tempered_log_probabilities", picked, norm, network.head(), targets, temperature);
  }

  NDArray create(float[] values) {
    return scope.create(values);
  }

  /** Rows of equal length as one matrix. */
  NDArray create(float[][] rows) {
    return scope.create(Floats.concat(rows), new Shape(rows.length, rows[0].length));
  }

  private NDArray call(String method, Object... arguments) {
    return network.script().call(scope, method, arguments);
  }

  /** A seed for each layer, so that no two drop the same places; [] int64, negative for none. */
  private NDArray seed(int layer) {
    long own = Hashing.murmur3_128().newHasher().putLong(seed).putInt(layer).hash().asLong();
    return host.create(seed < 0 ? seed : own >>> SEED_SHIFT);
  }

  private static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
