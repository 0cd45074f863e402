package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import io.r1reward.core.torch.jni.GradScript;
import io.r1reward.core.torch.jni.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Forward and backward over one micro-batch. Without checkpointing one recording spans the pass.
 * With it the stages run unrecorded and only every n-th input is kept; the backward pass goes from
 * the last segment to the first, computes each again while recording, and hands the gradient of its
 * input on (Chen et al., arXiv 1604.06174). Both add the same gradients to the parameters. Not
 * thread-safe.
 */
final class Backpropagation {
  private final Pass pass;
  private final MicroBatch batch;
  private final NetworkSettings settings;

  /** Whether anything below the decoder's first layer is trained. */
  private final boolean trainsVision;

  private final boolean trainsEmbedding;

  Backpropagation(
      Pass pass,
      MicroBatch batch,
      NetworkSettings settings,
      boolean trainsVision,
      boolean trainsEmbedding) {
    this.pass = pass;
    this.batch = batch;
    this.settings = settings;
    this.trainsVision = trainsVision;
    this.trainsEmbedding = trainsEmbedding;
  }

  /** Runs both and returns the log-probabilities, {@code [row][target]}. */
  double[][] run(TokenGradient loss) {
    Head head = new Head(loss);
    run(batch.places, head::gradient);
    return head.logProbabilities;
  }

  /** Runs both with a loss on what stands behind the final norm at each row's last token. */
  void runHidden(HiddenGradient loss) {
    run(
        batch.ends,
        picked -> {
          NDArray leaf = leaf(picked); // [B, C]
          GradScript.require(leaf);
          NDArray hidden = GradScript.recording(() -> pass.finalHidden(leaf)); // [B, C]
          float[][] wanted = loss.of(batch.matrix(Torch.floats(hidden)));
          GradScript.backward(hidden, pass.create(wanted));
          return gradient(leaf);
        });
  }

  /**
   * Runs both.
   *
   * @param places of the flattened rows that the loss reads
   * @param top gives the gradient of those rows, {@code [n, C]} each
   */
  private void run(long[] places, UnaryOperator<NDArray> top) {
    if (settings.checkpointLayers() == 0) {
      recorded(places, top);
    } else {
      checkpointed(places, top);
    }
  }

  private void recorded(long[] places, UnaryOperator<NDArray> top) {
    NDArray picked =
        GradScript.recording(
            () -> {
              List<NDArray> media = new ArrayList<>();
              for (Pass.Tower tower : pass.towers()) {
                media.add(
                    trainsVision
                        ? apply(tower.stages(), tower.patches())
                        : GradScript.silently(() -> apply(tower.stages(), tower.patches())));
              }
              return pass.pick(apply(pass.layers(media), pass.embed(media)), places);
            }); // [n, C]
    GradScript.backward(picked, top.apply(picked));
  }

  private void checkpointed(long[] places, UnaryOperator<NDArray> top) {
    List<Segments> towers = new ArrayList<>();
    List<NDArray> media = new ArrayList<>();
    for (Pass.Tower tower : pass.towers()) {
      Segments segments = new Segments(tower.stages(), tower.patches(), false);
      towers.add(segments);
      media.add(segments.output);
    }
    Segments decoder =
        new Segments(
            pass.layers(media), GradScript.silently(() -> pass.embed(media)), true); // [B, T, C]

    GradScript.require(decoder.output);
    NDArray picked = GradScript.recording(() -> pass.pick(decoder.output, places)); // [n, C]
    GradScript.backward(picked, top.apply(picked));
    if (trainsVision && !media.isEmpty()) {
      media.forEach(GradScript::require); // the first layers may add to them, too
    }
    NDArray upstream = decoder.backward(gradient(decoder.output)); // of the embeddings
    if (trainsEmbedding || (trainsVision && !media.isEmpty())) {
      GradScript.backward(GradScript.recording(() -> pass.embed(media)), upstream);
    }
    if (trainsVision) {
      for (int i = 0; i < towers.size(); i++) {
        towers.get(i).backward(gradient(media.get(i)));
      }
    }
  }

  private static NDArray apply(List<Pass.Stage> stages, NDArray input) {
    NDArray x = input;
    for (Pass.Stage stage : stages) {
      x = stage.apply(x);
    }
    return x;
  }

