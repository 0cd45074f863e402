package io.r1reward.onnx.export;

import static io.r1reward.onnx.graph.GraphBuilder.attribute;

import io.r1reward.core.checkpoint.MappedTensor;
import io.r1reward.core.checkpoint.TensorSource;
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
    return floats(graph, vector, tensor, vector.info().elements());
  }

  @Override
  public String linear(
      GraphBuilder graph, String output, String input, String weight, @Nullable String bias) {
    MappedTensor matrix = source.require(weight);
    int out = Math.toIntExact(matrix.shape().get(0));
    int in = Math.toIntExact(matrix.info().elements() / out);
    Precision precision = weight.equals(head) ? options.head() : options.precisionOf(weight);
    if (!precision.isQuantised()) {
      String name = floats(graph, matrix, weight, out, in);
      List<String> inputs =
          bias == null ? List.of(input, name) : List.of(input, name, vector(graph, bias));
      return graph.node("Gemm", output, inputs, attribute("transB", 1));
    }
    Quantiser quantiser = new Quantiser(precision.bits(), options.blockSize(), options.rounding());
    quantised(graph, matrix, weight, out, in, quantiser);
    String product =
        graph.contrib(
            "MatMulNBits",
            bias == null ? output : output + ".product",
            List.of(input, weight + ".codes", weight + ".scales"),
            attribute("K", in),
            attribute("N", out),
            attribute("bits", precision.bits()),
            attribute("block_size", options.blockSize()),
            attribute("accuracy_level", options.accuracyLevel()));
    return bias == null
        ? product
        : graph.node("Add", output, List.of(product, vector(graph, bias)));
  }

  private String floats(GraphBuilder graph, MappedTensor tensor, String name, long... shape) {
    if (!added.add(name)) {
      return name;
    }
    ElementType type = options.activations();
    Links.@Nullable Place place = type == ElementType.FLOAT32 ? links.find(tensor) : null;
    long bytes = tensor.info().elements() * type.bytes();
    if (place != null) {
      progress.accept(tensor.info().bytes());
      return graph.initialiser(
          GraphBuilder.external(name, type, shape, place.file(), place.offset(), bytes));
    }
    try {
      long offset = data.align();
      long elements = tensor.info().elements();
      for (long at = 0; at < elements; at += CHUNK) {
        int count = (int) Math.min(CHUNK, elements - at);
        float[] values = FloatChunks.read(tensor, at, count);
        data.append(FloatChunks.encode(values, options.floatPrecision()));
        progress.accept((long) count * tensor.dtype().bytes());
      }
      return graph.initialiser(
          GraphBuilder.external(
              name, type, shape, data.path().getFileName().toString(), offset, bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void quantised(
      GraphBuilder graph, MappedTensor matrix, String name, int out, int in, Quantiser quantiser) {
    if (!added.add(name)) {
      return;
    }
    int blocks = QuantisedRows.blocks(in, quantiser.blockSize());
    Calibration calibration = options.calibration();
    InputMoments moments = calibration == null ? null : calibration.of(name);
    ErrorFeedback feedback = moments == null ? null : new ErrorFeedback(moments);
    int rowsAtOnce = Math.max(1, CHUNK / in);
    ByteArrayOutputStream scales = new ByteArrayOutputStream();
    try {
      long offset = data.align();
      for (int row = 0; row < out; row += rowsAtOnce) {
        int rows = Math.min(rowsAtOnce, out - row);
        QuantisedRows quantised =
            quantiser.quantise(
                FloatChunks.read(matrix, (long) row * in, rows * in), rows, in, feedback);
        data.append(ByteBuffer.wrap(quantised.codes()));
        scales.writeBytes(FloatChunks.encode(quantised.scales(), options.floatPrecision()).array());
        progress.accept((long) rows * in * matrix.dtype().bytes());
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
}
