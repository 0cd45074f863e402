package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.checkpoint.RandomCheckpoint;
import io.r1reward.core.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportOnnxTest {
  /** As small as a Qwen2.5-VL can be. */
  private static final String CONFIG =
      """
      {"model_type": "qwen2_5_vl", "hidden_size": 16, "intermediate_size": 32,
       "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1,
       "vocab_size": 64, "max_position_embeddings": 128, "rms_norm_eps": 1e-6,
       "rope_theta": 1000000.0, "rope_scaling": {"type": "mrope", "mrope_section": [2, 1, 1]},
       "tie_word_embeddings": false, "torch_dtype": "bfloat16", "image_token_id": 60,
       "video_token_id": 61, "vision_start_token_id": 62, "vision_end_token_id": 63,
       "eos_token_id": 59,
       "vision_config": {"depth": 1, "hidden_size": 16, "intermediate_size": 32, "num_heads": 2,
        "out_hidden_size": 16, "fullatt_block_indexes": [0]}}
      """;

  @TempDir Path folder;

  @Test
  void exports_a_checkpoint_and_lists_the_files() throws IOException {
    Path checkpoint = checkpoint();
    Path output = folder.resolve("onnx");

    Program program =
        Program.run(
            "export-onnx", "--checkpoint", checkpoint, "--output", output, "--weights", "INT8");

    assertThat(program.err()).isEmpty();
    assertThat(program.exitCode()).isZero();
    assertThat(program.out()).contains("decoder.onnx.data").endsWith(output + " holds random\n");
    assertThat(output.resolve("r1reward-onnx.json")).exists();
  }

  @Test
  void exports_a_checkpoint_of_the_hub() throws IOException {
    FakeSource.folder = checkpoint();
    FakeSource.asked.clear();
    Path output = folder.resolve("onnx");

    Program program =
        Program.run(
            "export-onnx",
            "--checkpoint",
            "hf:owner/name",
            "--output",
            output,
            "--weights",
            "FLOAT32");

    assertThat(program.err()).isEmpty();
    assertThat(program.exitCode()).isZero();
    assertThat(output.resolve("r1reward-onnx.json")).exists();
    assertThat(FakeSource.asked).containsExactly("owner/name");
  }

  @Test
  void says_in_one_line_why_it_does_not() throws IOException {
    Path checkpoint = checkpoint();

    Program program =
        Program.run(
            "export-onnx",
            "--checkpoint",
            checkpoint,
            "--output",
            checkpoint,
            "--weights",
            "FLOAT32");

    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err())
        .isEqualTo(
            "export-onnx: " + checkpoint + " already exists; allow overwriting to replace it\n");
  }

  private Path checkpoint() throws IOException {
    Path config = Files.writeString(folder.resolve("config.json"), CONFIG);
    Path checkpoint = folder.resolve("random");
    RandomCheckpoint.of(ModelConfig.read(config)).write(checkpoint);
    return checkpoint;
  }
}
