package io.r1reward.train.metrics;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the few field kinds of the protocol-buffer wire format an event needs. */
final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ProtoWriter doubleField(int number, double value) {
    tag(number, FIXED64);
    out.writeBytes(little(8).putDouble(value).array());
    return this;
  }

  ProtoWriter floatField(int number, float value) {
    tag(number, FIXED32);
    out.writeBytes(little(4).putFloat(value).array());
    return this;
  }

  ProtoWriter longField(int number, long value) {
    tag(number, VARINT);
    varint(value);
    return this;
  }

  ProtoWriter stringField(int number, String value) {
    return bytesField(number, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoWriter message(int number, ProtoWriter value) {
    return bytesField(number, value.bytes());
  }

  private ProtoWriter bytesField(int number, byte[] value) {
    tag(number, BYTES);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private void tag(int number, int wireType) {
    varint(((long) number << 3) | wireType);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
