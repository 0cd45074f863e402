package io.r1reward.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/** A group as an object: fields that are not given are null, repeated ones arrays. */
final class StructConverter extends GroupConverter {
  private final GroupType type;
  private final Consumer<JsonNode> sink;
  private final List<Converter> fields = new ArrayList<>();
  private ObjectNode made = JsonNodeFactory.instance.objectNode();

  StructConverter(GroupType type, Consumer<JsonNode> sink) {
    this.type = type;
    this.sink = sink;
    for (Type field : type.getFields()) {
      fields.add(Converters.of(field, into(field)));
    }
  }

  private Consumer<JsonNode> into(Type field) {
    String name = field.getName();
    return Converters.isRepeated(field)
        ? value -> ((ArrayNode) made.get(name)).add(value)
        : value -> made.set(name, value);
  }

  @Override
  public Converter getConverter(int field) {
    return fields.get(field);
  }

  @Override
  public void start() {
    made = JsonNodeFactory.instance.objectNode();
    for (Type field : type.getFields()) {
      if (Converters.isRepeated(field)) {
        made.putArray(field.getName());
      } else {
        made.putNull(field.getName());
      }
    }
  }

  @Override
  public void end() {
    sink.accept(made);
  }
}
