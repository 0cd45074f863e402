package io.r1reward.core.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.common.primitives.ImmutableLongArray;
import io.r1reward.CheckpointException;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
  @TempDir Path folder;

  @Test
  void reads_values_of_every_number_format_of_the_reference() {
    try (SafetensorsFile file =
        SafetensorsFile.open(Reference.path("cases/b-one-image-140x196/expected.safetensors"))) {
      assertThat(file.require("rope_deltas").dtype()).isEqualTo(DType.I64);
      // image 140 x 196: a grid of 10 x 14 patches, 35 tokens, which take 7 positions: 7 - 35 = -28
      assertThat(file.require("rope_deltas", 1, 1).toLongs()).containsExactly(-28);
      assertThat(file.require("image_cu_seqlens", 2).dtype()).isEqualTo(DType.I32);
      assertThat(file.require("image_cu_seqlens", 2).toLongs()).containsExactly(0, 140);
      float[] exact = file.require("logits", 1, 68, 1000).toFloats();
      float[] rounded = file.require("logits_bf16_eager", 1, 68, 1000).toFloats();
      assertThat(file.require("logits_bf16_eager").dtype()).isEqualTo(DType.BF16);
      double largest = 0;
      for (int i = 0; i < exact.length; i++) {
        largest = Math.max(largest, Math.abs(rounded[i] - exact[i]));
      }
      // case.json: calibration.bf16.eager.max_abs_diff_to_fp32
      assertThat((float) largest).isEqualTo(0.2233901f);
    }
  }

  @Test
  void maps_tensors_without_copying() {
    try (SafetensorsFile file =
        SafetensorsFile.open(Reference.path("qwen25vl-tiny/model.safetensors"))) {
      ByteBuffer bytes = file.require("model.layers.0.mlp.down_proj.weight", 64, 160).bytes();

      assertThat(bytes.isDirect()).isTrue();
      assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(bytes.remaining()).isEqualTo(64 * 160 * 4);
      assertThatExceptionOfType(ReadOnlyBufferException.class)
          .isThrownBy(() -> bytes.put(0, (byte) 1));
      assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
    }
  }

  @Test
  void slices_rows() throws IOException {
    Path path =
        file("{\"t\":{\"dtype\":\"I32\",\"shape\":[3,2],\"data_offsets\":[0,24]}}", ints(6));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      MappedTensor tensor = file.require("t");

      ByteBuffer middle = tensor.rows(1, 2);
      assertThat(middle.remaining()).isEqualTo(8);
      assertThat(middle.getInt(0)).isEqualTo(2);
      assertThat(middle.getInt(4)).isEqualTo(3);
      assertThat(tensor.rows(3, 3).remaining()).isZero();
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> tensor.rows(2, 4))
          .withMessage("rows 2 to 4 of tensor t I32 [3, 2], which has 3");
    }
  }

  @Test
  void takes_a_tensor_longer_than_a_buffer_in_rows() throws IOException {
    // a sparse file: 5 rows of 2^29 bytes, 2.5 GiB in all, of which only two bytes are written
    long row = 1L << 29;
    String header =
        "{\"big\":{\"dtype\":\"U8\",\"shape\":[5,536870912],\"data_offsets\":[0,2684354560]},"
            + "\"small\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[2684354560,2684354561]}}";
    Path path = file(header, new byte[0]);
    try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      long data = channel.size();
      channel.write(ByteBuffer.wrap(new byte[] {42}), data + 3 * row);
      channel.write(ByteBuffer.wrap(new byte[] {43}), data + 5 * row);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      MappedTensor big = file.require("big", 5, row);

      assertThat(big.rows(2, 4).get((int) row)).isEqualTo((byte) 42);
      assertThat(big.rows(3, 5).get(0)).isEqualTo((byte) 42);
      assertThat(file.require("small").toLongs()).containsExactly(43);
      ByteBuffer copy = ByteBuffer.allocate(16);
      big.read(3 * row - 8, copy);
      assertThat(copy.get(8)).isEqualTo((byte) 42);
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(big::bytes)
          .withMessageContaining(
              "tensor big U8 [5, 536870912] has 2684354560 bytes, one buffer holds at most 2147483647");
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> big.rows(0, 3))
          .withMessageContaining("has 1610612736 bytes, one buffer holds at most 1073741824");
    }
  }

  @Test
  void accepts_scalars_zero_sizes_metadata_and_trailing_spaces() throws IOException {
    String header =
        """
        {"__metadata__":{"format":"pt"},\
        "empty":{"dtype":"F32","shape":[0,7],"data_offsets":[8,8]},\
        "scalar":{"shape":[],"data_offsets":[0,8],"dtype":"I64"}}   \
        """;
    try (SafetensorsFile file = SafetensorsFile.open(file(header, new byte[8]))) {
      assertThat(file.tensors().keySet()).containsExactly("scalar", "empty");
      assertThat(file.require("scalar").toLongs()).containsExactly(0);
      assertThat(file.require("empty", 0, 7).toFloats()).isEmpty();
      assertThat(file.require("empty").bytes().isDirect()).isTrue();
    }
  }

  @Test
  void names_what_is_missing_or_misshapen() {
    Path path = Reference.path("qwen25vl-tiny/model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> file.require("model.norm.bias"))
          .withMessage(path + ": tensor model.norm.bias is missing (105 tensors are there)");
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> file.require("lm_head.weight", 64, 1000))
          .withMessage(path + ": tensor lm_head.weight has shape [1000, 64], expected [64, 1000]");
    }
  }

  @Test
  void keeps_buffers_valid_after_closing_but_hands_out_no_more() throws IOException {
    Path path = file("{\"t\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]}}", ints(2));
    SafetensorsFile file = SafetensorsFile.open(path);
    MappedTensor tensor = file.require("t");
    ByteBuffer bytes = tensor.bytes();
    file.close();

    assertThat(bytes.getInt(4)).isEqualTo(1);
    assertThatIllegalStateException().isThrownBy(tensor::bytes).withMessage(path + " is closed");
  }

  @Test
  void refuses_to_convert_between_kinds_of_numbers() {
    ReferenceTensors loaded = Reference.tensors("cases/a-text-only/inputs.safetensors");
    assertThat(loaded.shape("input_ids")).containsExactly(1, 34);
    try (SafetensorsFile file =
        SafetensorsFile.open(Reference.path("cases/a-text-only/inputs.safetensors"))) {
      assertThat(file.require("input_ids").shape()).isEqualTo(ImmutableLongArray.of(1, 34));
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> file.require("input_ids").toFloats())
          .withMessageEndingWith("tensor input_ids I64 [1, 34] is not F32, F16 or BF16");
    }
  }

  private Path file(String header, byte[] data) throws IOException {
    return HostileSafetensorsTest.write(
        folder.resolve("t.safetensors"), header.getBytes(UTF_8), data);
  }

  private static byte[] ints(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putInt(i);
    }
    return bytes.array();
  }
}
