package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.ModelInfo;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.MediaSpans;
import io.r1reward.core.model.RopeIndex;
import io.r1reward.core.torch.Prefill.Position;
import io.r1reward.core.torch.jni.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Models of all {@link io.r1reward.core.model.ModelFamilies families} on PyTorch, on a CPU or a
 * CUDA device. Their numbers are those of the Hugging Face implementation.
 *
 * <p>Not thread-safe, and bound to the thread that opened it, whose intra-op thread count it sets.
 */
public final class TorchEngine implements DecoderEngine {
  /** A shorter common prefix is not worth a prefill of its own. */
  private static final int LEAST_SHARED = 32;

  /** Below this, threads cost more than they bring: measured 1.1 to 2.5 times slower with two. */
  private static final long FEW_PARAMETERS = 30_000_000;

  /** Embedding values kept of pictures: at 2 bytes each 128 MiB, of the 7B shape 18,700 tokens. */
  private static final long VISION_VALUES = 64L << 20;

  private static final Prefill.LayerListener NOBODY = (layer, hidden) -> {};

  private final TorchModel model;
  private final VisionCache vision;
  private final Prefill prefill;

  /** An engine over a model, which it closes. */
  TorchEngine(TorchModel model) {
    this.model = model;
    this.vision = new VisionCache(new VisionTower(model), model.manager(), VISION_VALUES);
    this.prefill = new Prefill(model);
  }

  /**
   * Opens a checkpoint folder.
   *
   * @throws io.r1reward.CheckpointException if the folder is not a usable checkpoint
   * @throws io.r1reward.InvalidInputException if a setting is none of those that there are
   * @throws io.r1reward.EngineException if PyTorch or the device is not available
   */
  public static TorchEngine open(Path checkpoint, TorchSettings settings) {
    Torch.prepareThread(settings.threads());
    return over(TorchModel.load(checkpoint, settings), settings);
  }

  /**
   * Opens weights that are in libtorch already. They shall not change until the engine is closed.
   *
   * @throws io.r1reward.InvalidInputException if a setting is none of those that there are
   * @throws io.r1reward.EngineException if PyTorch or the device is not available
   */
  public static TorchEngine open(WeightSource source, TorchSettings settings) {
    Torch.prepareThread(settings.threads());
    return over(TorchModel.of(source, settings), settings);
  }

  private static TorchEngine over(TorchModel model, TorchSettings settings) {
    if (settings.threads() == 0 && model.info().parameters() < FEW_PARAMETERS) {
      Torch.setThreads(1);
    }
    return new TorchEngine(model);
  }

  @Override
  public ModelInfo info() {
    return model.info();
  }

  @Override
  public List<PromptState> prefill(List<Prompt> prompts) {
    List<PromptState> states = new ArrayList<>();
    try {
      read(
          prompts,
          (prompt, shared, prefix, rope, media) ->
              states.add(finish(prompt, shared, prefix, rope, media)));
      return states;
    } catch (RuntimeException | Error e) {
      states.forEach(PromptState::close);
      throw e;
    }
  }

  @Override
  public List<float[]> lastHidden(List<Prompt> prompts) {
    List<float[]> hidden = new ArrayList<>();
    read(
        prompts,
        (prompt, shared, prefix, rope, media) -> {
          try (NDManager own = model.manager().newSubManager()) {
            Position end =
                prefill.read(prompt, shared, prompt.length(), prefix, rope, media, own, NOBODY);
            hidden.add(prefill.lastHidden(end, own));
          }
        });
    return hidden;
  }

  /** Finishes one prompt behind what it has in common with the others. */
  private interface Finisher {
    void finish(
        Prompt prompt,
        int shared,
        Position prefix,
        RopeIndex rope,
        Map<VisionInput, NDArray> media);
  }

  /** Reads what prompts have in common, and lets each be finished. */
  private void read(List<Prompt> prompts, Finisher finisher) {
    try (NDManager scope = model.manager().newSubManager()) {
      List<RopeIndex> ropes = new ArrayList<>();
      for (Prompt prompt : prompts) {
        ropes.add(RopeIndex.of(prompt.tokens(), prompt.vision(), model.ropeSettings()));
      }
      Map<VisionInput, NDArray> media = vision.encode(media(prompts));
      int shared = shared(prompts);
      Position prefix = prefill.start(scope);
      if (shared > 0) {
        prefix =
            prefill.read(prompts.get(0), 0, shared, prefix, ropes.get(0), media, scope, NOBODY);
      }
      for (int i = 0; i < prompts.size(); i++) {
        finisher.finish(prompts.get(i), shared, prefix, ropes.get(i), media);
      }
    }
  }

  @Override
  public DecodeBatch newBatch(int rows) {
    return newBatch(rows, model.sharesPrompts());
  }

  /** Makes a batch that shares prompts, which is for a CPU, or copies them. */
  DecodeBatch newBatch(int rows, boolean shares) {
    return new TorchDecodeBatch(model, rows, shares);
  }

  @Override
  public void close() {
    model.close();
    Torch.releaseCudaCache();
  }

  /** Returns the number of arrays there are: weights, caches and what is being computed. */
  int arrays() {
    return model.manager().getManagedArrays().size();
  }

  private PromptCache finish(
      Prompt prompt, int shared, Position prefix, RopeIndex rope, Map<VisionInput, NDArray> media) {
    NDManager own = model.manager().newSubManager();
    try {
      Position end =
          prefill.read(prompt, shared, prompt.length(), prefix, rope, media, own, NOBODY);
      NDArray logits = prefill.lastLogits(end, own); // [1, V]
      end.hidden().close();
      return new PromptCache(prompt, own, rope.delta(), logits, end.cache());
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
  }

  private int shared(List<Prompt> prompts) {
    if (prompts.size() < 2) {
      return 0;
    }
    Prompt first = prompts.get(0);
    int shared = first.length() - 1;
    for (Prompt prompt : prompts.subList(1, prompts.size())) {
      shared =
          Math.min(
              Math.min(shared, prompt.length() - 1),
              MediaSpans.commonPrefix(first, prompt, model.ropeSettings()));
    }
    return shared < LEAST_SHARED ? 0 : shared;
  }

  private static Set<VisionInput> media(List<Prompt> prompts) {
    Set<VisionInput> media = Collections.newSetFromMap(new IdentityHashMap<>());
    prompts.forEach(prompt -> media.addAll(prompt.vision()));
    return media;
  }
}
