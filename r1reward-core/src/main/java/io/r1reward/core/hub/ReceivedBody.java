package io.r1reward.core.hub;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an answer, one piece asked for at a time, each within a time limit. One thread takes
 * them.
 */
final class ReceivedBody implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {

  private record Piece(Optional<List<ByteBuffer>> bytes, Optional<Throwable> failure) {}

  // at most one piece and one end stand here, as no more is asked for
  private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private volatile Flow.@Nullable Subscription subscription;
  private boolean ended;

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    pieces.add(new Piece(Optional.of(bytes), Optional.empty()));
  }

  @Override
  public void onError(Throwable failure) {
    pieces.add(new Piece(Optional.empty(), Optional.of(failure)));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece(Optional.empty(), Optional.empty()));
  }

  /** Returns the next bytes; none at the end. */
  List<ByteBuffer> next(Duration limit) throws IOException, InterruptedException {
    Piece piece = ended ? null : pieces.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (piece == null) {
      throw new HttpTimeoutException("no byte came for " + limit.toSeconds() + " s");
    }
    if (piece.failure().isPresent()) {
      Throwable failure = piece.failure().get();
      throw new IOException(String.valueOf(failure.getMessage()), failure);
    }
    if (piece.bytes().isEmpty()) {
      ended = true;
      return List.of();
    }
    Flow.Subscription source = subscription;
    if (source != null) {
      source.request(1);
    }
    return piece.bytes().get();
  }

  @Override
  public void close() {
    Flow.Subscription source = subscription;
    if (source != null) {
      source.cancel();
    }
  }
}
