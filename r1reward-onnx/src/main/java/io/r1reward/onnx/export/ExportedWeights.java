package io.r1reward.onnx.export;

import static io.r1reward.onnx.graph.GraphBuilder.attribute;

import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.TensorSource;
import io.r1reward.onnx.graph.ElementType;
import io.r1reward.onnx.graph.GraphBuilder;
import io.r1reward.onnx.graph.Weights;
import io.r1reward.onnx.quantise.Calibration;
import io.r1reward.onnx.quantise.ErrorFeedback;
import io.r1reward.onnx.quantise.InputMoments;
import io.r1reward.onnx.quantise.QuantisedRows;
import io.r1reward.onnx.quantise.Quantiser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The weights of an export: taken from a checkpoint a few rows at a time, turned into the wanted
 * format and appended to a data file, or linked to where they lie. Not thread-safe.
 */
final class ExportedWeights implements Weights {
  /** Values that are in memory at a time, rounded up to a whole row. */
  private static final int CHUNK = 1 << 22;

  private final TensorSource source;
  private final ExportOptions options;
  private final String head;
  private final DataFile data;
  private final Links links;
  private final LongConsumer progress;
  private final Set<String> added = new HashSet<>();

  /**
   * Weights for one graph.
   *
   * @param head checkpoint name of the head's weight, which has a format of its own
   * @param links where float32 tensors can be used in place
   * @param progress told the bytes of each piece of the checkpoint that is done
   */
  ExportedWeights(
      TensorSource source,
      ExportOptions options,
      String head,
      DataFile data,
      Links links,
      LongConsumer progress) {
    this.source = source;
    this.options = options;
    this.head = head;
    this.data = data;
    this.links = links;
    this.progress = progress;
  }

  @Override
  public ElementType activations() {
    return options.activations();
  }

  @Override
  public String vector(GraphBuilder graph, String tensor) {
    MappedTensor vector = source.require(tensor);
    return floats(graph, List.of(vector), vector.info().elements());
  }

  @Override
  public String table(GraphBuilder graph, String tensor) {
    MappedTensor table = source.require(tensor);
    return floats(graph, List.of(table), rows(table), columns(table));
  }

  @Override
  public String linear(
      GraphBuilder graph, String output, String input, String weight, @Nullable String bias) {
    MappedTensor matrix = source.require(weight);
    Precision precision = precisionOf(weight);
    if (precision.isQuantised()) {
      return quantised(
          graph, output, input, List.of(weight), bias == null ? List.of() : List.of(bias));
    }
    String name = floats(graph, List.of(matrix), rows(matrix), columns(matrix));
    List<String> inputs =
        bias == null ? List.of(input, name) : List.of(input, name, vector(graph, bias));
    return graph.node("Gemm", output, inputs, attribute("transB", 1));
  }

  @Override
  public boolean stacks(List<String> matrices) {
    return matrices.stream().allMatch(matrix -> precisionOf(matrix).isQuantised());
  }

  @Override
  public String stacked(
      GraphBuilder graph, String output, String input, List<String> matrices, List<String> biases) {
    return quantised(graph, output, input, matrices, biases);
  }

  private Precision precisionOf(String matrix) {
    return matrix.equals(head) ? options.head() : options.precisionOf(matrix);
  }

  private static int rows(MappedTensor matrix) {
    return Math.toIntExact(matrix.shape().get(0));
  }

  private static int columns(MappedTensor matrix) {
    return Math.toIntExact(matrix.info().elements() / rows(matrix));
  }

  private String quantised(
      GraphBuilder graph, String output, String input, List<String> weights, List<String> biases) {
    List<MappedTensor> matrices = weights.stream().map(source::require).toList();
    int out = matrices.stream().mapToInt(ExportedWeights::rows).sum();
    int in = columns(matrices.get(0));
    Precision precision = precisionOf(weights.get(0));
    String name = Weights.nameOf(weights);
    codes(graph, matrices, name, out, in, precision);
    List<String> inputs = new ArrayList<>(List.of(input, name + ".codes", name + ".scales"));
    String bias = biases.isEmpty() ? "" : vectors(graph, biases);
    // not all GPU kernels, which 16-bit graphs are for, know a bias
    boolean biasInside = activations() == ElementType.FLOAT32;
    if (!biases.isEmpty() && biasInside) {
      inputs.addAll(List.of("", "", bias));
    }
    boolean complete = biases.isEmpty() || biasInside;
    String product =
        graph.contrib(
            "MatMulNBits",
            complete ? output : output + ".product",
            inputs,
            attribute("K", in),
            attribute("N", out),
            attribute("bits", precision.bits()),
            attribute("block_size", options.blockSizeOf(precision)),
            attribute("accuracy_level", options.accuracyLevel()));
    return complete ? product : graph.node("Add", output, List.of(product, bias));
  }

