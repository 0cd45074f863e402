package io.r1reward.train;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.MediaFetcher;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.core.safetensors.DType;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.model.Lora;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.parallel.TrainingCluster;
import io.r1reward.train.policy.PolicySampler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every trainer wants to know: which checkpoint, where and how it is trained, and who watches.
 * A trainer that was built does not follow its builder any more. Not thread-safe. Defaults:
 *
 * <ul>
 *   <li>network: float32 on the first GPU or the CPU, all weights trained, the optimiser beside
 *       them
 *   <li>protocol: {@link R1RewardProtocol}, pictures of at most 501,760 pixels
 *   <li>judgements: the judging engine, 64 completions at a time
 *   <li>export: bfloat16
 *   <li>nothing held out, nobody listening
 * </ul>
 *
 * @param <B> the builder itself
 */
public abstract class TrainerBuilder<B extends TrainerBuilder<B>> {
  private @Nullable Path policy;
  private @Nullable Path run;
  private @Nullable Path adapter;
  private final NetworkSettings.Builder network = NetworkSettings.builder();
  private ImmutableList<String> devices = ImmutableList.of("auto");
  private JudgeProtocol protocol = R1RewardProtocol.create();
  private @Nullable Long maxPixels;
  private @Nullable MediaFetcher mediaFetcher;
  private @Nullable TrainingCluster cluster;
  private @Nullable PolicySampler sampler;
  private int rolloutRows = 64;
  private @Nullable PreferenceDataset heldOut;
  private DType exportType = DType.BF16;
  private final List<TrainingListener> listeners = new ArrayList<>();

  /** For the trainers of this package. */
  TrainerBuilder() {}

  /** Returns this builder. */
  abstract B self();

  /** Returns a copy that later changes of this builder do not reach. */
  TrainerSettings frozen() {
    return new TrainerSettings(
        policy,
        run,
        adapter,
        network.build(),
        devices,
        protocol,
        maxPixels,
        mediaFetcher,
        cluster,
        sampler,
        rolloutRows,
        heldOut,
        exportType,
        ImmutableList.copyOf(listeners));
  }

  /** Checkpoint folder to start from, in the Hugging Face layout. Required. */
  @CanIgnoreReturnValue
  public B policy(Path checkpoint) {
    policy = requireNonNull(checkpoint, "policy");
    return self();
  }

  /** Folder of the run: {@code checkpoints}, and the {@code judge} at the end. Required. */
  @CanIgnoreReturnValue
  public B run(Path folder) {
    run = requireNonNull(folder, "run");
    return self();
  }

  /** Trains adapters instead of the weights. */
  @CanIgnoreReturnValue
  public B lora(Lora adapters) {
    network.lora(requireNonNull(adapters, "lora"));
    return self();
  }

  /**
   * Goes on with saved adapters, in PEFT's format; their rank, targets and the rest are read from
   * the folder and replace {@link #lora}.
   */
  @CanIgnoreReturnValue
  public B adapter(Path folder) {
    adapter = requireNonNull(folder, "adapter");
    return self();
  }

  /** {@code auto} (the first GPU, or the CPU), {@code cpu} or {@code cuda:N}. */
  @CanIgnoreReturnValue
  public B device(String name) {
    return devices(name);
  }

  /**
   * Trains on several devices at once: each holds the whole network, the micro-batches of a step
   * and the prompts of a rollout are spread over them, and their gradients are summed before the
   * one optimiser step. Batch sizes are those of all devices together, so a run gives what it gives
   * on one device, up to the rounding of sums (and the places that adapters' dropout zeroes).
   *
   * @param names {@code cpu}, as often as wanted, or {@code cuda:N}, each once; wrong ones are
   *     refused when the run starts
   */
  @CanIgnoreReturnValue
  public B devices(String... names) {
    devices = ImmutableList.copyOf(names);
    return self();
  }

