package io.r1reward.onnx.runtime;

import static io.r1reward.onnx.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.google.protobuf.ByteString;
import io.r1reward.onnx.graph.ElementType;
import io.r1reward.onnx.graph.GraphBuilder;
import io.r1reward.onnx.quantise.BlockRounding;
import io.r1reward.onnx.quantise.QuantisedRows;
import io.r1reward.onnx.quantise.Quantiser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Graphs of one operator each, run on made-up numbers, with what plain arithmetic in double
 * precision makes of the same numbers. Not thread-safe.
 */
final class KernelTrials {
  /** Rows beside each other that are tried. */
  static final int ROWS = 9;

  private final OrtEnvironment environment;
  private final int threads;

  KernelTrials(OrtEnvironment environment, int threads) {
    this.environment = environment;
    this.threads = threads;
  }

  /**
   * Results of an operator.
   *
   * @param together of {@link #ROWS} rows in one run
   * @param alone of each row in a run of its own
   * @param inPairs of each row in a run of two, beside a copy of itself
   * @param exact of plain arithmetic
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Outcome(float[][] together, float[][] alone, float[][] inPairs, double[][] exact) {

    /** Largest difference from plain arithmetic, alone or together; NaN counts as largest. */
    double largest() {
      double largest = 0;
      for (float[][] results : List.of(together, alone, inPairs)) {
        for (int row = 0; row < exact.length; row++) {
          for (int i = 0; i < exact[row].length; i++) {
            double difference = Math.abs(results[row][i] - exact[row][i]);
            largest = difference <= largest ? largest : difference;
          }
        }
      }
      return largest;
    }

    /** Largest difference between a row together and the same row in the runs given. */
    double apart(float[][] others) {
      double largest = 0;
      for (int row = 0; row < others.length; row++) {
        for (int i = 0; i < others[row].length; i++) {
          largest = Math.max(largest, Math.abs((double) together[row][i] - others[row][i]));
        }
      }
      return largest;
    }
  }

  /** {@code MatMulNBits} of {@code [rows, in]} by {@code [out, in]}. */
  Outcome quantised(int bits, int block, int level, int in, int out) throws OrtException {
    Random random = new Random(bits * 1000L + block);
    QuantisedRows weight =
        new Quantiser(bits, block, BlockRounding.LEAST_SQUARES)
            .quantise(numbers(random, out * in), out, in);
    int blocks = QuantisedRows.blocks(in, block);
    GraphBuilder graph = new GraphBuilder("trial");
    graph.input("x", ElementType.FLOAT32, "rows", in);
    graph.output("y", ElementType.FLOAT32, "rows", out);
    graph.initialiser(
        tensor("codes", ElementType.UINT8, out, blocks, block * bits / 8)
            .setRawData(ByteString.copyFrom(weight.codes()))
            .build());
    graph.initialiser(floats("scales", weight.scales(), (long) out * blocks));
    graph.contrib(
        "MatMulNBits",
        "y",
        List.of("x", "codes", "scales"),
        attribute("K", in),
        attribute("N", out),
        attribute("bits", bits),
        attribute("block_size", block),
        attribute("accuracy_level", level));
    return products(graph, random, weight.dequantise(), in, out);
  }

  /** {@code Gemm} of {@code [rows, in]} by {@code [out, in]}, as float32 exports have it. */
  Outcome plain(int in, int out) throws OrtException {
    Random random = new Random(3);
    float[] weight = numbers(random, out * in);
    GraphBuilder graph = new GraphBuilder("trial");
    graph.input("x", ElementType.FLOAT32, "rows", in);
    graph.output("y", ElementType.FLOAT32, "rows", out);
    graph.initialiser(floats("w", weight, out, in));
    graph.node("Gemm", "y", List.of("x", "w"), attribute("transB", 1));
    return products(graph, random, weight, in, out);
  }

  private Outcome products(GraphBuilder graph, Random random, float[] weight, int in, int out)
      throws OrtException {
    float[] x = numbers(random, ROWS * in);
    double[][] exact = new double[ROWS][out];
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < out; i++) {
        double sum = 0;
        for (int k = 0; k < in; k++) {
          sum += (double) x[row * in + k] * weight[i * in + k];
        }
        exact[row][i] = sum;
      }
    }
    try (OrtSession session = session(graph)) {
      float[][] alone = new float[ROWS][];
      float[][] inPairs = new float[ROWS][];
      for (int row = 0; row < ROWS; row++) {
        float[] one = Arrays.copyOfRange(x, row * in, (row + 1) * in);
        alone[row] = product(session, one, 1, in)[0];
        float[] two = Arrays.copyOf(one, 2 * in);
        System.arraycopy(one, 0, two, in, in);
        inPairs[row] = product(session, two, 2, in)[0];
      }
      return new Outcome(product(session, x, ROWS, in), alone, inPairs, exact);
    }
  }

  private float[][] product(OrtSession session, float[] x, int rows, int in) throws OrtException {
    try (Tensors inputs = new Tensors(environment)) {
      inputs.floats("x", ElementType.FLOAT32, x, rows, in);
      return run(session, inputs, "y", rows);
    }
  }

  /**
   * {@code GroupQueryAttention} of one new token in each of {@link #ROWS} rows, behind one to
   * {@link #ROWS} tokens, rotating by itself where {@code size} allows it.
   */
  Outcome attention(int heads, int keyHeads, int size) throws OrtException {
    boolean rotates = size % 16 == 0;
    Attending attending = new Attending(heads, keyHeads, size, rotates, new Random(4));
    GraphBuilder graph = attending.graph();
    try (OrtSession session = session(graph)) {
      int[] all = IntStream.range(0, ROWS).toArray();
      float[][] alone = new float[ROWS][];
      float[][] inPairs = new float[ROWS][];
      double[][] exact = new double[ROWS][];
      for (int row = 0; row < ROWS; row++) {
        alone[row] = attend(session, attending, row)[0];
        inPairs[row] = attend(session, attending, row, row)[0];
        exact[row] = attending.exact(row);
      }
      return new Outcome(attend(session, attending, all), alone, inPairs, exact);
    }
  }

  private float[][] attend(OrtSession session, Attending attending, int... rows)
      throws OrtException {
    try (Tensors inputs = new Tensors(environment)) {
      attending.feed(inputs, rows);
      return run(session, inputs, "y", rows.length);
    }
  }

  private float[][] run(OrtSession session, Tensors inputs, String output, int rows)
      throws OrtException {
    try (OrtSession.Result result = session.run(inputs.all(), Set.of(output))) {
      FloatBuffer values = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
      float[][] results = new float[rows][values.remaining() / rows];
      for (float[] row : results) {
        values.get(row);
      }
      return results;
    }
  }

  private OrtSession session(GraphBuilder graph) throws OrtException {
    ModelProto model = graph.build("1", "a trial of one operator");
    try (SessionOptions options = new SessionOptions()) {
      if (threads > 0) {
        options.setIntraOpNumThreads(threads);
      }
      return environment.createSession(model.toByteArray(), options);
    }
  }

  /** Numbers of a normal distribution. */
  static float[] numbers(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static TensorProto floats(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return tensor(name, ElementType.FLOAT32, shape).setRawData(ByteString.copyFrom(bytes)).build();
  }

  private static TensorProto.Builder tensor(String name, ElementType type, long... shape) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.code());
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    return tensor;
  }
}
