package io.r1reward.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.jspecify.annotations.Nullable;

/** What 32 and 64 bits stand for. Stateless. */
final class IntegerValues {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private IntegerValues() {}

  static JsonNode of(int value, @Nullable LogicalTypeAnnotation logical) {
    if (isUnsigned(logical)) {
      return NODES.numberNode(Integer.toUnsignedLong(value));
    }
    if (logical instanceof DateLogicalTypeAnnotation) {
      return NODES.textNode(LocalDate.ofEpochDay(value).toString());
    }
    return logical == null || logical instanceof IntLogicalTypeAnnotation
        ? NODES.numberNode(value)
        : of((long) value, logical);
  }

  static JsonNode of(long value, @Nullable LogicalTypeAnnotation logical) {
    if (isUnsigned(logical) && value < 0) {
      return NODES.numberNode(new BigInteger(Long.toUnsignedString(value)));
    }
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return DecimalNode.valueOf(BigDecimal.valueOf(value, decimal.getScale()));
    }
    if (logical instanceof TimeLogicalTypeAnnotation time) {
      long nanos = Math.multiplyExact(value, Instants.nanos(time.getUnit()));
      String text = DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(nanos));
      return NODES.textNode(time.isAdjustedToUTC() ? text + "Z" : text);
    }
    if (logical instanceof TimestampLogicalTypeAnnotation stamp) {
      return NODES.textNode(
          Instants.text(
              Instants.of(value, Instants.nanos(stamp.getUnit())), stamp.isAdjustedToUTC()));
    }
    return NODES.numberNode(value);
  }

  private static boolean isUnsigned(@Nullable LogicalTypeAnnotation logical) {
    return logical instanceof IntLogicalTypeAnnotation integer && !integer.isSigned();
  }
}
