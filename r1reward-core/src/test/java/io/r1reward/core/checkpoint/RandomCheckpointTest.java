package io.r1reward.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.InvalidInputException;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelShape;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RandomCheckpointTest {
  private final Path tiny = Reference.path("qwen25vl-tiny");
  private final ModelConfig config = ModelConfig.read(tiny.resolve("config.json"));

  @TempDir Path parent;

  @Test
  void is_a_checkpoint_that_opens() {
    Path folder = parent.resolve("random");
    RandomCheckpoint.of(config).dtype(DType.BF16).tokenizerOf(tiny).write(folder);

    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.config().dtype()).isEqualTo(DType.BF16);
      assertThat(checkpoint.config().text()).isEqualTo(config.text());
      assertThat(checkpoint.config().imageTokenId()).isEqualTo(928);
      assertThat(checkpoint.head().dtype()).isEqualTo(DType.BF16);
      assertThat(checkpoint.bytes()).isEqualTo(1_673_856 / 2);
      assertThat(checkpoint.generation().repetitionPenalty()).isEqualTo(1.05);
      assertThat(checkpoint.preprocessor().maxPixels()).isEqualTo(12845056);
      assertThat(folder.resolve("tokenizer.json")).exists();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void is_normal_with_deviation_0_02_and_norms_of_1(DType dtype) {
    Path folder = parent.resolve("random");
    RandomCheckpoint.of(config).dtype(dtype).seed(7).write(folder);

    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      float[] values = checkpoint.require("model.embed_tokens.weight").toFloats();
      double sum = 0;
      double squares = 0;
      int beyondTwoDeviations = 0;
      for (float value : values) {
        sum += value;
        squares += value * value;
        beyondTwoDeviations += Math.abs(value) > 0.04 ? 1 : 0;
      }
      // 64,000 values: the standard error of the mean is 0.02 / 253 = 8e-5
      assertThat(sum / values.length).isCloseTo(0, within(4e-4));
      assertThat(Math.sqrt(squares / values.length)).isCloseTo(0.02, within(4e-4));
      // a normal distribution has 4.55 % there
      assertThat((double) beyondTwoDeviations / values.length).isCloseTo(0.0455, within(0.005));
      assertThat(checkpoint.require("model.norm.weight").toFloats()).containsOnly(1);
      assertThat(checkpoint.require("visual.blocks.0.norm1.weight").toFloats()).containsOnly(1);
      assertThat(checkpoint.require("model.layers.0.self_attn.q_proj.bias").toFloats())
          .doesNotContain(1);
    }
  }

  @Test
  void depends_on_the_seed_and_differs_between_layers() throws IOException {
    byte[] first = head(RandomCheckpoint.of(config).seed(1), "model.layers.0.mlp.up_proj.weight");
    assertThat(head(RandomCheckpoint.of(config).seed(1), "model.layers.0.mlp.up_proj.weight"))
        .isEqualTo(first);
    assertThat(head(RandomCheckpoint.of(config).seed(2), "model.layers.0.mlp.up_proj.weight"))
        .isNotEqualTo(first);
    assertThat(head(RandomCheckpoint.of(config).seed(1), "model.layers.1.mlp.up_proj.weight"))
        .isNotEqualTo(first);
    assertThat(head(RandomCheckpoint.of(config).seed(1), "model.layers.0.mlp.gate_proj.weight"))
        .isNotEqualTo(first);
  }

  @Test
  void is_the_same_whatever_the_threads_and_shards() throws IOException {
    Path one = parent.resolve("one");
    Path many = parent.resolve("many");
    RandomCheckpoint.of(config).threads(1).write(one);
    RandomCheckpoint.of(config).threads(4).shardBytes(300_000).write(many);

    assertThat(many.resolve("model.safetensors")).doesNotExist();
    try (Checkpoint first = Checkpoint.open(one);
        Checkpoint second = Checkpoint.open(many)) {
      first
          .tensors()
          .forEach(
              (name, tensor) -> assertThat(second.require(name).bytes()).isEqualTo(tensor.bytes()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // the decoder of the published Qwen2.5-0.5B, and by hand 640 * 1176 for the patches, 16 blocks
    // of 2 * 640 + 640 * 1920 + 1920 + 640 * 640 + 640 + 3 * 640 * 1728 + 2 * 1728 + 640, and
    // 640 + 2560 * 2560 + 2560 + 2560 * 896 + 896 for the merger
    "0.5b, 494032768, 89029632",
    // published: 3,754,622,976 and 8,292,166,656 in all
    "3b, 3085938688, 668684288",
    "7b, 7615616512, 676550144",
  })
  void has_the_sizes_of_the_published_models(String label, long decoder, long visionTower) {
    ModelConfig shape = ModelShape.of(label).config();
    long[] counts = new long[2];
    ModelTensors.shapes(shape)
        .forEach(
            (name, lengths) ->
                counts[name.startsWith("visual.") ? 1 : 0] +=
                    new TensorInfo(name, DType.BF16, lengths).elements());

    assertThat(counts[0]).isEqualTo(decoder);
    assertThat(counts[1]).isEqualTo(visionTower);
    assertThat(shape.eosTokenIds()).isEqualTo(ImmutableIntArray.of(151645, 151643));
  }

  @Test
  void names_the_shapes_there_are() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> ModelShape.of("13b"))
        .withMessage(
            "there is no shape '13b', only [0.5b, 3b, 7b, qwen3vl-2b, qwen3vl-4b, qwen3vl-8b]");
  }

  /** Returns the first 64 bytes of a tensor. */
  private static byte[] head(RandomCheckpoint checkpoint, String name) throws IOException {
    TensorData tensor =
        checkpoint.tensors().stream()
            .filter(candidate -> candidate.info().name().equals(name))
            .findFirst()
            .orElseThrow();
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    tensor.read(0, bytes);
    return bytes.array();
  }
}
