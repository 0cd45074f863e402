package io.r1reward.core.text;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;

/** Collects segments and joins neighbouring text. Not thread-safe. */
final class SegmentWriter {
  private final ImmutableList.Builder<Segment> segments = ImmutableList.builder();
  private final StringBuilder pending = new StringBuilder();

  @CanIgnoreReturnValue
  SegmentWriter text(String text) {
    pending.append(text);
    return this;
  }

  @CanIgnoreReturnValue
  SegmentWriter control(String token) {
    flush();
    segments.add(new Segment.Control(token));
    return this;
  }

  ImmutableList<Segment> segments() {
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
