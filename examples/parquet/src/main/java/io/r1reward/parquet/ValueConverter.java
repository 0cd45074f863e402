package io.r1reward.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.PrimitiveType;

/** A value that is no group, as a JSON value. */
final class ValueConverter extends PrimitiveConverter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final PrimitiveType type;
  private final Consumer<JsonNode> sink;

  ValueConverter(PrimitiveType type, Consumer<JsonNode> sink) {
    this.type = type;
    this.sink = sink;
  }

  @Override
  public void addBinary(Binary value) {
    sink.accept(ByteValues.of(value, type));
  }

  @Override
  public void addBoolean(boolean value) {
    sink.accept(NODES.booleanNode(value));
  }

  @Override
  public void addDouble(double value) {
    sink.accept(NODES.numberNode(value));
  }

  @Override
  public void addFloat(float value) {
    sink.accept(NODES.numberNode(value));
  }

  @Override
  public void addInt(int value) {
    sink.accept(IntegerValues.of(value, type.getLogicalTypeAnnotation()));
  }

  @Override
  public void addLong(long value) {
    sink.accept(IntegerValues.of(value, type.getLogicalTypeAnnotation()));
  }
}
