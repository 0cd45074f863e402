package io.r1reward.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubEnvironmentTest {
  @TempDir Path folder;

  private static HubEnvironment of(String... pairs) {
    return new HubEnvironment(
        pairs.length == 2
            ? Map.of(pairs[0], pairs[1])
            : Map.of(pairs[0], pairs[1], pairs[2], pairs[3]));
  }

  @Test
  void the_cache_is_where_python_has_it() {
    assertThat(of("HOME", "/h").cache()).isEqualTo(Path.of("/h/.cache/huggingface/hub"));
    assertThat(of("XDG_CACHE_HOME", "/x").cache()).isEqualTo(Path.of("/x/huggingface/hub"));
    assertThat(of("HF_HOME", "/hf").cache()).isEqualTo(Path.of("/hf/hub"));
    assertThat(of("HF_HOME", "/hf", "HF_HUB_CACHE", "/c").cache()).isEqualTo(Path.of("/c"));
    assertThat(of("HOME", "/h", "HF_HOME", "~/hf").cache()).isEqualTo(Path.of("/h/hf/hub"));
  }

  @Test
  void the_token_is_that_of_the_variable_else_of_the_file() throws IOException {
    Files.writeString(folder.resolve("token"), "hf_file\n");

    assertThat(of("HF_HOME", folder.toString()).token()).isEqualTo("hf_file");
    assertThat(of("HF_TOKEN_PATH", folder.resolve("token").toString()).token())
        .isEqualTo("hf_file");
    assertThat(of("HF_HOME", folder.toString(), "HF_TOKEN", "hf_own").token()).isEqualTo("hf_own");
    assertThat(of("HF_HOME", folder.resolve("none").toString()).token()).isNull();
  }

  @Test
  void offline_and_endpoint_are_read() {
    assertThat(of("HF_HUB_OFFLINE", "1").offline()).isTrue();
    assertThat(of("HF_HUB_OFFLINE", "true").offline()).isTrue();
    assertThat(of("HF_HUB_OFFLINE", "0").offline()).isFalse();
    assertThat(of("HOME", "/h").endpoint()).isEqualTo("https://huggingface.co");
    assertThat(of("HF_ENDPOINT", "https://mirror").endpoint()).isEqualTo("https://mirror");
  }
}