  /** The same values without what they were made of. */
  private static NDArray leaf(NDArray picked) {
    NDArray leaf = GradScript.detach(picked);
    leaf.attach(picked.getManager());
    return leaf;
  }

  private static NDArray gradient(NDArray leaf) {
    NDArray gradient = GradScript.gradient(leaf);
    if (gradient == null) {
      throw new IllegalStateException("a layer's input got no gradient");
    }
    return gradient;
  }

  /** Stages in groups whose inputs are kept. */
  private final class Segments {
    private final List<List<Pass.Stage>> groups = new ArrayList<>();
    private final List<NDArray> inputs = new ArrayList<>();
    private final boolean inputNeedsGradient;
    private final NDArray output;

    Segments(List<Pass.Stage> stages, NDArray input, boolean inputNeedsGradient) {
      this.inputNeedsGradient = inputNeedsGradient;
      NDArray x = input;
      for (int at = 0; at < stages.size(); at += settings.checkpointLayers()) {
        List<Pass.Stage> group =
            stages.subList(at, Math.min(stages.size(), at + settings.checkpointLayers()));
        groups.add(group);
        inputs.add(x);
        NDArray from = x;
        x = GradScript.silently(() -> apply(group, from));
      }
      output = x;
    }

    /** Returns the gradient of the input, or the last upstream where the input needs none. */
    NDArray backward(NDArray fromAbove) {
      NDArray upstream = fromAbove;
      for (int i = groups.size() - 1; i >= 0; i--) {
        NDArray leaf = inputs.get(i);
        List<Pass.Stage> group = groups.get(i);
        boolean wanted = i > 0 || inputNeedsGradient;
        if (wanted) {
          GradScript.require(leaf);
        }
        NDArray result = GradScript.recording(() -> apply(group, leaf));
        GradScript.backward(result, upstream);
        result.close();
        if (wanted) {
          upstream = gradient(leaf);
        }
      }
      return upstream;
    }
  }

  /**
   * Log-probabilities and the gradient of the picked rows. At most {@code headRows} rows are
   * projected to the vocabulary at a time; where that is fewer than all, the log-probabilities are
   * computed first without recording, since the loss wants all of them.
   */
  private final class Head {
    private final TokenGradient loss;
    private double[][] logProbabilities = {};

    Head(TokenGradient loss) {
      this.loss = loss;
    }

    /** Returns the gradient of the picked rows, {@code [n, C]} both. */
    NDArray gradient(NDArray picked) {
      NDArray leaf = leaf(picked);
      int count = batch.targets.length;
      if (count <= settings.headRows()) {
        GradScript.require(leaf);
        NDArray result = GradScript.recording(() -> pass.logProbabilities(leaf, 0, count)); // [n]
        logProbabilities = batch.byRow(Torch.floats(result));
        GradScript.backward(result, pass.create(batch.flat(loss.of(logProbabilities))));
        return Backpropagation.gradient(leaf);
      }
      float[] values = new float[count];
      for (int at = 0; at < count; at += settings.headRows()) {
        int from = at;
        int to = Math.min(count, at + settings.headRows());
        try (NDArray part = leaf.get(rows(from, to));
            NDArray result = GradScript.silently(() -> pass.logProbabilities(part, from, to))) {
          System.arraycopy(Torch.floats(result), 0, values, from, to - from);
        }
      }
      logProbabilities = batch.byRow(values);
      float[] wanted = batch.flat(loss.of(logProbabilities));
      NDList gradients = new NDList();
      for (int at = 0; at < count; at += settings.headRows()) {
        int from = at;
        int to = Math.min(count, at + settings.headRows());
        NDArray part = leaf.get(rows(from, to)).duplicate(); // [to - from, C]
        GradScript.require(part);
        NDArray result = GradScript.recording(() -> pass.logProbabilities(part, from, to));
        GradScript.backward(result, pass.create(java.util.Arrays.copyOfRange(wanted, from, to)));
        gradients.add(Backpropagation.gradient(part));
        result.close();
        part.close();
      }
      NDArray upstream = NDArrays.concat(gradients); // [n, C]
      gradients.close();
      return upstream;
    }

    private NDIndex rows(int from, int to) {
      return new NDIndex(from + ":" + to);
    }
  }
}
