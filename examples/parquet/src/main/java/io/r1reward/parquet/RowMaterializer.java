package io.r1reward.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;

/** Makes objects of rows. Not thread-safe. */
final class RowMaterializer extends RecordMaterializer<ObjectNode> {
  private final GroupConverter root;
  private JsonNode row = JsonNodeFactory.instance.objectNode();

  RowMaterializer(MessageType schema) {
    this.root = new StructConverter(schema, made -> row = made);
  }

  @Override
  public ObjectNode getCurrentRecord() {
    return (ObjectNode) row;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }
}
