package io.r1reward.onnx.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtSession;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.SetMultimap;
import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.Prompt;
import io.r1reward.onnx.graph.ElementType;
import io.r1reward.onnx.graph.Weights;
import io.r1reward.onnx.manifest.ExportManifest;
import io.r1reward.onnx.quantise.Calibration;
import io.r1reward.onnx.quantise.InputMoments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Collects what the inputs of the decoder's matrices look like, for a better quantisation: runs
 * prompts through an export that exists (in float32, or in 8 bits, whose inputs are nearly the
 * same) and adds up the products of neighbouring channels. Stateless.
 */
public final class Calibrator {
  /** Channels whose products are kept; a multiple of every block size up to it. */
  private static final int WINDOW = 256;

  /** Tokens at a time, which bounds the memory for all inputs of all layers. */
  private static final int CHUNK = 128;

  private static final String CODES = ".codes";

  private Calibrator() {}

  /**
   * Runs prompts.
   *
   * @param export folder of an export with float32 activations
   * @param prompts typical prompts, some thousand tokens together; gone through once, one at a time
   * @throws CheckpointException if the folder is no usable export
   */
  public static Calibration collect(Path export, Iterable<Prompt> prompts) {
    if (Iterables.isEmpty(prompts)) {
      throw new InvalidInputException("calibration needs at least 1 prompt, got 0");
    }
    Path graph = export.resolve(ExportManifest.read(export).decoder());
    SetMultimap<String, String> weightsByInput = LinkedHashMultimap.create();
    ModelProto model = withInputsAsOutputs(graph, weightsByInput);
    Map<String, InputMoments> byInput = new HashMap<>();
    try (OnnxEngine engine = OnnxEngine.open(export, OnnxSettings.cpu())) {
      OrtSession session =
          Sessions.open(OnnxRuntime.environment(), model.toByteArray(), graph, OnnxSettings.cpu());
      try (DecoderSession decoder = engine.decoderOver(session)) {
        for (Prompt prompt : prompts) {
          engine.read(
              prompt,
              decoder,
              CHUNK,
              chunk ->
                  decoder
                      .values(chunk, weightsByInput.keySet())
                      .forEach(
                          (name, values) ->
                              byInput
                                  .computeIfAbsent(name, n -> moments(values, chunk.count()))
                                  .add(values)));
        }
      }
    }
    ImmutableMap.Builder<String, InputMoments> byWeight = ImmutableMap.builder();
    byInput.forEach(
        (input, moments) ->
            weightsByInput.get(input).forEach(weight -> byWeight.put(weight, moments)));
    return new Calibration(byWeight.buildOrThrow());
  }

  private static InputMoments moments(float[] values, int tokens) {
    return new InputMoments(values.length / tokens, WINDOW);
  }

  private static ModelProto withInputsAsOutputs(
      Path graph, SetMultimap<String, String> weightsByInput) {
    try {
      ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(graph)).toBuilder();
      for (NodeProto node : model.getGraph().getNodeList()) {
        if (node.getOpType().equals("Gemm") || node.getOpType().equals("MatMulNBits")) {
          String weight = node.getInput(1);
          boolean coded = weight.endsWith(CODES);
          weightsByInput.putAll(
              node.getInput(0),
              Weights.tensorsOf(
                  coded ? weight.substring(0, weight.length() - CODES.length()) : weight));
        }
      }
      for (String input : weightsByInput.keySet()) {
        model
            .getGraphBuilder()
            .addOutput(
                ValueInfoProto.newBuilder()
                    .setName(input)
                    .setType(
                        TypeProto.newBuilder()
                            .setTensorType(
                                TypeProto.Tensor.newBuilder()
                                    .setElemType(ElementType.FLOAT32.code()))));
      }
      return model.build();
    } catch (IOException e) {
      throw new CheckpointException(graph + ": cannot be read: " + e, e);
    }
  }
}
