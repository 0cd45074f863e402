package io.r1reward.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FolderHintTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.json pytorch_model.bin                        | save them as safetensors",
        "config.json consolidated.pth                         | save them as safetensors",
        "adapter_config.json adapter_model.safetensors        | an adapter (PEFT) without its base",
        "adapter_config.json adapter_model.bin                | an adapter (PEFT) without its base",
        "blobs refs snapshots                                 | the folder below snapshots",
        "models--owner--name                                  | the root of a Hugging Face cache",
        "judge-q4.gguf                                        | GGUF",
        "config.json model-00001-of-00002.safetensors         | no model.safetensors.index.json",
        "config.json weights.safetensors                      | not named model.safetensors",
        "config.json tokenizer.json                           | a config.json, but no weights",
        "graph.onnx                                           | ONNX graphs",
        "notes.txt                                            | has a config.json and model",
      })
  void says_what_a_folder_is_instead(String files, String hint) throws IOException {
    for (String name : files.split(" ", -1)) {
      Files.createFile(folder.resolve(name));
    }
    assertThat(FolderHint.of(folder)).contains(hint);
  }

  @Test
  void an_empty_folder_is_said_to_be_empty() {
    assertThat(FolderHint.of(folder)).isEqualTo("it is empty");
  }
}
