package io.r1reward.core.torch;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import io.r1reward.ModelInfo;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.machine.Processor;
import io.r1reward.core.prefix.PrefixCache;
import io.r1reward.core.torch.PromptReader.End;
import io.r1reward.core.torch.jni.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Models of all {@link io.r1reward.core.model.ModelFamilies families} on PyTorch, on a CPU or a
 * CUDA device. Their numbers are those of the Hugging Face implementation.
 *
 * <p>Not thread-safe, and bound to the thread that opened it, whose intra-op thread count it sets.
 */
public final class TorchEngine implements DecoderEngine {
  /** Below this, threads cost more than they bring: measured 1.1 to 2.5 times slower with two. */
  private static final long FEW_PARAMETERS = 30_000_000;

  private final TorchModel model;
  private final PromptReader reader;

  /**
   * An engine over a model, which it closes.
   *
   * @param cacheBytes most bytes of keys and values that are kept of prompts
   */
  TorchEngine(TorchModel model, long cacheBytes) {
    this.model = model;
    this.reader = new PromptReader(model, cacheBytes);
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
    return new TorchEngine(
        model, PrefixCache.budget(settings.prefixCacheBytes(), memoryLeft(model)));
  }

  /** The memory that weights leave; a GPU's is not known here, and taken for plenty. */
  private static long memoryLeft(TorchModel model) {
    return model.isOnGpu()
        ? Long.MAX_VALUE
        : Processor.current().memory() - model.info().parameters() * model.bytesPerValue();
  }

  @Override
  public ModelInfo info() {
    return model.info();
  }

  @Override
  public List<PromptState> prefill(List<Prompt> prompts) {
    List<PromptState> states = new ArrayList<>();
    try {
      reader.read(prompts, true, (prompt, end, own) -> states.add(state(prompt, end, own)));
      return states;
    } catch (RuntimeException | Error e) {
      states.forEach(PromptState::close);
      throw e;
    }
  }

  private static PromptCache state(PlacedPrompt prompt, End end, NDManager own) {
    if (end.hidden() != null) {
      end.hidden().close();
    }
    return new PromptCache(
        prompt.prompt(),
        own,
        prompt.rope().delta(),
        requireNonNull(end.logits()),
        end.cache(),
        end.reused());
  }

  @Override
  public List<float[]> lastHidden(List<Prompt> prompts) {
    List<float[]> hidden = new ArrayList<>();
    reader.read(
        prompts,
        false,
        (prompt, end, own) -> {
          hidden.add(reader.lastHidden(end, own));
          own.close();
        });
    return hidden;
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
    reader.close();
    model.close();
    Torch.releaseCudaCache();
  }

  /** Returns the number of arrays there are: weights, caches and what is being computed. */
  int arrays() {
    return model.manager().getManagedArrays().size();
  }
}
