package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.testing.ProcessorDependent;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.core.torch.jni.TorchScript;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * oneDNN 3.7.1 reorders float32 weights wrongly on AVX-512 where the last block of rows is not full
 * (its issue 3280). On machines without the fault it is simulated: a packer spoils the last rows.
 */
@ProcessorDependent
class WeightPackerTest {
  /** Moves rows of a weight by one place, as the fault of oneDNN leaves them. */
  private static final String SPOILING =
      """
      class Spoiling(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool

        def spoil(self, weight: Tensor, first: int, n: int) -> Tensor:
          spoiled = torch.clone(weight)
          part = torch.narrow(spoiled, 0, first, n)
          _0 = torch.copy_(part, torch.roll(part, [1], [1]))
          return spoiled
      """;

  private NDManager manager;
  private TorchScript spoiling;
  private PackingKernel kernel;
  private TorchScript checks;

  @BeforeEach
  void open() {
    Torch.prepareThread(1);
    manager = Torch.newManager("cpu");
    checks = KernelChecks.compile(manager);
    spoiling = TorchScript.compile(manager, "spoiling", "Spoiling", SPOILING);
    kernel = PackingKernel.open(manager).orElse(null);
    // where libtorch has no oneDNN linear (some ARM), nothing is ever packed
    assumeThat(kernel).isNotNull();
  }

  @AfterEach
  void close() {
    if (kernel != null) {
      kernel.close();
    }
    checks.close();
    spoiling.close();
    manager.close();
  }

  private NDArray weight(int out, int in) {
    return checks.one(manager, "weight", out, in, Precision.FLOAT32.scalarType());
  }

  /** Packs a weight of which {@code n} rows from {@code first} on have moved by one place. */
  private WeightPacker.Packing spoiling(int first, int n) {
    return (weight, owner) -> {
      try (NDArray spoiled = spoiling.one(manager, "spoil", weight, first, n)) {
        return kernel.pack(spoiled, owner);
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 36, 60, 64, 68, 100, 112, 304, 777, 848, 1000, 1001, 3420})
  void rows_that_do_not_fill_a_block_are_multiplied_right(int out) {
    WeightPacker packer = new WeightPacker(kernel, kernel::pack, manager, false);
    NDArray plain = weight(out, 72);
    NDArray copy = plain.duplicate();
    NDArray packed = packer.pack(copy);
    for (int rows : new int[] {1, 8, 33}) {
      NDArray x = checks.one(manager, "rows", rows, 72, Precision.FLOAT32.scalarType());
      NDArray y = kernel.script().one(manager, "product", x, packed, out);
      NDArray exact = checks.one(manager, "product", x, plain);
      double worst = checks.one(manager, "largest", y, exact).getDouble();
      // 72 products of numbers below 1: sqrt(72) u times a sum of some 3 to 8
      assertThat(worst).as("%d rows by %d", rows, out).isLessThan(Math.sqrt(72) * 0x1p-24 * 16);
    }
    assertThat(packer.packed()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 30, 99})
  void a_spoiled_row_is_noticed_wherever_it_is(int row) {
    WeightPacker packer = new WeightPacker(kernel, spoiling(row, 1), manager, true);
    NDArray weight = weight(100, 72);
    assertThat(packer.pack(weight)).isSameAs(weight);
    assertThat(packer.packed()).isZero();
    assertThat(packer.plain()).isEqualTo(1);
  }

  @Test
  void the_last_rows_of_a_weight_too_large_to_be_brought_back_are_noticed() {
    NDArray weight = weight(600, 64);
    WeightPacker packer =
        new WeightPacker(kernel, spoiling(596, 4), manager, true, weight.size() - 1);
    assertThat(packer.pack(weight)).isSameAs(weight);
  }

  @Test
  void every_weight_is_compared_not_just_the_first_of_a_shape() {
    NDArray first = weight(100, 72);
    NDArray second = weight(100, 72);
    WeightPacker packer =
        new WeightPacker(
            kernel,
            (weight, owner) ->
                (weight == second ? spoiling(96, 4) : (WeightPacker.Packing) kernel::pack)
                    .pack(weight, owner),
            manager,
            true);
    assertThat(packer.pack(first)).isNotSameAs(first);
    assertThat(packer.pack(second)).isSameAs(second);
    NDArray third = weight(100, 72);
    assertThat(packer.pack(third)).as("of a shape that is not trusted any more").isSameAs(third);
    assertThat(packer.packed()).isEqualTo(1);
    assertThat(packer.plain()).isEqualTo(2);
  }

  @Test
  void a_weight_that_does_not_pack_stays_plain() {
    WeightPacker packer =
        new WeightPacker(
            kernel,
            (weight, owner) -> {
              throw new io.r1reward.EngineException("refused");
            },
            manager,
            true);
    NDArray weight = weight(64, 64);
    assertThat(packer.pack(weight)).isSameAs(weight);
  }

  @Test
  void without_the_check_what_is_packed_is_trusted() {
    WeightPacker packer = new WeightPacker(kernel, spoiling(99, 1), manager, false);
    NDArray weight = weight(100, 72);
    assertThat(packer.pack(weight)).isNotSameAs(weight);
  }

  /** The whole way: a model on a machine with the fault says the reference's tokens. */
  @Test
  void a_model_whose_weights_pack_wrongly_gives_the_references_tokens() {
    ReferenceCase reference = ReferenceCase.of("b-one-image-140x196");
    WeightPacker.Packing spoiling =
        (weight, owner) -> {
          long out = weight.getShape().get(0);
          long rest = out % 64;
          return rest == 0
              ? kernel.pack(weight, owner)
              : spoiling((int) (out - rest), (int) rest).pack(weight, owner);
        };
    TorchSettings settings = TorchSettings.of("cpu", "float32", "packed", 1);
    try (TorchModel model = TorchModel.load(reference.checkpoint(), settings, spoiling)) {
      assertThat(model.info().layout()).matches("packed, \\d+ of \\d+ weights fused");
      assertThat(greedy(new TorchEngine(model, 0), reference))
          .containsExactly(reference.generated("greedy_no_eos", 0));
    }
    TorchSettings trusting = new TorchSettings("cpu", "float32", "packed", 1, false, 0);
    try (TorchModel model = TorchModel.load(reference.checkpoint(), trusting, spoiling)) {
      assertThat(model.info().layout()).isEqualTo("packed");
      assertThat(greedy(new TorchEngine(model, 0), reference))
          .as("the simulated fault shows where nobody looks")
          .isNotEqualTo(reference.generated("greedy_no_eos", 0));
    }
  }

  private static int[] greedy(TorchEngine engine, ReferenceCase reference) {
    int[] tokens = new int[24];
    try (DecodeBatch batch = engine.newBatch(1)) {
      PromptState state = engine.prefill(reference.prompts()).get(0);
      batch.add(state, Decoding.greedy(24, ImmutableSet.of()), new int[0]);
      state.close();
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = batch.step(new double[1]).tokens()[0];
      }
    }
    return tokens;
  }

  @Test
  void bfloat16_opens_on_every_processor() {
    for (String weights : List.of("auto", "packed")) {
      TorchSettings settings = TorchSettings.of("cpu", "bfloat16", weights, 1);
      try (TorchEngine engine = TorchEngine.open(Reference.path("qwen25vl-tiny-tied"), settings)) {
        assertThat(engine.info().dtype()).isEqualTo("bfloat16");
        assertThat(engine.info().layout()).isIn("packed", "fused", "mapped");
        assertThat(engine.info().instructionSet()).isNotEmpty();
        assertThat(engine.info().threads()).isEqualTo(1);
      }
    }
  }
}
