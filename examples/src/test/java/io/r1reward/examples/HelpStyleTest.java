package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.onnx.export.Precision;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** All programs show their help in one style, and exit by one rule. */
class HelpStyleTest {

  static Collection<String> programs() {
    return Main.commandLine().getSubcommands().keySet();
  }

  private static List<OptionSpec> options(String program) {
    return Main.commandLine().getSubcommands().get(program).getCommandSpec().options();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void every_option_is_a_sentence_with_a_value_name_and_its_default(String program) {
    for (OptionSpec option : options(program)) {
      String text = String.join(" ", option.description());
      assertThat(text).as(option.longestName()).matches("(?s)[A-Z0-9].*\\.");
      boolean flag = option.arity().max() == 0;
      if (!flag) {
        assertThat(option.paramLabel()).as(option.longestName()).matches("[^<>]+");
      }
      if (!flag && option.defaultValue() != null) {
        String value = option.defaultValue();
        assertThat(text)
            .as(option.longestName())
            .containsAnyOf("default " + value + ".", "default \"" + value + "\".");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void the_options_for_help_are_last_and_the_exit_codes_follow(String program) {
    Program help = Program.run(program, "--help");
    assertThat(help.exitCode()).isZero();
    List<String> options =
        help.out().lines().filter(line -> line.matches("(  -\\w, |      )--[\\w\\[].*")).toList();
    assertThat(options).hasSameSizeAs(options(program));
    assertThat(options.get(options.size() - 2)).startsWith("  -h, --help");
    assertThat(options.get(options.size() - 1)).startsWith("  -V, --version");
    assertThat(help.out().substring(help.out().indexOf("Exit codes:")))
        .containsSubsequence("  0 ", "  1 ", "  2 ", "  130 ", "interrupted.");
    assertThat(help.out()).doesNotContain("Exit code:");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void an_unknown_option_is_exit_code_2(String program) {
    Program wrong = Program.run(program, "--zzyzx");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("Usage:").doesNotContain("\tat ");
  }

  @Test
  void no_command_is_exit_code_2() {
    assertThat(Program.run().exitCode()).isEqualTo(2);
    assertThat(Program.run("--help").out()).contains("Exit codes:");
  }

  @Test
  void names_of_values_are_read_in_any_case() {
    CommandLine.ParseResult parsed =
        Main.commandLine()
            .parseArgs("export-onnx", "--checkpoint=a", "--output=b", "--weights=int8");
    Precision weights = parsed.subcommand().matchedOptionValue("--weights", Precision.FLOAT32);
    assertThat(weights).isEqualTo(Precision.INT8);
  }

  @Test
  void what_fails_while_it_runs_is_1_what_is_wrong_2_and_what_is_interrupted_130() {
    assertThat(exitCode(new UncheckedIOException(new IOException("disk full")))).isEqualTo(1);
    assertThat(exitCode(new EngineException("out of memory"))).isEqualTo(1);
    assertThat(exitCode(new IllegalStateException("a fault"))).isEqualTo(1);
    assertThat(exitCode(new UsageException("--x"))).isEqualTo(2);
    assertThat(exitCode(new InvalidInputException("line 3"))).isEqualTo(2);
    assertThat(exitCode(new InterruptedException())).isEqualTo(130);
  }

  private static int exitCode(Exception failure) {
    CommandLine program =
        new CommandLine(new Failing(failure))
            .setErr(new PrintWriter(new StringWriter()))
            .setExecutionExceptionHandler(Main.commandLine().getExecutionExceptionHandler());
    return program.execute();
  }

  @CommandLine.Command(name = "failing")
  private record Failing(Exception failure) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      throw failure;
    }
  }
}
