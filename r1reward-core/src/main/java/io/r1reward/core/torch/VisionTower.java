package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.FrameBatch;
import io.r1reward.core.model.FrameBatch.Frame;
import io.r1reward.core.model.ModelFamily;
import io.r1reward.core.model.VisionConfig;
import io.r1reward.core.model.VisionLayout;
import io.r1reward.core.torch.jni.TorchScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Pictures and videos to embeddings. Frames of one size are computed together; attention stays
 * inside windows, and inside a frame in the full-attention blocks, so nothing is masked.
 */
final class VisionTower {
  /**
   * Frames are stacked up to this many patches, which bounds the memory of a block's activations.
   */
  private static final int MOST_PATCHES = 16_384;

  private final TorchModel model;
  private final TorchScript script;
  private final ModelFamily family;
  private final VisionConfig config;
  private final BlockListener listener;

  /** Hears what stands behind each block; it is closed afterwards. */
  interface BlockListener {
    /** Block {@code block} has run over {@code x}, {@code [F, N, C]}; -1 is the patch embedding. */
    void onBlock(int block, NDArray x);
  }

  VisionTower(TorchModel model) {
    this(model, (block, x) -> {});
  }

  VisionTower(TorchModel model, BlockListener listener) {
    this.model = model;
    this.listener = listener;
    this.script = model.script();
    this.family = model.config().family();
    this.config = model.config().vision();
  }

  /**
   * Computes the embeddings of inputs.
   *
   * @return for each input {@code [gridT * gridH * gridW / 4, (1 + deep) C]}, time steps one after
   *     the other, merged units in raster order: the embeddings, and behind each what further
   *     mergers (DeepStack) have for the first layers; owned by {@code scope}
   */
  IdentityHashMap<VisionInput, NDArray> encode(Collection<VisionInput> inputs, NDManager scope) {
    List<Frame> frames = new ArrayList<>();
    for (VisionInput input : inputs) {
      for (int step = 0; step < input.gridT(); step++) {
        frames.add(new Frame(input, step, 0));
      }
    }
    IdentityHashMap<VisionInput, List<NDArray>> parts = new IdentityHashMap<>();
    for (FrameBatch sameSize : FrameBatch.of(frames)) {
      for (FrameBatch batch : sameSize.split(MOST_PATCHES)) {
        NDArray embeddings = encode(batch, scope); // [F, U, (1 + deep) C]
        for (int i = 0; i < batch.frames().size(); i++) {
          parts
              .computeIfAbsent(batch.frames().get(i).input(), input -> new ArrayList<>())
              .add(embeddings.get(i)); // [U, (1 + deep) C]
        }
      }
    }
    IdentityHashMap<VisionInput, NDArray> embeddings = new IdentityHashMap<>();
    parts.forEach(
        (input, list) ->
            embeddings.put(
                input,
                list.size() == 1
                    ? list.get(0)
                    : script.one(scope, "join", (Object) list.toArray(NDArray[]::new))));
    return embeddings;
  }

  private NDArray encode(FrameBatch batch, NDManager scope) {
    VisionLayout layout = family.layout(config, batch.height(), batch.width());
    TowerWeights weights = model.vision();
    int patches = batch.patches();
    int frames = batch.frames().size();
    try (NDManager local = scope.newSubManager()) {
      NDArray unitAt = local.create(longs(layout.unitAt())); // [U]
      NDArray placeOf = local.create(longs(layout.placeOf())); // [U]
      NDArray[] rope =
          script.call(
              local,
              "vision_rope",
              local.create(longs(layout.patchRow())),
              local.create(longs(layout.patchColumn())),
              model.visionFrequencies(),
              unitAt); // 2 x [N, 1, D]
      Shape perPatch = new Shape(layout.corners().length / patches, patches);
      NDArray x =
          script.one(
              local,
              "vision_embed",
              weights.list(),
              pixels(batch, local),
              unitAt,
              local.create(longs(layout.corners())).reshape(perPatch), // [4, N], or [0, N]
              local.create(layout.shares()).reshape(perPatch)); // [4, N], or [0, N]
      long[] groups =
          layout.groups().stream()
              .flatMapToLong(g -> LongStream.of(g.windows(), g.patches()))
              .toArray();
      List<NDArray> tokens = new ArrayList<>();
      listener.onBlock(-1, x);
      for (int i = 0; i < config.depth(); i++) {
        NDArray next =
            block(
                i, x, rope, config.attendsWholeFrame(i) ? new long[0] : groups, local); // [F, N, C]
        x.close();
        x = next;
        listener.onBlock(i, x);
        int deep = config.deepStackBlocks().indexOf(i);
        if (deep >= 0) {
          int first = weights.deepStack() + deep * weights.perMerger();
          tokens.add(merged("vision_deep", first, x, placeOf, frames, local));
        }
      }
      tokens.add(0, merged("vision_merge", weights.merger(), x, placeOf, frames, local));
      NDArray out = // [F, U, (1 + deep) C]
          tokens.size() == 1
              ? tokens.get(0)
              : script.one(local, "beside", (Object) tokens.toArray(NDArray[]::new));
      out.attach(scope);
      return out;
    }
  }

  /** Runs a merger over {@code x}, {@code [F, N, C]}, to {@code [F, U, C of the decoder]}. */
  private NDArray merged(
      String method, int first, NDArray x, NDArray placeOf, int frames, NDManager scope) {
    NDArray flat =
        script.one(scope, method, model.vision().list(), first, x, placeOf); // [F U, C of decoder]
    return flat.reshape(frames, placeOf.size(), -1);
  }

  /**
   * Runs one block over {@code x}, {@code [F, N, C]}; no groups mean attention over the whole
   * frame.
   */
  NDArray block(int index, NDArray x, NDArray[] rope, long[] groups, NDManager scope) {
    return script.one(
        scope,
        "vision_block",
        model.vision().list(),
        model.vision().embedding() + model.vision().perBlock() * index,
        x,
        rope[0],
        rope[1],
        config.heads(),
        groups);
  }

  private NDArray pixels(FrameBatch batch, NDManager scope) {
    int values = config.patchValues();
    return scope.create(
        batch.pixels(values),
        new Shape(batch.frames().size(), batch.patches(), values)); // [F, N, values]
  }

  private static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
