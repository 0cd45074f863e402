package io.r1reward.train.data.table;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends with an exception where more bytes are asked for in one go than are allowed. */
final class LimitedInput extends FilterInputStream {

  /** More bytes than allowed. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;

    TooLongException(long limit) {
      super("longer than " + limit + " bytes");
    }
  }

  private final long limit;
  private long count;

  LimitedInput(InputStream input, long limit) {
    super(input);
    this.limit = limit;
  }

  /** Counts from here on. */
  void restart() {
    count = 0;
  }

  @Override
  public int read() throws IOException {
    int next = super.read();
    counted(next < 0 ? 0 : 1);
    return next;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int read = super.read(into, from, length);
    counted(Math.max(0, read));
    return read;
  }

  private void counted(int read) throws TooLongException {
    count += read;
    if (count > limit) {
      throw new TooLongException(limit);
    }
  }
}
