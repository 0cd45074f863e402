package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import com.google.protobuf.InvalidProtocolBufferException;
import io.r1reward.core.machine.KernelCheck;
import io.r1reward.onnx.graph.GraphBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelSuiteTest {

  @ParameterizedTest
  @CsvSource({"4, 16, 4", "4, 32, 4", "4, 128, 4", "8, 64, 4", "8, 256, 4", "4, 32, 0"})
  void quantised_products_are_right_on_this_machine(int bits, int block, int level) {
    KernelSuite suite = new KernelSuite(OnnxRuntime.environment(), 1);
    suite.quantised(bits, block, level);
    KernelCheck right = suite.checks().get(0);
    assertThat(right.holds()).as(right.toString()).isTrue();
    assertThat(suite.exactLevelNeeded()).isFalse();
    // sums of 256 or more products have a size of sqrt(256) = 16 and more: a block that is left out
    // changes them by a quarter of that
    assertThat(right.allowed()).isLessThan(2);
  }

  @ParameterizedTest
  @CsvSource({"14, 2, 64", "28, 4, 128", "4, 2, 16", "4, 2, 24"})
  void attention_is_right_on_this_machine(int heads, int keyHeads, int size) {
    KernelSuite suite = new KernelSuite(OnnxRuntime.environment(), 1);
    suite.attention(heads, keyHeads, size);
    assertThat(suite.checks().get(0).holds()).as(suite.checks().get(0).toString()).isTrue();
    assertThat(suite.attentionHolds()).isTrue();
  }

  @Test
  void what_rounding_explains_is_small() {
    KernelSuite suite = new KernelSuite(OnnxRuntime.environment(), 1);
    suite.plain();
    suite.attention(14, 2, 64);
    suite.quantised(4, 32, 0);
    assertThat(suite.checks())
        .filteredOn(check -> check.allowed() > 0)
        .allSatisfy(check -> assertThat(check.allowed()).isLessThan(1e-3));
  }

  /** Whatever this machine's kernels do alone, with this many rows they do it in every batch. */
  @ParameterizedTest
  @CsvSource({"4, 16", "4, 32", "4, 64", "4, 128", "8, 32", "8, 64", "8, 128"})
  void with_the_fewest_rows_a_row_is_the_same_beside_others(int bits, int block)
      throws OrtException {
    KernelSuite suite = new KernelSuite(OnnxRuntime.environment(), 1);
    suite.quantised(bits, block, 4);
    KernelTrials.Outcome outcome =
        new KernelTrials(OnnxRuntime.environment(), 1).quantised(bits, block, 4, 256, 48);
    assertThat(outcome.apart(suite.leastRows() == 1 ? outcome.alone() : outcome.inPairs()))
        .isZero();
  }

  @Test
  void an_operator_that_this_build_lacks_does_not_hold() {
    KernelSuite suite = new KernelSuite(OnnxRuntime.environment(), 1);
    suite.attention(3, 2, 64); // heads that cannot be shared
    assertThat(suite.attentionHolds()).isFalse();
    assertThat(suite.checks().get(0).largest()).isNaN();
  }

  @Test
  void level_zero_replaces_every_level() throws InvalidProtocolBufferException {
    GraphBuilder graph = new GraphBuilder("g");
    graph.contrib(
        "MatMulNBits",
        "y",
        List.of("x", "c", "s"),
        GraphBuilder.attribute("bits", 4),
        GraphBuilder.attribute("accuracy_level", 4));
    ModelProto model = graph.build("1", "");
    ModelProto changed = ModelProto.parseFrom(CheckedDecoder.atLevelZero(model));
    assertThat(changed.getGraph().getNode(0).getAttributeList())
        .extracting(a -> a.getName() + "=" + a.getI())
        .containsExactly("bits=4", "accuracy_level=0");
  }
}
