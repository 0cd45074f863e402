package io.r1reward.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;

/** A group around repeated keys and values as an object. */
final class MapConverter extends GroupConverter {
  private final Consumer<JsonNode> sink;
  private final Converter entries;
  private ObjectNode made = JsonNodeFactory.instance.objectNode();

  MapConverter(GroupType map, Consumer<JsonNode> sink) {
    this.sink = sink;
    this.entries = new Entry(map.getType(0).asGroupType());
  }

  @Override
  public Converter getConverter(int field) {
    return entries;
  }

  @Override
  public void start() {
    made = JsonNodeFactory.instance.objectNode();
  }

  @Override
  public void end() {
    sink.accept(made);
  }

  private final class Entry extends GroupConverter {
    private final Converter keys;
    private final Converter values;
    private String key = "";
    private JsonNode value = JsonNodeFactory.instance.nullNode();

    Entry(GroupType entry) {
      keys = Converters.of(entry.getType(0), given -> key = given.asText());
      values = Converters.of(entry.getType(1), given -> value = given);
    }

    @Override
    public Converter getConverter(int field) {
      return field == 0 ? keys : values;
    }

    @Override
    public void start() {
      key = "";
      value = JsonNodeFactory.instance.nullNode();
    }

    @Override
    public void end() {
      made.set(key, value);
    }
  }
}
