package io.r1reward.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/**
 * A group around one repeated field as an array. What that field is, an element or a group around
 * one, follows the rules that Parquet's description of logical types has for older writers.
 */
final class ListConverter extends GroupConverter {
  private final Consumer<JsonNode> sink;
  private final Converter repeated;
  private ArrayNode made = JsonNodeFactory.instance.arrayNode();

  ListConverter(GroupType list, Consumer<JsonNode> sink) {
    this.sink = sink;
    Type entry = list.getType(0);
    Consumer<JsonNode> add = value -> made.add(value);
    this.repeated =
        isElement(list, entry) ? Converters.of(entry, add) : new Entry(entry.asGroupType(), add);
  }

  private static boolean isElement(GroupType list, Type entry) {
    if (entry.isPrimitive() || entry.asGroupType().getFieldCount() != 1) {
      return true;
    }
    return Converters.isRepeated(entry.asGroupType().getType(0))
        || entry.getName().equals("array")
        || entry.getName().equals(list.getName() + "_tuple");
  }

  @Override
  public Converter getConverter(int field) {
    return repeated;
  }

  @Override
  public void start() {
    made = JsonNodeFactory.instance.arrayNode();
  }

  @Override
  public void end() {
    sink.accept(made);
  }

  /** The group between a list and an element that may be null. */
  private static final class Entry extends GroupConverter {
    private final Consumer<JsonNode> sink;
    private final Converter element;
    private JsonNode made = JsonNodeFactory.instance.nullNode();

    Entry(GroupType entry, Consumer<JsonNode> sink) {
      this.sink = sink;
      this.element = Converters.of(entry.getType(0), value -> made = value);
    }

    @Override
    public Converter getConverter(int field) {
      return element;
    }

    @Override
    public void start() {
      made = JsonNodeFactory.instance.nullNode();
    }

    @Override
    public void end() {
      sink.accept(made);
    }
  }
}