  private String vectors(GraphBuilder graph, List<String> names) {
    List<MappedTensor> vectors = names.stream().map(source::require).toList();
    return floats(
        graph, vectors, vectors.stream().mapToLong(vector -> vector.info().elements()).sum());
  }

  /** Adds tensors, one behind the other, as one initialiser. */
  private String floats(GraphBuilder graph, List<MappedTensor> tensors, long... shape) {
    String name = Weights.nameOf(tensors.stream().map(MappedTensor::name).toList());
    if (!added.add(name)) {
      return name;
    }
    ElementType type = options.activations();
    long elements = tensors.stream().mapToLong(tensor -> tensor.info().elements()).sum();
    long bytes = elements * type.bytes();
    boolean linkable = type == ElementType.FLOAT32 && tensors.size() == 1;
    Links.@Nullable Place place = linkable ? links.find(tensors.get(0)) : null;
    if (place != null) {
      progress.accept(tensors.get(0).info().bytes());
      return graph.initialiser(
          GraphBuilder.external(name, type, shape, place.file(), place.offset(), bytes));
    }
    try {
      long offset = data.align();
      for (MappedTensor tensor : tensors) {
        append(tensor);
      }
      return graph.initialiser(
          GraphBuilder.external(
              name, type, shape, data.path().getFileName().toString(), offset, bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void append(MappedTensor tensor) throws IOException {
    long elements = tensor.info().elements();
    for (long at = 0; at < elements; at += CHUNK) {
      int count = (int) Math.min(CHUNK, elements - at);
      float[] values = FloatChunks.read(tensor, at, count);
      data.append(FloatChunks.encode(values, options.floatPrecision()));
      progress.accept((long) count * tensor.dtype().bytes());
    }
  }

  /** Adds the codes and scales of matrices, one below the other. */
  private void codes(
      GraphBuilder graph,
      List<MappedTensor> matrices,
      String name,
      int out,
      int in,
      Precision precision) {
    if (!added.add(name)) {
      return;
    }
    Quantiser quantiser =
        new Quantiser(precision.bits(), options.blockSizeOf(precision), options.rounding());
    int blocks = QuantisedRows.blocks(in, quantiser.blockSize());
    ByteArrayOutputStream scales = new ByteArrayOutputStream();
    try {
      long offset = data.align();
      for (MappedTensor matrix : matrices) {
        append(matrix, quantiser, scales);
      }
      int blockBytes = quantiser.blockSize() * quantiser.bits() / 8;
      String file = data.path().getFileName().toString();
      graph.initialiser(
          GraphBuilder.external(
              name + ".codes",
              ElementType.UINT8,
              new long[] {out, blocks, blockBytes},
              file,
              offset,
              data.size() - offset));
      long scaleOffset = data.align();
      data.append(ByteBuffer.wrap(scales.toByteArray()));
      graph.initialiser(
          GraphBuilder.external(
              name + ".scales",
              options.activations(),
              new long[] {(long) out * blocks},
              file,
              scaleOffset,
              scales.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void append(MappedTensor matrix, Quantiser quantiser, ByteArrayOutputStream scales)
      throws IOException {
    Calibration calibration = options.calibration();
    InputMoments moments = calibration == null ? null : calibration.of(matrix.name());
    ErrorFeedback feedback = moments == null ? null : new ErrorFeedback(moments);
    int out = rows(matrix);
    int in = columns(matrix);
    int rowsAtOnce = Math.max(1, CHUNK / in);
    for (int row = 0; row < out; row += rowsAtOnce) {
      int rows = Math.min(rowsAtOnce, out - row);
      float[] values = FloatChunks.read(matrix, (long) row * in, rows * in); // [rows, in]
      QuantisedRows quantised = quantiser.quantise(values, rows, in, feedback);
      data.append(ByteBuffer.wrap(quantised.codes()));
      scales.writeBytes(FloatChunks.encode(quantised.scales(), options.floatPrecision()).array());
      progress.accept((long) rows * in * matrix.dtype().bytes());
    }
  }
}
