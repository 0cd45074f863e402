package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.train.data.PairJson;

/** Records as data sets write them, with quotes of one kind, and small pictures. */
final class LayoutRecords {
  static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1, 2, 3};
  static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 4, 5};

  /** {@code sha256sum} of {@link #PNG} and {@link #JPEG}. */
  static final String PNG_NAME =
      "7f47b756761a46e6d4a4d96f0d8a4448f8449235009d1f3ad1493f5c773c19e8.png";

  static final String JPEG_NAME =
      "33ce3e04027bc4351798925f8f09582e2f59135b49a0b479126d3e0d51a11fe3.jpg";

  private LayoutRecords() {}

  /** Parses JSON in which single quotes stand for double ones. */
  static ObjectNode parsed(String json) {
    return PairJson.object(json.replace('\'', '"'));
  }
}
