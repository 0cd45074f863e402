package io.r1reward.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CheckpointException;
import io.r1reward.core.model.qwen2_5_vl.Qwen25Chat;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint whose files lie in a zip. */
class ZippedCheckpointTest {

  @TempDir Path folder;

  @Test
  void a_tokenizer_is_read_from_inside_a_zip() throws IOException {
    Path plain = Reference.path("qwen25vl-tiny");
    try (FileSystem zip = zip()) {
      Path zipped = zip.getPath("/");
      for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
        Files.copy(plain.resolve(file), zipped.resolve(file));
      }
      try (Tokenizer expected = Tokenizer.load(plain);
          Tokenizer tokenizer = Tokenizer.load(zipped)) {
        assertThat(tokenizer.encode("Two cats.")).isEqualTo(expected.encode("Two cats."));
        assertThat(tokenizer.encode("Two cats.")).isNotEmpty();
      }
    }
  }

  @Test
  void the_settings_of_a_tokenizer_are_read_from_inside_a_zip() throws IOException {
    try (FileSystem zip = zip()) {
      Path file = zip.getPath("/tokenizer_config.json");
      Files.writeString(file, "{\"pad_token\": \"<pad>\", \"eos_token\": \"<end>\"}");
      assertThat(TokenizerConfig.read(file)).isEqualTo(new TokenizerConfig("<pad>", "<end>"));
    }
  }

  @Test
  void a_chat_template_is_read_from_inside_a_zip() throws IOException {
    try (FileSystem zip = zip()) {
      Path file = zip.getPath("/chat_template.json");
      Files.writeString(file, "{\"chat_template\": \"another\"}");
      assertThat(Qwen25Chat.published().comparedWith(zip.getPath("/"))).isNotNull();

      Files.writeString(file, "{");
      assertThatThrownBy(() -> Qwen25Chat.published().comparedWith(zip.getPath("/")))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("malformed /chat_template.json");
    }
  }

  @Test
  void weights_inside_a_zip_are_refused_with_what_to_do() throws IOException {
    try (FileSystem zip = zip()) {
      Path file = zip.getPath("/model.safetensors");
      Files.copy(Reference.path("qwen25vl-tiny/model.safetensors"), file);
      assertThatThrownBy(() -> SafetensorsFile.open(file))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "/model.safetensors: cannot be mapped into memory from a file system of type jar;"
                  + " weights must be files of the machine, copy the checkpoint there");
    }
  }

  private FileSystem zip() throws IOException {
    return FileSystems.newFileSystem(folder.resolve("checkpoint.zip"), Map.of("create", "true"));
  }
}
