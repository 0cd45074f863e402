package io.r1reward.core.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Bytes;
import io.r1reward.CheckpointException;
import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;

  @Test
  void writes_the_bytes_of_the_format() throws IOException {
    Path path = folder.resolve("t.safetensors");
    TensorData half = TensorData.of(TensorInfo.of("a", DType.BF16, 3), new float[] {1, -2, 0.5f});
    TensorData wide = TensorData.of(TensorInfo.of("b", DType.F32), new float[] {1});

    SafetensorsWriter.write(path, List.of(half, wide));

    // the wider format first; 138 bytes of JSON and 6 spaces
    String json =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
            + "\"a\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[4,10]}}";
    String header = json + " ".repeat(8 - json.length() % 8);
    byte[] length = {(byte) header.length(), 0, 0, 0, 0, 0, 0, 0};
    byte[] data = {0, 0, (byte) 0x80, 0x3f, (byte) 0x80, 0x3f, 0, (byte) 0xc0, 0, 0x3f};
    assertThat(header.length() % 8).isZero();
    assertThat(Files.readAllBytes(path))
        .isEqualTo(Bytes.concat(length, header.getBytes(StandardCharsets.UTF_8), data));
  }

  @Test
  void writes_what_the_public_writer_wrote_byte_for_byte() throws IOException {
    Path reference = Reference.path("qwen25vl-tiny/model.safetensors");
    Path copy = folder.resolve("copy.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(reference)) {
      SafetensorsWriter.write(copy, file.tensors().values().asList());
    }
    assertThat(Files.mismatch(copy, reference)).isEqualTo(-1);
  }

  @Test
  void reads_back_what_it_wrote_whatever_the_number_of_threads() throws IOException {
    // longer than two pieces, and no multiple of 8 bytes long
    int count = PieceWriter.PIECE + 3;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i % 2048; // exact in F16
    }
    ByteBuffer longs = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    longs.putLong(-1).putLong(Long.MAX_VALUE).flip();
    List<TensorData> tensors =
        List.of(
            TensorData.of(TensorInfo.of("half", DType.F16, count), values),
            TensorData.of(TensorInfo.of("single", DType.F32, 1, count), values),
            TensorData.of(TensorInfo.of("empty", DType.F32, 0), new float[0]),
            TensorData.of(TensorInfo.of("long", DType.I64, 2), longs));
    Path one = folder.resolve("one.safetensors");
    Path four = folder.resolve("four.safetensors");
    SafetensorsWriter.write(one, tensors, ImmutableMap.of("epoch", "3"), 1);
    SafetensorsWriter.write(four, tensors, ImmutableMap.of("epoch", "3"), 4);

    assertThat(Files.mismatch(one, four)).isEqualTo(-1);
    try (SafetensorsFile file = SafetensorsFile.open(one)) {
      assertThat(file.metadata()).isEqualTo(ImmutableMap.of("epoch", "3"));
      assertThat(file.tensors().keySet()).containsExactly("long", "empty", "single", "half");
      assertThat(file.require("half", count).toFloats()).isEqualTo(values);
      assertThat(file.require("single", 1, count).toFloats()).isEqualTo(values);
      assertThat(file.require("long", 2).toLongs()).containsExactly(-1, Long.MAX_VALUE);
    }
  }

  @Test
  void replaces_a_file_only_when_the_new_one_is_whole() throws IOException {
    Path path = folder.resolve("t.safetensors");
    TensorData good = TensorData.of(TensorInfo.of("good", DType.F32, 1), new float[] {7});
    SafetensorsWriter.write(path, List.of(good));
    for (int threads : new int[] {1, 2}) {
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(
              () ->
                  SafetensorsWriter.write(
                      path, List.of(good, new Broken()), ImmutableMap.of(), threads))
          .withMessageContaining(path + ": cannot be written")
          .withMessageContaining("no such page");
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.require("good").toFloats()).containsExactly(7);
    }
    SafetensorsWriter.write(
        path, List.of(TensorData.of(TensorInfo.of("new", DType.F32, 1), new float[] {8})));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.require("new").toFloats()).containsExactly(8);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(path);
    }
  }

  @Test
  void refuses_a_name_that_is_taken() {
    TensorData tensor = TensorData.of(TensorInfo.of("a", DType.F32, 1), new float[1]);
    Path path = folder.resolve("t.safetensors");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> SafetensorsWriter.write(path, List.of(tensor, tensor)))
        .withMessage(path + ": tensor a F32 [1]: the name is taken");
    TensorData metadata = TensorData.of(TensorInfo.of("__metadata__", DType.F32, 1), new float[1]);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> SafetensorsWriter.write(path, List.of(metadata)))
        .withMessageContaining("__metadata__ F32 [1]: the name is taken");
    assertThat(path).doesNotExist();
  }

  @Test
  void refuses_a_tensor_that_gives_too_little() {
    Path path = folder.resolve("t.safetensors");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> SafetensorsWriter.write(path, List.of(new TooShort())))
        .withMessageContaining("tensor short F32 [2] gave 4 bytes from byte 0 on, expected 8");
  }

  @Test
  void refuses_values_that_do_not_fit_the_shape() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorData.of(TensorInfo.of("a", DType.F32, 2), new float[3]))
        .withMessage("tensor a F32 [2]: got 3 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorData.of(TensorInfo.of("a", DType.I64, 1), ByteBuffer.allocate(9)))
        .withMessage("tensor a I64 [1]: got 9 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorData.of(TensorInfo.of("a", DType.I64, 1), new float[1]))
        .withMessage("tensor a I64 [1]: floats make F32, F16 or BF16 only");
  }

  private record Broken() implements TensorData {
    @Override
    public TensorInfo info() {
      return TensorInfo.of("broken", DType.F32, 2);
    }

    @Override
    public void read(long offset, ByteBuffer destination) throws IOException {
      throw new IOException("no such page");
    }
  }

  private record TooShort() implements TensorData {
    @Override
    public TensorInfo info() {
      return TensorInfo.of("short", DType.F32, 2);
    }

    @Override
    public void read(long offset, ByteBuffer destination) {
      destination.putFloat(1);
    }
  }
}
