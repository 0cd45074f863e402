package io.r1reward.core.judge;

import com.google.common.collect.ImmutableList;
import io.r1reward.Order;
import io.r1reward.ReasoningListener;
import io.r1reward.core.generate.TokenListener;
import io.r1reward.core.protocol.StopDetector;
import io.r1reward.core.text.StreamingDecoder;
import io.r1reward.core.text.Tokenizer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one score as they grow: hands them to the caller's listener in whole characters, and
 * ends a completion at a stop string, across tokens. Prompts are the orders of the vote. The
 * generator calls it on its own thread, and the listener is not the user's own, which may block.
 */
final class Transcripts implements TokenListener {
  private final Tokenizer tokenizer;
  private final ImmutableList<Order> orders;
  private final Supplier<StopDetector> detectors;
  private final @Nullable ReasoningListener listener;
  private final Map<Integer, Transcript> running = new ConcurrentHashMap<>();

  /**
   * Transcripts of one score.
   *
   * @param orders the order of the responses in each prompt
   * @param detectors makes the stop detector of one completion
   * @param listener hears the texts, somewhere else than on this thread; null where nobody does
   */
  Transcripts(
      Tokenizer tokenizer,
      ImmutableList<Order> orders,
      Supplier<StopDetector> detectors,
      @Nullable ReasoningListener listener) {
    this.tokenizer = tokenizer;
    this.orders = orders;
    this.detectors = detectors;
    this.listener = listener;
  }

  private record Transcript(StreamingDecoder decoder, StopDetector detector) {}

  @Override
  public boolean onToken(int prompt, int sample, int token) {
    Transcript transcript =
        running.computeIfAbsent(
            key(prompt, sample),
            key -> new Transcript(tokenizer.streamingDecoder(true), detectors.get()));
    tell(prompt, sample, transcript.decoder.accept(token));
    return !transcript.detector.isFinished(transcript.decoder.text());
  }

  /** A completion has ended: what is left of an incomplete last character is told. */
  void ended(int prompt, int sample) {
    Transcript transcript = running.remove(key(prompt, sample));
    if (transcript != null) {
      tell(prompt, sample, transcript.decoder.finish());
    }
  }

  private void tell(int prompt, int sample, String text) {
    if (listener != null && !text.isEmpty()) {
      listener.onText(sample, orders.get(prompt), text);
    }
  }

  private int key(int prompt, int sample) {
    return sample * orders.size() + prompt;
  }
}
