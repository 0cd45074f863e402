package io.r1reward.springboot;

import io.r1reward.InvalidInputException;
import io.r1reward.RewardModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties that begin with {@code r1reward.}; what is not set is the builder's default.
 * Immutable.
 *
 * @param checkpoint Checkpoint folder, or hf:owner/name@revision of the Hugging Face hub. Without
 *     it, or where it is blank, there is no model.
 * @param engine Engine, pytorch or onnx. Default: the first that understands the folder.
 * @param device Device, auto, cpu or cuda:N. Default: the first GPU where there is one, else cpu.
 * @param dtype Number format, auto, float32 or bfloat16. Default: the checkpoint's own where the
 *     device computes in it.
 * @param maxPixels Most pixels of a picture, at least 784; larger ones are made smaller. Default:
 *     the checkpoint's, but at most 1003520.
 * @param batchRows Most completions that are decoded at a time. Default: 16.
 * @param queueCapacity Most requests that wait; one more is refused. Default: 1024.
 * @param threads Threads inside one operator on a CPU. Default: chosen by the engine.
 * @param selfCheck Whether fast kernels are held against plain arithmetic at the start. Default:
 *     true.
 * @param protocol Protocol file (JSON) that says how the judge is asked. Default: R1-Reward's own.
 * @param prefixCache Most memory for prompts that have been read, 0 for none. Default: a share of
 *     the memory, at most 2 GB.
 * @param lookahead Whether guessed tokens may be computed beside those that are due. Default: the
 *     library's.
 * @param options Settings that only one engine or protocol knows, by name.
 * @param shutdownTimeout Longest wait at the shutdown for requests under way, 0 for none.
 */
@ConfigurationProperties("r1reward")
public record RewardProperties(
    @Nullable String checkpoint,
    @Nullable String engine,
    @Nullable String device,
    @Nullable String dtype,
    @Nullable Integer maxPixels,
    @Nullable Integer batchRows,
    @Nullable Integer queueCapacity,
    @Nullable Integer threads,
    @Nullable Boolean selfCheck,
    @Nullable Path protocol,
    @Nullable DataSize prefixCache,
    @Nullable Boolean lookahead,
    @DefaultValue Map<String, String> options,
    @DefaultValue("20s") Duration shutdownTimeout) {

  /** Checks the wait; the rest is for the builder to check. */
  public RewardProperties {
    if (shutdownTimeout.isNegative()) {
      throw new InvalidInputException(
          "r1reward.shutdown-timeout must be at least 0, got " + shutdownTimeout);
    }
    options = Map.copyOf(options);
  }

  /** Tells a builder what is set. */
  void applyTo(RewardModel.Builder model) {
    set(checkpoint, model::checkpoint);
    set(engine, model::engine);
    set(device, model::device);
    set(dtype, model::dtype);
    set(maxPixels, model::maxPixels);
    set(batchRows, model::batchRows);
    set(queueCapacity, model::queueCapacity);
    set(threads, model::threads);
    set(selfCheck, model::selfCheck);
    set(protocol, model::protocol);
    set(prefixCache == null ? null : prefixCache.toBytes(), model::prefixCache);
    set(lookahead, model::lookahead);
    options.forEach(model::option);
  }

  /** A setting of the builder. */
  private interface Setting<T> {
    RewardModel.Builder to(T value);
  }

  private static <T> void set(@Nullable T value, Setting<T> setting) {
    if (value != null) {
      var unused = setting.to(value);
    }
  }
}
