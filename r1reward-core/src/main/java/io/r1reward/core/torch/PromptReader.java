package io.r1reward.core.torch;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.hash.HashCode;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.MediaSpans;
import io.r1reward.core.prefix.MediaKeys;
import io.r1reward.core.prefix.PrefixCache;
import io.r1reward.core.prefix.PromptBlocks;
import io.r1reward.core.torch.Prefill.Position;
import io.r1reward.core.torch.jni.TorchScript;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads prompts block by block, from where they part from what was read before; pictures that stand
 * in known blocks do not run through the vision tower. Not thread-safe.
 */
final class PromptReader implements AutoCloseable {
  /**
   * Tokens of a block: few, so that prompts share nearly all that they have in common, and enough
   * for the linear layers to be bound by arithmetic.
   */
  static final int CPU_BLOCK = 256;

  /** The same for a GPU, which needs more of them. */
  static final int GPU_BLOCK = 512;

  /** Embedding values kept of pictures: at 2 bytes each 128 MiB, of the 7B shape 18,700 tokens. */
  private static final long VISION_VALUES = 64L << 20;

  private static final Prefill.LayerListener NOBODY = (layer, hidden) -> {};

  private final TorchModel model;
  private final TorchScript script;
  private final Prefill prefill;
  private final MediaKeys keys = new MediaKeys();
  private final VisionCache vision;
  private final PrefixCache<Kept> cache;
  private final int blockTokens;

  PromptReader(TorchModel model, long cacheBytes) {
    this.model = model;
    this.script = model.script();
    this.prefill = new Prefill(model);
    this.vision = new VisionCache(new VisionTower(model), keys, model.manager(), VISION_VALUES);
    this.cache = new PrefixCache<>(cacheBytes);
    this.blockTokens = model.device().isGpu() ? GPU_BLOCK : CPU_BLOCK;
  }

  /**
   * What is kept of a block.
   *
   * @param manager owns the arrays
   * @param layers k and v of each layer, {@code [K, T, D]}
   * @param logits {@code [1, V]} behind the last token where the prompt ends there
   */
  private record Kept(NDManager manager, List<NDArray> layers, @Nullable NDArray logits)
      implements PrefixCache.Block {

    @Override
    public long bytes() {
      long bytes = layers.stream().mapToLong(Kept::bytes).sum();
      return logits == null ? bytes : bytes + bytes(logits);
    }

    private static long bytes(NDArray array) {
      return array.size() * array.getDataType().getNumOfBytes();
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  /** Takes over a prompt that was read. */
  interface Finisher {
    /**
     * Takes it.
     *
     * @param end where the prompt ends; owned by {@code own}
     * @param own to be closed by whoever takes over, also where this throws
     */
    void finish(PlacedPrompt prompt, End end, NDManager own);
  }

  /**
   * The end of a prompt.
   *
   * @param cache k and v of each layer, {@code [K, P, D]}
   * @param hidden residual stream of the last tokens, {@code [T, C]}; null where nothing was read
   * @param logits {@code [1, V]}; null where nobody wants them
   * @param reused how many of the first tokens were known
   */
  record End(List<NDArray> cache, @Nullable NDArray hidden, @Nullable NDArray logits, int reused) {}

  /**
   * Reads prompts one after the other.
   *
   * @param logits whether the logits behind each prompt are wanted; else its hidden states are
   */
  void read(List<Prompt> prompts, boolean logits, Finisher finisher) {
    List<PromptBlocks> blocks = new ArrayList<>();
    List<PlacedPrompt> placed = new ArrayList<>();
    for (Prompt prompt : prompts) {
      PromptBlocks split = PromptBlocks.of(prompt, model.ropeSettings(), blockTokens, keys);
      blocks.add(split);
      placed.add(PlacedPrompt.of(prompt, split.spans(), model.ropeSettings()));
    }
    cache.await(blocks);
    int at = 0;
    try {
      while (at < blocks.size()) {
        NDManager own = model.manager().newSubManager();
        try {
          End end = read(placed.get(at), blocks.get(at), logits, own);
          finisher.finish(placed.get(at), end, own);
        } catch (RuntimeException | Error e) {
          own.close();
          throw e;
        }
        cache.read(blocks.get(at++));
      }
    } finally {
      blocks.subList(at, blocks.size()).forEach(cache::read);
    }
  }

  private End read(PlacedPrompt prompt, PromptBlocks blocks, boolean logits, NDManager own) {
    List<Kept> known = cache.leading(blocks);
    if (known.size() == blocks.count() && logits) {
      NDArray last = known.get(known.size() - 1).logits();
      if (last == null) {
        throw new IllegalStateException("the end of a prompt was kept without its logits");
      }
      return new End(
          joined(known, own), null, script.one(own, "copy", last), prompt.prompt().length());
    }
    int first = Math.min(known.size(), blocks.count() - 1);
    Position position =
        first == 0
            ? prefill.start(own)
            : new Position(joined(known.subList(0, first), own), model.finalNorm());
    Map<VisionInput, NDArray> media = vision.encode(media(blocks.spans(), blocks.begin(first)));
    NDArray lastLogits = null;
    for (int block = first; block < blocks.count(); block++) {
      int from = blocks.begin(block);
      int to = blocks.begin(block + 1);
      Position next = prefill.read(prompt, from, to, position, media, own, NOBODY);
      position.cache().forEach(NDArray::close);
      if (block > first) {
        position.hidden().close();
      }
      position = next;
      boolean ends = block + 1 == blocks.count();
      if (ends && logits) {
        lastLogits = prefill.lastLogits(position, own); // [1, V]
      }
      if (!ends || logits) {
        keep(blocks.keys().get(block), position, from, to - from, lastLogits);
      }
    }
    return new End(position.cache(), position.hidden(), lastLogits, blocks.begin(first));
  }

  private void keep(
      HashCode key, Position position, int from, int count, @Nullable NDArray logits) {
    if (!cache.takes(key)) {
      return;
    }
    NDManager manager = model.manager().newSubManager();
    try {
      NDArray[] layers = position.cache().toArray(NDArray[]::new);
      cache.put(
          key,
          new Kept(
              manager,
              List.of(script.call(manager, "cache_part", layers, from, count)), // [K, T, D] each
              logits == null ? null : script.one(manager, "copy", logits))); // [1, V]
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  /** K and v of each layer over all tokens of some blocks, {@code [K, P, D]}. */
  private List<NDArray> joined(List<Kept> blocks, NDManager own) {
    NDArray[] parts =
        blocks.stream().flatMap(block -> block.layers().stream()).toArray(NDArray[]::new);
    return List.of(script.call(own, "cache_join", parts, blocks.size()));
  }

  /** Returns the media that have a token at {@code from} or behind. */
  private static Set<VisionInput> media(MediaSpans spans, int from) {
    Set<VisionInput> media = Collections.newSetFromMap(new IdentityHashMap<>());
    spans.between(from, Integer.MAX_VALUE).forEach(span -> media.add(span.input()));
    return media;
  }

  /** Returns what the head would read of a prompt's last token, {@code [C]}. */
  float[] lastHidden(End end, NDManager scope) {
    return prefill.lastHidden(new Position(end.cache(), requireNonNull(end.hidden())), scope);
  }

  @Override
  public void close() {
    cache.close();
    vision.close();
  }
}
