package io.r1reward.examples.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Both programs from beginning to end, with next to no training. */
class TrainCommandTest {
  @TempDir Path folder;

  private static String run(Object command, String... arguments) {
    StringWriter out = new StringWriter();
    int code = new CommandLine(command).setOut(new PrintWriter(out, true)).execute(arguments);
    assertThat(code).isZero();
    return out.toString();
  }

  @Test
  void trains_measures_and_compares() throws IOException {
    List<String> small =
        List.of("--output", folder.toString(), "--device", "cpu", "--threads", "1", "--float32");
    List<String> arguments = new ArrayList<>(small);
    arguments.addAll(List.of("--stages", "1:1,1-4:1", "--batch", "2", "--rl-iterations", "1"));
    arguments.addAll(List.of("--prompts", "2", "--samples", "2", "--epochs", "1"));
    arguments.addAll(List.of("--watched", "2", "--held-out", "2", "--annotator-steps", "1"));
    arguments.addAll(List.of("--max-new-tokens", "24"));

    String out = run(new TrainCommand(), arguments.toArray(String[]::new));

    assertThat(out)
        .contains("after SFT: 2 held-out pairs", "before RL: 2 held-out pairs")
        .contains("after RL: 2 held-out pairs");
    assertThat(folder.resolve("annotators/judge/model.safetensors")).isRegularFile();
    assertThat(ImageIO.read(folder.resolve("rl.png").toFile()).getWidth()).isEqualTo(3 * 480);
    assertThat(folder.resolve("rl/judge/model.safetensors")).isRegularFile();
    assertThat(folder.resolve("sft.jsonl")).isRegularFile();

    // what was measured is read again, unless it was of other weights
    Path afterSft = folder.resolve("after-sft.json");
    Path afterRl = folder.resolve("after-rl.json");
    Measurement cold = Measurement.read(afterSft);
    assertThat(cold.tokens()).isEqualTo(24);
    new Measurement(cold.weights(), 2, 0.123, 1, 1, 2, 1, 1, 1, 9, 24).write(afterSft);
    new Measurement("others", 2, 0.123, 1, 1, 2, 1, 1, 1, 9, 24).write(afterRl);
    assertThat(run(new TrainCommand(), arguments.toArray(String[]::new)))
        .contains("after SFT: 2 held-out pairs, greedy 12.3 %")
        .contains("after RL: 2 held-out pairs, greedy ")
        .doesNotContain("after RL: 2 held-out pairs, greedy 12.3 %");

    Path compared = folder.resolve("ablation");
    String table =
        run(
            new AblationCommand(),
            "--start",
            folder.resolve("sft/judge").toString(),
            "--output",
            compared.toString(),
            "--device",
            "cpu",
            "--threads",
            "1",
            "--float32",
            "--seeds",
            "1",
            "--iterations",
            "1",
            "--rollouts",
            "2",
            "--epochs",
            "1",
            "--rate",
            "0.001",
            "--most-items",
            "1",
            "--watched",
            "2",
            "--max-new-tokens",
            "24");
    // a line for each run, then the table
    assertThat(table.lines()).hasSize(4 + 2 + 4);
    assertThat(table).contains("| StableReinforce | 1e-03 | 1 |");
    assertThat(Files.exists(compared.resolve("ablation.png"))).isTrue();
  }
}
