package io.r1reward.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** What bytes stand for. Stateless. */
final class ByteValues {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ByteValues() {}

  static JsonNode of(Binary value, PrimitiveType type) {
    if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
      return NODES.textNode(Instants.text(Instants.ofJulian(copy(value)), false));
    }
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof StringLogicalTypeAnnotation
        || logical instanceof EnumLogicalTypeAnnotation
        || logical instanceof JsonLogicalTypeAnnotation) {
      return NODES.textNode(value.toStringUsingUTF8());
    }
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      BigInteger unscaled = new BigInteger(value.getBytes());
      return DecimalNode.valueOf(new BigDecimal(unscaled, decimal.getScale()));
    }
    if (logical instanceof UUIDLogicalTypeAnnotation) {
      ByteBuffer bytes = copy(value);
      return NODES.textNode(new UUID(bytes.getLong(), bytes.getLong()).toString());
    }
    if (logical instanceof Float16LogicalTypeAnnotation) {
      return NODES.numberNode(half(copy(value).order(ByteOrder.LITTLE_ENDIAN).getShort()));
    }
    return NODES.binaryNode(value.getBytes());
  }

  private static ByteBuffer copy(Binary value) {
    return ByteBuffer.wrap(value.getBytes());
  }

  /** Float.float16ToFloat of newer JDKs. */
  private static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float size =
        switch (exponent) {
          case 0 -> Math.scalb((float) fraction, -24);
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb((float) (fraction | 0x400), exponent - 25);
        };
    return bits < 0 ? -size : size;
  }
}
