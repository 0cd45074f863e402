package io.r1reward.core.torch;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.MediaSpans;
import io.r1reward.core.model.RopeIndex;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.core.torch.jni.TorchScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the decoder over tokens of one prompt, layer by layer, behind what is read of it already.
 */
final class Prefill {
  private final TorchModel model;
  private final TorchScript script;
  private final TextConfig config;

  /** How many of the first layers add something of the tower to what stands behind them. */
  private final int deepLayers;

  Prefill(TorchModel model) {
    this.model = model;
    this.script = model.script();
    this.config = model.config().text();
    this.deepLayers = model.config().vision().deepStackBlocks().length();
  }

  /** Hears the residual stream behind each layer, {@code [T, C]}; it is closed afterwards. */
  interface LayerListener {
    /** Layer {@code layer} has run; -1 is the embedding. */
    void onLayer(int layer, NDArray hidden);

    /** What the tower has for layer {@code layer} was added to what stands behind it. */
    default void onDeepStack(int layer, NDArray hidden) {}
  }

  /**
   * Where a prompt stands after some of its tokens.
   *
   * @param cache k and v of each layer, {@code [K, P, D]}
   * @param hidden residual stream of the last chunk behind the last layer, {@code [T, C]}
   */
  record Position(List<NDArray> cache, NDArray hidden) {}

  /** Returns the position before the first token. */
  Position start(NDManager scope) {
    NDArray[] empty =
        script.call(
            scope,
            "cache_empty",
            model.finalNorm(),
            config.layers(),
            config.keyValueHeads(),
            config.headDim());
    return new Position(List.of(empty), model.finalNorm());
  }

  /** Returns the logits behind the last token read, {@code [1, V]}. */
  NDArray lastLogits(Position position, NDManager scope) {
    return script.one(
        scope,
        "last_logits",
        position.hidden,
        model.finalNorm(),
        model.head(),
        config.rmsNormEps(),
        config.vocabularySize());
  }

  /** Returns what the head would read of the last token, behind the final norm, {@code [C]}. */
  float[] lastHidden(Position position, NDManager scope) {
    try (NDArray hidden =
        script.one(scope, "last_hidden", position.hidden, model.finalNorm(), config.rmsNormEps())) {
      return Torch.floats(hidden); // [C]
    }
  }

  /**
   * Reads tokens {@code from .. to - 1} of a prompt at once.
   *
   * @param before the position behind token {@code from - 1}; left as it is
   * @param vision embeddings of the media among them
   * @param scope owns the result
   */
  Position read(
      PlacedPrompt prompt,
      int from,
      int to,
      Position before,
      Map<VisionInput, NDArray> vision,
      NDManager scope,
      LayerListener listener) {
    try (NDManager local = scope.newSubManager()) {
      NDArray[] tables =
          script.call(
              local,
              "rope",
              positions(prompt.rope(), from, to, local),
              model.textFrequencies(),
              model.rotaryAxes(),
              model.embedding()); // 2 x [T, D]
      NDArray ids =
          local.create(
              Arrays.stream(prompt.prompt().tokens(), from, to).asLongStream().toArray()); // [T]
      @Nullable Media media = media(prompt.spans(), from, to, vision, local);
      NDArray x = embed(ids, media, local); // [T, C]
      listener.onLayer(-1, x);
      List<NDArray> cache = new ArrayList<>();
      for (int layer = 0; layer < config.layers(); layer++) {
        NDArray[] out =
            script.call(
                local,
                "prefill_layer",
                model.layers(),
                TorchModel.PER_LAYER * layer,
                x,
                tables[0],
                tables[1],
                before.cache.get(2 * layer),
                before.cache.get(2 * layer + 1),
                config.heads(),
                config.keyValueHeads(),
                config.rmsNormEps()); // [T, C], 2 x [K, S, D]
        x.close();
        x = out[0];
        out[1].attach(scope);
        out[2].attach(scope);
        cache.add(out[1]);
        cache.add(out[2]);
        listener.onLayer(layer, x);
        if (media != null && layer < deepLayers) {
          NDArray deeper =
              script.one(local, "add_deep", x, media.embeddings, media.places, layer); // [T, C]
          x.close();
          x = deeper;
          listener.onDeepStack(layer, x);
        }
      }
      x.attach(scope);
      return new Position(cache, x);
    }
  }

  /**
   * What the tower has for the placeholders among some tokens.
   *
   * @param embeddings {@code [M, (1 + deep) C]}
   * @param places tokens at which they stand, {@code [M]}
   */
  private record Media(NDArray embeddings, NDArray places) {}

  /** Returns the media among tokens {@code from .. to - 1}; null where there are none. */
  private @Nullable Media media(
      MediaSpans spans, int from, int to, Map<VisionInput, NDArray> vision, NDManager scope) {
    List<NDArray> parts = new ArrayList<>();
    LongStream.Builder places = LongStream.builder();
    for (MediaSpans.Span span : spans.between(from, to)) {
      int first = Math.max(span.begin(), from);
      int last = Math.min(span.end(), to);
      NDArray embedding = requireNonNull(vision.get(span.input())); // [all of it, (1 + deep) C]
      int unit = span.firstUnit() + first - span.begin();
      parts.add(script.one(scope, "part", embedding, unit, last - first));
      for (int i = first; i < last; i++) {
        places.add(i - from);
      }
    }
    return parts.isEmpty()
        ? null
        : new Media(
            script.one(scope, "join", (Object) parts.toArray(NDArray[]::new)),
            scope.create(places.build().toArray()));
  }

  /** Token embeddings with the media's in their places, {@code [T, C]}. */
  private NDArray embed(NDArray ids, @Nullable Media media, NDManager scope) {
    return media == null
        ? script.one(scope, "embed_text", model.embedding(), ids)
        : script.one(scope, "embed", model.embedding(), ids, media.embeddings, media.places);
  }

  private static NDArray positions(RopeIndex rope, int from, int to, NDManager scope) {
    int length = to - from;
    long[] values = new long[3 * length];
    for (int i = 0; i < length; i++) {
      values[i] = rope.time()[from + i];
      values[length + i] = rope.height()[from + i];
      values[2 * length + i] = rope.width()[from + i];
    }
    return scope.create(
        java.nio.LongBuffer.wrap(values), new Shape(3, length), DataType.INT64); // [3, T]
  }
}
