package io.r1reward.core.text;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** Collects segments and joins neighbouring text. Not thread-safe. */
public final class SegmentWriter {
  private final ImmutableList.Builder<Segment> segments = ImmutableList.builder();
  private final StringBuilder pending = new StringBuilder();

  /** Nothing yet. */
  public SegmentWriter() {}

  /** Adds text. */
  @CanIgnoreReturnValue
  public SegmentWriter text(String text) {
    pending.append(text);
    return this;
  }

  /** Adds a control token. */
  @CanIgnoreReturnValue
  public SegmentWriter control(String token) {
    flush();
    segments.add(new Segment.Control(token));
    return this;
  }

  /** Returns what was added, neighbouring text joined; unmodifiable. */
  public List<Segment> segments() {
    flush();
    return segments.build();
  }

  private void flush() {
    if (!pending.isEmpty()) {
      segments.add(new Segment.Text(pending.toString()));
      pending.setLength(0);
    }
  }
}