  /**
   * Lets the processes of a cluster do rollouts, log-probabilities and gradients, each on its own
   * copy of the frozen weights; only {@link #lora adapters} are trained there, and no scalar
   * models. The device trains nothing then, but holds the network that is stepped, saved and
   * exported. A step is that of one device with the same token budget, to the last bit; where a run
   * goes on, the cluster may be another, or none.
   */
  @CanIgnoreReturnValue
  public B cluster(TrainingCluster where) {
    cluster = requireNonNull(where, "cluster");
    return self();
  }

  /**
   * Computes in bfloat16, with float32 masters and float32 sums of gradients of what is trained: 8
   * bytes for every trained value.
   */
  @CanIgnoreReturnValue
  public B bfloat16(boolean wanted) {
    network.bfloat16(wanted);
    return self();
  }

  /**
   * Keeps the optimiser's float32 masters and moments, and in bfloat16 the float32 sums of
   * gradients over micro-batches, in host memory, and steps them there: for weights that are
   * trained whole, 16 bytes each that the GPU need not hold (8 in float32).
   */
  @CanIgnoreReturnValue
  public B offloadOptimiser(boolean wanted) {
    network.offloadOptimiser(wanted);
    return self();
  }

  /** Whether the vision tower is trained, too (the default), or frozen; adapters have their own. */
  @CanIgnoreReturnValue
  public B trainVision(boolean wanted) {
    network.trainVision(wanted);
    return self();
  }

  /**
   * Keeps only every n-th layer's input in the forward pass and computes what is between again in
   * the backward pass; 0 keeps everything, 1 saves most.
   */
  @CanIgnoreReturnValue
  public B gradientCheckpointing(int everyLayers) {
    network.checkpointLayers(everyLayers);
    return self();
  }

  /**
   * Most tokens whose logits are there at a time, 1,024 by default: each takes 4 bytes for every
   * entry of the vocabulary, several times over.
   */
  @CanIgnoreReturnValue
  public B headRows(int rows) {
    network.headRows(rows);
    return self();
  }

  /** Intra-op threads on a CPU, of each replica; 0 for the library's choice. */
  @CanIgnoreReturnValue
  public B threads(int count) {
    network.threads(count);
    return self();
  }

  /** What the judge is asked and how it is understood. */
  @CanIgnoreReturnValue
  public B protocol(JudgeProtocol how) {
    protocol = requireNonNull(how, "protocol");
    return self();
  }

  /**
   * Pictures with more pixels are made smaller. The judge that comes out says so in its own
   * settings, so that it is asked as it was trained.
   */
  @CanIgnoreReturnValue
  public B maxPixels(long pixels) {
    maxPixels = pixels;
    return self();
  }

  /** Opens pictures by URIs other than {@code file:} and {@code data:}; none by default. */
  @CanIgnoreReturnValue
  public B mediaFetcher(MediaFetcher fetcher) {
    mediaFetcher = requireNonNull(fetcher, "mediaFetcher");
    return self();
  }

  /**
   * Where judgements come from, in place of the judging engine. With several devices it is asked on
   * the first alone.
   */
  @CanIgnoreReturnValue
  public B sampler(PolicySampler source) {
    sampler = requireNonNull(source, "sampler");
    return self();
  }

  /** Most completions that the judging engine decodes at a time, on each device. */
  @CanIgnoreReturnValue
  public B rolloutRows(int rows) {
    rolloutRows = rows;
    return self();
  }

  /** Pairs that are judged greedily every so often and at the end, never trained on. */
  @CanIgnoreReturnValue
  public B heldOut(PreferenceDataset pairs) {
    heldOut = requireNonNull(pairs, "heldOut");
    return self();
  }

  /** Number format of the exported judge. */
  @CanIgnoreReturnValue
  public B exportType(DType type) {
    exportType = requireNonNull(type, "exportType");
    return self();
  }

  /** Adds a listener. */
  @CanIgnoreReturnValue
  public B listener(TrainingListener listener) {
    listeners.add(requireNonNull(listener, "listener"));
    return self();
  }
}
