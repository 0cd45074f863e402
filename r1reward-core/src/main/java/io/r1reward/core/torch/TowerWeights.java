package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.TowerTensors;
import io.r1reward.core.torch.jni.TensorList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The weights of a vision tower in one list, as its scripts take them, and where in it each part
 * begins.
 *
 * @param list those that embed patches, of each block, of the merger, of each further merger
 * @param embedding how many embed patches; the first block begins there
 * @param perBlock how many a block has
 * @param merger where the merger begins
 * @param deepStack where the first further merger begins
 * @param perMerger how many a further merger has
 */
record TowerWeights(
    TensorList list, int embedding, int perBlock, int merger, int deepStack, int perMerger) {

  /** Loads them; linear layers in the layout of the engine. */
  static TowerWeights load(
      ModelConfig config,
      Function<String, NDArray> loader,
      LinearWeights linear,
      OpeningLog opening) {
    TowerTensors tensors = config.family().tower(config.vision());
    List<NDArray> all = new ArrayList<>();
    tensors.embedding().names().forEach(name -> all.add(loader.apply(name)));
    int embedding = all.size();
    tensors
        .blocks()
        .forEach(
            block -> {
              all.addAll(linear.all(block.names()));
              opening.step();
            });
    int merger = all.size();
    all.addAll(linear.all(tensors.merger().names()));
    int deepStack = all.size();
    tensors.deepStack().forEach(part -> all.addAll(linear.all(part.names())));
    int perMerger =
        tensors.deepStack().isEmpty() ? 0 : (all.size() - deepStack) / tensors.deepStack().size();
    return new TowerWeights(
        TensorList.of(all),
        embedding,
        (merger - embedding) / config.vision().depth(),
        merger,
        deepStack,
        perMerger);
  }
}
