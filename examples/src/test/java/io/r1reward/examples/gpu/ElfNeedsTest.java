package io.r1reward.examples.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ElfNeedsTest {
  @TempDir Path folder;

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("lib.so"), content);
  }

  @Test
  void names_are_read_in_order() throws IOException {
    Path library = file(TinyLibrary.wanting("libcudart.so.12", "libc10.so"));
    assertThat(ElfNeeds.of(library)).containsExactly("libc10.so", "libcudart.so.12");
  }

  @Test
  void a_library_that_wants_nothing_is_read() throws IOException {
    assertThat(ElfNeeds.of(file(TinyLibrary.wanting()))).isEmpty();
  }

  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "aarch64"})
  void a_library_of_this_java_is_read() throws IOException {
    Path library = Path.of(System.getProperty("java.home"), "lib", "libjava.so");
    assertThat(ElfNeeds.of(library))
        .contains("libjvm.so")
        .anyMatch(name -> name.startsWith("libc."));
  }

  @Test
  void what_is_no_library_is_told() throws IOException {
    Path text =
        file(
            "not at all a library, but sixty-four characters and some more of text"
                .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ElfNeeds.of(text))
        .isInstanceOf(IOException.class)
        .hasMessage(text + " is no little-endian ELF file of 64 bits");
  }

  @Test
  void a_library_is_told_wherever_it_is_cut_off() throws IOException {
    byte[] whole = TinyLibrary.wanting("libcudart.so.12");
    for (int length = 0; length < whole.length; length++) {
      Path cut = file(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> ElfNeeds.of(cut))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(cut.toString());
    }
  }

  @Test
  void no_changed_byte_does_more_than_an_io_exception() throws IOException {
    byte[] whole = TinyLibrary.wanting("libcudart.so.12");
    for (int at = 0; at < whole.length; at++) {
      for (byte value : new byte[] {0, 1, 0x7f, -1}) {
        byte[] changed = whole.clone();
        changed[at] = value;
        Path library = file(changed);
        try {
          assertThat(ElfNeeds.of(library)).hasSizeLessThan(4);
        } catch (IOException e) {
          assertThat(e).hasMessageStartingWith(library.toString());
        }
      }
    }
  }
}
