package io.r1reward.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;

/** Chooses what reads a field. Stateless. */
final class Converters {

  private Converters() {}

  /**
   * Returns the reader of a field's values.
   *
   * @param sink gets each value; none comes where there is null
   */
  static Converter of(Type type, Consumer<JsonNode> sink) {
    if (type.isPrimitive()) {
      return new ValueConverter(type.asPrimitiveType(), sink);
    }
    GroupType group = type.asGroupType();
    LogicalTypeAnnotation logical = group.getLogicalTypeAnnotation();
    if (isMap(logical) && holdsEntries(group)) {
      return new MapConverter(group, sink);
    }
    boolean list = logical instanceof ListLogicalTypeAnnotation || isMap(logical);
    return list && group.getFieldCount() == 1 && isRepeated(group.getType(0))
        ? new ListConverter(group, sink)
        : new StructConverter(group, sink);
  }

  private static boolean isMap(LogicalTypeAnnotation logical) {
    // older writers annotate the outer group as later ones do the inner
    return logical instanceof MapLogicalTypeAnnotation
        || logical instanceof MapKeyValueTypeAnnotation;
  }

  /** Tells whether a group has one repeated group of a primitive key and a value. */
  private static boolean holdsEntries(GroupType map) {
    if (map.getFieldCount() != 1 || map.getType(0).isPrimitive() || !isRepeated(map.getType(0))) {
      return false;
    }
    GroupType entry = map.getType(0).asGroupType();
    return entry.getFieldCount() == 2
        && entry.getType(0).isPrimitive()
        && !isRepeated(entry.getType(0))
        && !isRepeated(entry.getType(1));
  }

  static boolean isRepeated(Type type) {
    return type.isRepetition(Type.Repetition.REPEATED);
  }
}
