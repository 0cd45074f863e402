package io.r1reward.core.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes tensors one behind the other into a file, in pieces that threads take in turn. */
final class PieceWriter {
  /** Bytes of a piece, a multiple of 8. */
  static final int PIECE = 4 << 20;

  /** A stretch of a tensor and where it goes. */
  private record Piece(TensorData tensor, long offset, int length, long position) {}

  private final FileChannel channel;
  private final List<Piece> pieces = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  PieceWriter(FileChannel channel, long position, List<TensorData> tensors) {
    this.channel = channel;
    long at = position;
    for (TensorData tensor : tensors) {
      long bytes = tensor.info().bytes();
      for (long offset = 0; offset < bytes; offset += PIECE) {
        int length = (int) Math.min(PIECE, bytes - offset);
        pieces.add(new Piece(tensor, offset, length, at + offset));
      }
      at += bytes;
    }
  }

  /** Writes everything; at the first failure the other threads stop after their piece. */
  void run(int threads) throws IOException {
    if (threads == 1) {
      work();
      return;
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      Callable<Void> worker =
          () -> {
            work();
            return null;
          };
      for (Future<Void> done : pool.invokeAll(Collections.nCopies(threads, worker))) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      pool.shutdownNow();
    }
  }

  private void work() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    boolean done = false;
    try {
      for (int i = next.getAndIncrement(); i < pieces.size(); i = next.getAndIncrement()) {
        write(pieces.get(i), buffer);
      }
      done = true;
    } finally {
      if (!done) {
        next.set(pieces.size());
      }
    }
  }

  private void write(Piece piece, ByteBuffer buffer) throws IOException {
    buffer.clear().limit(piece.length);
    piece.tensor.read(piece.offset, buffer);
    if (buffer.hasRemaining()) {
      throw new IOException(
          String.format(
              "tensor %s gave %d bytes from byte %d on, expected %d",
              piece.tensor.info(), buffer.position(), piece.offset, piece.length));
    }
    SafetensorsWriter.writeFully(channel, buffer.flip(), piece.position);
  }
}
