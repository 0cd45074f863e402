package io.r1reward.core.judge;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.MapMaker;
import io.r1reward.Media;
import io.r1reward.MediaException;
import io.r1reward.core.generate.VisionInput;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The patches of media, shared between requests that hold the same {@link Media} object at the same
 * time, such as the comparisons of a ranking. Nothing is kept beyond the last request that needs
 * it. Thread-safe.
 */
final class SharedMedia {
  private final @Nullable Function<? super Media, VisionInput> processor;

  /** Keys by identity; both sides weak, so that requests alone keep patches in memory. */
  private final ConcurrentMap<Media, VisionInput> inUse =
      new MapMaker().weakKeys().weakValues().makeMap();

  SharedMedia(@Nullable Function<? super Media, VisionInput> processor) {
    this.processor = processor;
  }

  /** Says whether there is anything to read media with. */
  boolean takesMedia() {
    return processor != null;
  }

  /** Hears whether the patches of a medium were there already. */
  @FunctionalInterface
  interface Count {
    void medium(boolean known);
  }

  /** Reads media, in order. */
  ImmutableList<VisionInput> process(List<Media> media) {
    return process(media, known -> {});
  }

  /** Reads media, in order, and tells of each. */
  ImmutableList<VisionInput> process(List<Media> media, Count count) {
    ImmutableList.Builder<VisionInput> inputs = ImmutableList.builder();
    for (Media item : media) {
      inputs.add(process(item, count));
    }
    return inputs.build();
  }

  private VisionInput process(Media media, Count count) {
    if (processor == null) {
      throw new MediaException(
          "this judge was built without a vision processor, it takes no media, got " + media);
    }
    VisionInput known = inUse.get(media);
    count.medium(known != null);
    if (known != null) {
      return known;
    }
    VisionInput input = processor.apply(media);
    inUse.put(media, input);
    return input;
  }
}
