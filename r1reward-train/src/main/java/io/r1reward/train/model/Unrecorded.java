package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import io.r1reward.core.torch.jni.GradScript;
import io.r1reward.core.torch.jni.Torch;
import java.util.ArrayList;
import java.util.List;

/** A forward pass without gradients. Not thread-safe. */
final class Unrecorded {

  private Unrecorded() {}

  /** Returns the log-probabilities, {@code [row][target]}. */
  static double[][] run(Pass pass, MicroBatch batch, int headRows) {
    NDArray picked = picked(pass, batch.places); // [n, C]
    int count = batch.targets.length;
    float[] values = new float[count];
    for (int at = 0; at < count; at += headRows) {
      int from = at;
      int to = Math.min(count, at + headRows);
      try (NDArray part = picked.get(from + ":" + to);
          NDArray result = GradScript.silently(() -> pass.logProbabilities(part, from, to))) {
        System.arraycopy(Torch.floats(result), 0, values, from, to - from);
      }
    }
    return batch.byRow(values);
  }

  /** Returns what stands behind the final norm at each row's last token, {@code [row][C]}. */
  static float[][] lastHidden(Pass pass, MicroBatch batch) {
    NDArray picked = picked(pass, batch.ends); // [B, C]
    return batch.matrix(Torch.floats(GradScript.silently(() -> pass.finalHidden(picked))));
  }

  private static NDArray picked(Pass pass, long[] places) {
    List<NDArray> media = new ArrayList<>();
    for (Pass.Tower tower : pass.towers()) {
      media.add(apply(tower.stages(), tower.patches()));
    }
    NDArray hidden = apply(pass.layers(media), GradScript.silently(() -> pass.embed(media)));
    NDArray picked = GradScript.silently(() -> pass.pick(hidden, places)); // [n, C]
    hidden.close();
    return picked;
  }

  private static NDArray apply(List<Pass.Stage> stages, NDArray input) {
    NDArray x = input;
    for (Pass.Stage stage : stages) {
      NDArray from = x;
      x = GradScript.silently(() -> stage.apply(from));
      from.close();
    }
    return x;
  }
}
