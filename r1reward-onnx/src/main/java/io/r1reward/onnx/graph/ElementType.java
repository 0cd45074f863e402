package io.r1reward.onnx.graph;

import ai.onnx.proto.OnnxMl.TensorProto;

/** Number formats of graph values. */
public enum ElementType {
  /** IEEE binary32. */
  FLOAT32(TensorProto.DataType.FLOAT, 4),
  /** IEEE binary16. */
  FLOAT16(TensorProto.DataType.FLOAT16, 2),
  /** The upper half of a binary32. */
  BFLOAT16(TensorProto.DataType.BFLOAT16, 2),
  /** Bytes from 0 to 255. */
  UINT8(TensorProto.DataType.UINT8, 1),
  /** 32-bit integers. */
  INT32(TensorProto.DataType.INT32, 4),
  /** 64-bit integers. */
  INT64(TensorProto.DataType.INT64, 8);

  private final TensorProto.DataType onnx;
  private final int bytes;

  ElementType(TensorProto.DataType onnx, int bytes) {
    this.onnx = onnx;
    this.bytes = bytes;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the number by which ONNX files name this type. */
  public int code() {
    return onnx.getNumber();
  }
}
