package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.ByteStreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * ONNX Runtime 1.29 takes the command line of its process apart by a recursion over the characters,
 * and kills the process where the stack ends first: IDEs and cluster managers start JVMs with tens
 * of thousands.
 */
class LongCommandLineTest {

  /** Runs in the child. */
  static final class Child {
    public static void main(String[] arguments) {
      System.out.println(OnnxRuntime.environment().getVersion());
    }
  }

  @Test
  void a_long_command_line_does_not_kill_the_process() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dpadding=" + "x".repeat(60_000));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Child.class.getName());
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(ByteStreams.toByteArray(child.getInputStream()), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(output).isZero();
    assertThat(output).contains("1.");
  }
}
