package io.r1reward.onnx.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.testing.Reference;
import io.r1reward.onnx.TestExports;
import io.r1reward.onnx.graph.ElementType;
import io.r1reward.onnx.graph.GraphBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The tiny checkpoint in the layouts of other exporters. The decoder is ours behind nodes that work
 * its inputs out of {@code attention_mask} and {@code position_ids}; the vision encoder is a random
 * projection.
 */
final class ForeignExport {
  private static final Set<String> COMPUTED =
      Set.of("cos", "sin", "seqlens_k", "total_sequence_length", "logit_rows");

  private ForeignExport() {}

  /** Writes the layout of transformers.js. */
  static Path transformersJs(Path folder, String suffix) throws IOException {
    companions(folder);
    Path graphs = Files.createDirectories(folder.resolve("onnx"));
    write(graphs.resolve("vision_encoder" + suffix + ".onnx"), vision("grid_thw"));
    write(graphs.resolve("embed_tokens" + suffix + ".onnx"), embedding(false));
    Path ours = TestExports.floats(TestExports.TINY, folder);
    write(graphs.resolve("decoder_model_merged" + suffix + ".onnx"), decoder(ours));
    Files.copy(
        ours.resolve("weights-00001.safetensors"), graphs.resolve("weights-00001.safetensors"));
    return folder;
  }

  /** Writes the layout of onnxruntime-genai. */
  static Path genai(Path folder) throws IOException {
    companions(folder);
    write(folder.resolve("vision.onnx"), vision("image_grid_thw"));
    write(folder.resolve("embedding.onnx"), embedding(true));
    Path ours = TestExports.floats(TestExports.TINY, folder);
    write(folder.resolve("model.onnx"), decoder(ours));
    Files.copy(
        ours.resolve("weights-00001.safetensors"), folder.resolve("weights-00001.safetensors"));
    Files.writeString(
        folder.resolve("genai_config.json"),
        """
        {"model": {"decoder": {"filename": "model.onnx"}, "vision": {"filename": "vision.onnx"},
         "embedding": {"filename": "embedding.onnx"}}}
        """);
    return folder;
  }

