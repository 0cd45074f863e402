package io.r1reward.train.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.TestDevice;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeTensorTest {
  @TempDir Path folder;

  /**
   * 1, -2, the smallest step above 1 in bfloat16 halved (rounds to even, down), and that and more.
   */
  private static final float[] VALUES = {1, -2, 1 + 0x1p-8f, 1 + 0x1.8p-8f, 3e38f, 1e-40f};

  private interface Use {
    void with(PolicyNetwork network);
  }

  private static void network(boolean half, Use use) {
    NetworkSettings settings =
        NetworkSettings.builder().device(TestDevice.NAME).bfloat16(half).build();
    try (Checkpoint checkpoint = Checkpoint.open(Reference.path("qwen25vl-tiny-tied"));
        PolicyNetwork network = PolicyNetwork.load(checkpoint, settings, 1)) {
      use.with(network);
    }
  }

  private static TensorData tensor(PolicyNetwork network, DType dtype, float[] values) {
    return new NativeTensor(
        TensorInfo.of("x", dtype, 2, values.length / 2),
        network,
        scope -> scope.create(values, new ai.djl.ndarray.types.Shape(2, values.length / 2)));
  }

  @Test
  void files_are_those_of_arrays_on_the_heap() {
    network(
        false,
        network -> {
          for (DType dtype : List.of(DType.F32, DType.BF16)) {
            Path mine = folder.resolve("mine" + dtype);
            Path plain = folder.resolve("plain" + dtype);
            SafetensorsWriter.write(mine, List.of(tensor(network, dtype, VALUES)));
            TensorInfo info = TensorInfo.of("x", dtype, 2, VALUES.length / 2);
            SafetensorsWriter.write(plain, List.of(TensorData.of(info, VALUES)));
            assertThat(mine).hasSameBinaryContentAs(plain);
          }
        });
  }

  @Test
  void pieces_follow_each_other_and_the_memory_is_given_back() throws Exception {
    // 1.5 million values are 6 MB, two pieces of 4 MiB
    float[] values = new float[1_500_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path file = folder.resolve("long");
    network(
        false,
        network -> {
          int before = network.manager().getManagedArrays().size();
          SafetensorsWriter.write(file, List.of(tensor(network, DType.F32, values)));
          assertThat(network.manager().getManagedArrays()).hasSize(before);
        });
    try (SafetensorsFile stored = SafetensorsFile.open(file)) {
      assertThat(stored.require("x").toFloats()).isEqualTo(values);
    }
  }

  @Test
  void piece_can_be_read_again_from_the_start() throws Exception {
    network(
        false,
        network -> {
          NativeTensor tensor = (NativeTensor) tensor(network, DType.F32, VALUES);
          List<Float> read = new ArrayList<>();
          for (int turn = 0; turn < 2; turn++) {
            ByteBuffer bytes = ByteBuffer.allocate(8).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            tensor.read(0, bytes);
            read.add(bytes.flip().getFloat());
          }
          assertThat(read).containsExactly(1f, 1f);
        });
  }

  @Test
  void network_comes_back_from_its_files_to_the_last_bit_in_either_format() {
    for (boolean half : new boolean[] {false, true}) {
      Path file = folder.resolve("trained" + half);
      network(
          half,
          network -> {
            Parameter first = network.trainable().get(0);
            float[] changed = network.values(first);
            changed[0] = 1 + 0x1p-20f; // the masters know it, bfloat16 does not
            network.set(first, changed);
            NetworkFiles.saveTrained(network, file);
          });
      network(
          half,
          network -> {
            NetworkFiles.restoreTrained(network, file);
            assertThat(network.values(network.trainable().get(0))[0]).isEqualTo(1 + 0x1p-20f);
          });
    }
  }
}
