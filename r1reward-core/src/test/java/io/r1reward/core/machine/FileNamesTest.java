package io.r1reward.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileNamesTest {

  @Test
  void a_name_is_resolved_against_the_folder() {
    assertThat(FileNames.resolve(Path.of("pictures"), "cat.png"))
        .isEqualTo(Path.of("pictures", "cat.png"));
  }

  @Test
  void what_is_a_name_in_no_encoding_is_refused_without_a_word_on_encodings() {
    assertThatThrownBy(() -> FileNames.resolve(Path.of("pictures"), "c\0t"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is no file name here (Nul character not allowed)")
        .message()
        .doesNotContain("LC_ALL");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void without_a_locale_the_message_says_which_to_set(@TempDir Path folder) throws Exception {
    Path output = folder.resolve("output.txt");
    ProcessBuilder child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    child.environment().put("LC_ALL", "C");
    child.start().waitFor();

    assertThat(Files.readString(output, StandardCharsets.US_ASCII))
        .contains("is no file name here (")
        .contains(": the JVM's encoding of file names is ANSI_X3.4-1968, which lacks some of its")
        .contains("set LC_ALL=C.UTF-8 before the JVM starts");
  }

  /** Resolves a name with an umlaut, and tells what came of it. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      try {
        System.out.println(FileNames.resolve(Path.of("pictures"), "K\u00e4tzchen.png"));
      } catch (InvalidInputException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