  /** Returns our decoder with the inputs and outputs of other exporters. */
  static ModelProto decoder(Path ours) throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(ours.resolve("decoder.onnx")));
    GraphBuilder extra = new GraphBuilder("extra");
    extra.input("attention_mask", ElementType.INT64, "batch", "total");
    extra.input("position_ids", ElementType.INT64, 3, "batch", "sequence");
    angles(extra);
    extra.integers("one", 1);
    extra.node("ReduceSum", "lengths", List.of("attention_mask", "one"), attribute("keepdims", 0));
    extra.node("Sub", "last", List.of("lengths", "one"));
    extra.node("Cast", "seqlens_k", List.of("last"), attribute("to", ElementType.INT32.code()));
    extra.node("Shape", "total.one", List.of("attention_mask"), attribute("start", 1));
    extra.node("Squeeze", "total", List.of("total.one"));
    extra.node(
        "Cast",
        "total_sequence_length",
        List.of("total"),
        attribute("to", ElementType.INT32.code()));
    extra.node("Size", "tokens.three", List.of("position_ids"));
    scalar(extra, "three", 3);
    scalar(extra, "zero", 0);
    scalar(extra, "step", 1);
    extra.node("Div", "tokens", List.of("tokens.three", "three"));
    extra.node("Range", "logit_rows", List.of("zero", "tokens", "step"));
    extra.node("Concat", "shape.logits", List.of("batch_and_sequence", "minus_one"), axis(0));
    extra.integers("minus_one", -1);

    GraphProto added = extra.build("", "").getGraph();
    GraphProto.Builder graph = model.getGraph().toBuilder().clearInput().clearNode().clearOutput();
    for (ValueInfoProto input : model.getGraph().getInputList()) {
      if (!COMPUTED.contains(input.getName())) {
        graph.addInput(input);
      }
    }
    graph.addAllInput(added.getInputList()).addAllInitializer(added.getInitializerList());
    NodeProto.Builder shape = null;
    for (NodeProto node : added.getNodeList()) {
      if (node.getName().equals("shape.logits")) {
        shape = node.toBuilder();
      } else {
        graph.addNode(node);
      }
    }
    for (NodeProto node : model.getGraph().getNodeList()) {
      boolean head = node.getOutput(0).equals("logits");
      graph.addNode(head ? node.toBuilder().setOutput(0, "logits.rows").build() : node);
    }
    graph.addNode(shape);
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Reshape")
            .addInput("logits.rows")
            .addInput("shape.logits")
            .addOutput("logits"));
    graph.addAllOutput(model.getGraph().getOutputList());
    // [batch, sequence, vocabulary] here
    graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().clearShape();
    return model.toBuilder().setGraph(graph).build();
  }

  private static void angles(GraphBuilder graph) {
    try (Checkpoint checkpoint = Checkpoint.open(Reference.path(TestExports.TINY))) {
      TextConfig text = checkpoint.config().text();
      int half = text.headDim() / 2;
      long[] axes = new long[half];
      float[] inverse = new float[half];
      for (int i = 0; i < half; i++) {
        int second = text.mropeSection().get(0);
        int third = second + text.mropeSection().get(1);
        axes[i] = i < second ? 0 : i < third ? 1 : 2;
        inverse[i] = (float) Math.pow(text.ropeTheta(), -i / (double) half);
      }
      graph.integers("axes", axes);
      graph.initialiser(tensor("inverse", inverse, half));
      graph.integers("shape.angles", -1, half);
    }
    graph.node(
        "Cast", "positions", List.of("position_ids"), attribute("to", ElementType.FLOAT32.code()));
    AttributeProto order =
        AttributeProto.newBuilder()
            .setName("perm")
            .setType(AttributeProto.AttributeType.INTS)
            .addAllInts(List.of(1L, 2L, 0L))
            .build();
    graph.node("Transpose", "positions.last", List.of("positions"), order); // [B, S, 3]
    graph.node("Gather", "positions.half", List.of("positions.last", "axes"), axis(2));
    graph.node("Mul", "angles", List.of("positions.half", "inverse")); // [B, S, half]
    graph.node("Reshape", "angles.rows", List.of("angles", "shape.angles"));
    graph.node("Cos", "cos", List.of("angles.rows"));
    graph.node("Sin", "sin", List.of("angles.rows"));
  }

  private static ModelProto embedding(boolean splices) {
    GraphBuilder graph = new GraphBuilder("embedding");
    try (Checkpoint checkpoint = Checkpoint.open(Reference.path(TestExports.TINY))) {
      int width = checkpoint.config().text().hiddenSize();
      float[] table = checkpoint.require(ModelTensors.EMBEDDING).toFloats();
      graph.initialiser(tensor("table", table, table.length / width, width));
      graph.input("input_ids", ElementType.INT64, "batch", "sequence");
      graph.output("inputs_embeds", ElementType.FLOAT32, "batch", "sequence", width);
      if (!splices) {
        graph.node("Gather", "inputs_embeds", List.of("table", "input_ids"));
        return graph.build("", "");
      }
      graph.input("image_features", ElementType.FLOAT32, "features", width);
      graph.node("Gather", "embeds", List.of("table", "input_ids"));
      graph.integers("rows", -1, width);
      graph.node("Reshape", "embeds.rows", List.of("embeds", "rows"));
      scalar(graph, "placeholder", checkpoint.config().imageTokenId());
      graph.node("Equal", "is_image", List.of("input_ids", "placeholder"));
      graph.integers("flat", -1);
      graph.node("Reshape", "is_image.flat", List.of("is_image", "flat"));
      graph.node("NonZero", "places", List.of("is_image.flat")); // [1, n]
      graph.node("Transpose", "places.column", List.of("places")); // [n, 1]
      graph.node("ScatterND", "spliced", List.of("embeds.rows", "places.column", "image_features"));
      graph.node("Shape", "shape", List.of("embeds"));
      graph.node("Reshape", "inputs_embeds", List.of("spliced", "shape"));
      return graph.build("", "");
    }
  }

  private static ModelProto vision(String grid) {
    int patch = 4 * 1176;
    int width = 64;
    GraphBuilder graph = new GraphBuilder("vision");
    graph.input("pixel_values", ElementType.FLOAT32, "patches", 1176);
    graph.input(grid, ElementType.INT64, "images", 3);
    graph.output("image_features", ElementType.FLOAT32, "units", width);
    Random random = new Random(3);
    float[] projection = new float[width * patch];
    for (int i = 0; i < projection.length; i++) {
      projection[i] = (float) random.nextGaussian() / 70;
    }
    graph.initialiser(tensor("projection", projection, width, patch));
    graph.integers("shape", -1, patch);
    graph.node("Reshape", "units", List.of("pixel_values", "shape"));
    graph.node("Gemm", "image_features", List.of("units", "projection"), attribute("transB", 1));
    return graph.build("", "");
  }

  private static void companions(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name :
        List.of(
            "config.json",
            "generation_config.json",
            "preprocessor_config.json",
            "chat_template.json",
            "tokenizer.json",
            "tokenizer_config.json")) {
      Files.copy(Reference.path(TestExports.TINY).resolve(name), folder.resolve(name));
    }
  }

  private static void write(Path file, ModelProto model) throws IOException {
    Files.write(file, model.toByteArray());
  }

  private static void scalar(GraphBuilder graph, String name, long value) {
    graph.initialiser(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(ElementType.INT64.code())
            .addInt64Data(value)
            .build());
  }

  private static TensorProto tensor(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(ElementType.FLOAT32.code())
            .setRawData(ByteString.copyFrom(bytes));
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    return tensor.build();
  }

  private static AttributeProto axis(long value) {
    return attribute("axis", value);
  }

  private static AttributeProto attribute(String name, long value) {
    return GraphBuilder.attribute(name, value);
  }
}
