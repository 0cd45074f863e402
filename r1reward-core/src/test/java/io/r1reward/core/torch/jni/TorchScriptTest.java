package io.r1reward.core.torch.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.r1reward.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class TorchScriptTest {
  private static final String HEAD =
      """
      class Small(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  private static TorchScript small(NDManager manager, String methods) {
    return TorchScript.compile(manager, "small", "Small", HEAD + methods.indent(2));
  }

  @Test
  void calls_operators_that_djl_does_not_bind() {
    try (NDManager manager = Torch.newManager("cpu");
        TorchScript script =
            small(
                manager,
                """
                def pick(self: __torch__.small.Small, x: Tensor, at: int) -> Tensor:
                  return torch.searchsorted(x, torch.narrow(x, 0, at, 1))
                """)) {
      NDArray sorted = manager.create(new float[] {1, 3, 5, 7});
      assertThat(script.one(manager, "pick", sorted, 2).toLongArray()).containsExactly(2);
    }
  }

  @Test
  void hands_lists_over_once_and_gives_lists_back() {
    try (NDManager manager = Torch.newManager("cpu");
        TorchScript script =
            small(
                manager,
                """
                def twice(self: __torch__.small.Small, x: List[Tensor]) -> List[Tensor]:
                  return [torch.mul(x[0], 2), torch.mul(x[1], 2)]
                """)) {
      NDArray one = manager.create(new float[] {1});
      NDArray two = manager.create(new float[] {2});
      try (TensorList list = TensorList.of(List.of(one, two))) {
        one.close();
        for (int i = 0; i < 3; i++) {
          NDArray[] out = script.call(manager, "twice", list);
          assertThat(out).hasSize(2);
          assertThat(out[0].toFloatArray()).containsExactly(2);
          assertThat(out[1].toFloatArray()).containsExactly(4);
        }
      }
    }
  }

  @Test
  void reads_bfloat16_bytes_without_copying_them() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(0, (short) 0x3F80).putShort(2, (short) 0xC020); // 1.0, -2.5
    try (NDManager manager = Torch.newManager("cpu");
        TorchScript script =
            small(
                manager,
                """
                def read(self: __torch__.small.Small, x: Tensor) -> Tensor:
                  return torch.to(torch.set_(torch.empty([0], dtype=15), x, 0, [2]), 6)
                """)) {
      NDArray raw = Torch.wrap(manager, bytes, new Shape(4), DataType.INT8);
      assertThat(script.one(manager, "read", raw).toFloatArray()).containsExactly(1f, -2.5f);
      bytes.putShort(0, (short) 0x4000); // 2.0, seen through the same memory
      assertThat(script.one(manager, "read", raw).toFloatArray()).containsExactly(2f, -2.5f);
    }
  }

  @Test
  void names_file_and_line_of_text_that_does_not_compile() {
    try (NDManager manager = Torch.newManager("cpu")) {
      assertThatThrownBy(
              () ->
                  small(
                      manager,
                      """
                      def broken(self: __torch__.small.Small, x: Tensor) -> Tensor:
                        return torch.no_such_operator(x)
                      """))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("no_such_operator")
          .hasMessageContaining("small.py");
    }
  }

  @Test
  void reports_an_operator_that_fails() {
    try (NDManager manager = Torch.newManager("cpu");
        TorchScript script =
            small(
                manager,
                """
                def add(self: __torch__.small.Small, x: Tensor, y: Tensor) -> Tensor:
                  return torch.add(x, y)
                """)) {
      NDArray two = manager.create(new float[2]);
      NDArray three = manager.create(new float[3]);
      assertThatThrownBy(() -> script.one(manager, "add", two, three))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("size of tensor a (2) must match the size of tensor b (3)");
    }
  }
}
