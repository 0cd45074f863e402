package io.r1reward.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.protobuf.ByteString;
import java.util.List;

/**
 * Collects the nodes of one ONNX graph, in the order in which they compute. Values are named by
 * their producers. Not thread-safe.
 */
public final class GraphBuilder {
  /** Version of the standard operators. */
  static final int OPSET = 21;

  /** Version of the file format; the newest that the message classes know. */
  static final int IR_VERSION = 10;

  /** The domain of ONNX Runtime's own operators. */
  public static final String CONTRIB = "com.microsoft";

  private final GraphProto.Builder graph = GraphProto.newBuilder();

  /** Starts an empty graph. */
  public GraphBuilder(String name) {
    graph.setName(name);
  }

  /**
   * Declares an input.
   *
   * @param dimensions a {@link Number} where fixed, a name where it varies
   */
  @CanIgnoreReturnValue
  public String input(String name, ElementType type, Object... dimensions) {
    graph.addInput(value(name, type, dimensions));
    return name;
  }

  /** Declares an output; see {@link #input}. */
  public void output(String name, ElementType type, Object... dimensions) {
    graph.addOutput(value(name, type, dimensions));
  }

  /** Adds an initialiser. */
  @CanIgnoreReturnValue
  public String initialiser(TensorProto tensor) {
    graph.addInitializer(tensor);
    return tensor.getName();
  }

  /** Adds a small vector of integers that lies in the graph itself, and returns its name. */
  public String integers(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(ElementType.INT64.code())
            .addDims(values.length);
    for (long each : values) {
      tensor.addInt64Data(each);
    }
    return initialiser(tensor.build());
  }

  /** Adds an integer without dimensions that lies in the graph itself. */
  public void integer(String name, long value) {
    initialiser(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(ElementType.INT64.code())
            .addInt64Data(value)
            .build());
  }

  /**
   * Adds a node of the standard operators with one output.
   *
   * @return the output's name
   */
  @CanIgnoreReturnValue
  public String node(
      String operator, String output, List<String> inputs, AttributeProto... attributes) {
    node("", operator, List.of(output), inputs, attributes);
    return output;
  }

  /** Adds a node of ONNX Runtime's own operators with one output, and returns its name. */
  @CanIgnoreReturnValue
  public String contrib(
      String operator, String output, List<String> inputs, AttributeProto... attributes) {
    node(CONTRIB, operator, List.of(output), inputs, attributes);
    return output;
  }

  /** Adds any node; an empty name leaves out an optional input or output. */
  public void node(
      String domain,
      String operator,
      List<String> outputs,
      List<String> inputs,
      AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(outputs.get(0))
            .setDomain(domain)
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
  }

  /** Returns the model with what was collected. */
  public ModelProto build(String producerVersion, String description) {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("r1reward")
        .setProducerVersion(producerVersion)
        .setDocString(description)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(CONTRIB).setVersion(1))
        .setGraph(graph)
        .build();
  }

  /** An integer attribute. */
  public static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** A floating-point attribute. */
  public static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  /** A text attribute. */
  public static AttributeProto attribute(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  /**
   * Describes a tensor whose values lie in a file beside the graph.
   *
   * @param location file name, in the graph's own folder
   * @param offset first byte
   * @param length number of bytes
   */
  public static TensorProto external(
      String name, ElementType type, long[] shape, String location, long offset, long length) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.code())
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", location))
            .addExternalData(entry("offset", Long.toString(offset)))
            .addExternalData(entry("length", Long.toString(length)));
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    return tensor.build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static ValueInfoProto value(String name, ElementType type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      TensorShapeProto.Dimension.Builder one = shape.addDimBuilder();
      if (dimension instanceof Number fixed) {
        one.setDimValue(fixed.longValue());
      } else {
        one.setDimParam(dimension.toString());
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape)))
        .build();
  }
}
