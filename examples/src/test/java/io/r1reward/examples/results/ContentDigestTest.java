package io.r1reward.examples.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.examples.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentDigestTest {
  private static final int LARGE = 20 << 20;

  @TempDir Path folder;

  @Test
  void names_sizes_and_bytes_count_and_what_no_engine_reads_does_not() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    String first = ContentDigest.ofCheckpoint(folder);
    Files.writeString(folder.resolve("README.md"), "hello");
    Files.writeString(folder.resolve(".lock"), "");
    assertThat(ContentDigest.ofCheckpoint(folder)).isEqualTo(first);

    Files.writeString(folder.resolve("config.json"), "[]");
    String second = ContentDigest.ofCheckpoint(folder);
    Files.move(folder.resolve("config.json"), folder.resolve("other.json"));
    assertThat(ContentDigest.ofCheckpoint(folder)).isNotEqualTo(second);
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void of_large_files_the_head_the_header_the_end_and_the_size_count() throws IOException {
    byte[] bytes = new byte[LARGE];
    bytes[2] = 24; // a header of 24 << 16 bytes, 1.5 MiB
    String whole = digest(bytes);
    for (int place : new int[] {0, 100, (1 << 20) + (300 << 10), LARGE - 1}) {
      byte[] changed = bytes.clone();
      changed[place]++;
      assertThat(digest(changed)).as("byte %d", place).isNotEqualTo(whole);
    }
    assertThat(digest(new byte[LARGE + 1])).isNotEqualTo(digest(new byte[LARGE]));
    // training moves all weights: a MiB of them anywhere is noticed
    for (int start = 2 << 20; start < LARGE; start += 3 << 20) {
      byte[] changed = bytes.clone();
      java.util.Arrays.fill(changed, start, Math.min(LARGE, start + (1 << 20)), (byte) 1);
      assertThat(digest(changed)).as("from byte %d", start).isNotEqualTo(whole);
    }
  }

  @Test
  void a_checkpoint_is_a_folder() {
    assertThatThrownBy(() -> ContentDigest.ofCheckpoint(folder.resolve("no")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("is not a folder");
  }

  private String digest(byte[] bytes) throws IOException {
    Files.write(folder.resolve("model.safetensors"), bytes);
    return ContentDigest.ofCheckpoint(folder);
  }
}
