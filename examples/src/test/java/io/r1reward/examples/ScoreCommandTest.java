package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.Image;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandTest {

  private static final String GOOD =
      "{\"id\":\"a\",\"question\":\"why?\",\"first\":\"aa\",\"second\":\"b\",\"image\":\"cat.png\"}";
  private static final String GOOD_SCORE =
      "{\"id\":\"a\",\"preferred\":\"FIRST\",\"first\":1.0,\"second\":0.0,\"soft_first\":0.75,"
          + "\"prompt_tokens\":4,\"judgements\":[{\"preferred\":\"FIRST\",\"order\":\"given\","
          + "\"text\":\"<think>why?</think><answer>FIRST</answer>\",\"log_probability\":-2.5,"
          + "\"finish_reason\":\"stop\"}]}";

  @TempDir Path folder;
  private Path checkpoint;
  private Path input;
  private Path output;

  @BeforeEach
  void makes_a_checkpoint_for_the_fake_provider() throws IOException {
    checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
    Files.createFile(checkpoint.resolve("fake-judge"));
    input = Files.createDirectory(folder.resolve("data")).resolve("pairs.jsonl");
    output = folder.resolve("scores.jsonl");
  }

  @Test
  void writes_the_documented_line() throws IOException {
    Files.writeString(input, GOOD);

    assertThat(score().exitCode()).isZero();

    assertThat(output).content().isEqualTo(GOOD_SCORE + "\n");
  }

  @Test
  void writes_token_ids_on_request_and_null_where_there_is_no_soft_score() throws IOException {
    Files.writeString(input, "{\"question\":\"q\",\"first\":\"a\",\"second\":\"b\"}\n");

    assertThat(score("--tokens").exitCode()).isZero();

    assertThat(output)
        .content()
        .startsWith("{\"id\":null,\"preferred\":\"UNDECIDED\",\"first\":0.5,\"second\":0.5,")
        .contains("\"soft_first\":null")
        .endsWith("\"finish_reason\":\"stop\",\"tokens\":[7,8]}]}\n");
  }

  @Test
  void bad_lines_are_told_and_make_exit_code_1_also_when_all_is_done_already() throws IOException {
    Files.writeString(
        input,
        GOOD
            + "\n\noops\n"
            + "{\"id\":4,\"question\":\"unreadable\",\"first\":\"a\",\"second\":\"b\"}\n"
            + "{\"id\":5,\"question\":\"unanswerable\",\"first\":\"a\",\"second\":\"b\"}\n"
            + "{\"id\":6,\"question\":\"q\"}\n");

    assertThat(score().exitCode()).isEqualTo(1);

    List<String> lines = Files.readAllLines(output);
    assertThat(lines).hasSize(5).startsWith(GOOD_SCORE);
    assertThat(lines.get(1)).startsWith("{\"line\":3,\"id\":null,\"error\":\"the line is not JSON");
    assertThat(lines.subList(2, 5))
        .containsExactly(
            "{\"line\":4,\"id\":4,\"error\":\"cat.png does not exist\"}",
            "{\"line\":5,\"id\":5,\"error\":\"too odd\"}",
            "{\"line\":6,\"id\":6,\"error\":\"first (or chosen) is missing\"}");

    FakeProvider.model = FakeModel.ofLengths();
    assertThat(score().exitCode()).isEqualTo(1);
    assertThat(Files.readAllLines(output)).isEqualTo(lines);
    assertThat(FakeProvider.model.asked).isEmpty();
  }

  @Test
  void goes_on_where_a_killed_run_stopped() throws IOException {
    Files.writeString(input, GOOD + "\n" + GOOD.replace("\"a\"", "\"b\"") + "\n");
    assertThat(score().exitCode()).isZero();
    Files.writeString(output, GOOD_SCORE + "\n{\"id\":\"b\",\"pre");

    assertThat(score().exitCode()).isZero();

    assertThat(output)
        .content()
        .isEqualTo(GOOD_SCORE + "\n" + GOOD_SCORE.replace("\"a\"", "\"b\"") + "\n");
    assertThat(FakeProvider.model.asked).hasSize(1);
  }

  @Test
  void without_options_the_checkpoint_decides() throws IOException {
    Files.writeString(input, GOOD);

    score();

    ScoreRequest request = FakeProvider.model.asked.get(0);
    assertThat(request.sampling()).isEqualTo(Sampling.defaults());
    assertThat(request.voting()).isEqualTo(Voting.single());
    assertThat(request.pair().media())
        .containsExactly(Image.of(folder.resolve("data/cat.png").toAbsolutePath()));
    assertThat(FakeProvider.settings.device()).isEqualTo("auto");
    assertThat(FakeProvider.settings.dtype()).isEqualTo("auto");
    assertThat(FakeProvider.settings.maxPixels()).isNull();
  }

  @Test
  void every_option_reaches_the_model() throws IOException {
    Files.writeString(input, GOOD);
    Path pictures = Files.createDirectory(folder.resolve("pictures"));

    Program program =
        score(
            "--device",
            "cuda:1",
            "--dtype",
            "float32",
            "--max-pixels",
            501_760,
            "--threads",
            3,
            "--batch",
            5,
            "--votes",
            7,
            "--both-orders",
            "--to-the-end",
            "--temperature",
            0.5,
            "--top-p",
            0.9,
            "--repetition-penalty",
            1.1,
            "--seed",
            42,
            "--max-new-tokens",
            64,
            "--image-root",
            pictures);

    assertThat(program.exitCode()).isZero();
    assertThat(FakeProvider.settings.device()).isEqualTo("cuda:1");
    assertThat(FakeProvider.settings.dtype()).isEqualTo("float32");
    assertThat(FakeProvider.settings.maxPixels()).isEqualTo(501_760);
    assertThat(FakeProvider.settings.threads()).isEqualTo(3);
    assertThat(FakeProvider.settings.batchRows()).isEqualTo(5);
    ScoreRequest request = FakeProvider.model.asked.get(0);
    assertThat(request.voting()).isEqualTo(new Voting(7, true, false));
    assertThat(request.sampling())
        .isEqualTo(
            Sampling.builder()
                .temperature(0.5)
                .topP(0.9)
                .repetitionPenalty(1.1)
                .maxNewTokens(64)
                .seed(42)
                .build());
    assertThat(request.pair().media()).containsExactly(Image.of(pictures.resolve("cat.png")));
  }

  @Test
  void wrong_usage_is_exit_code_2_with_the_option_named() throws IOException {
    Files.writeString(input, GOOD);

    wrong(Program.run("score", "--output", output), "--input");
    wrong(Program.run("score", "--input", input, "--output", output), "'--checkpoint=DIR'");
    wrong(score("--votes", 0), "samples must be from 1 to 4096, got 0");
    wrong(score("--votes", "many"), "--votes");
    wrong(score("--temperature", -1), "temperature must be finite and at least 0, got -1.0");
    wrong(
        score("--device", "gpu"),
        "--device must be auto, cpu, cuda:N, coreml or directml:N, got gpu");
    wrong(score("--dtype", "int8"), "--dtype must be auto, float32 or bfloat16, got int8");
    wrong(score("--batch", 0), "--batch must be at least 1, got 0");
    wrong(score("--image-root", folder.resolve("no")), "is not a folder");
    wrong(score("--colour"), "--colour");
    assertThat(output).doesNotExist();

    wrong(score("--max-pixels", 1), "maxPixels must be at least 784, got 1");
    wrong(run(folder.resolve("no.jsonl"), output), "does not exist");
    wrong(run(input, input), "--output is the input");
    wrong(run(input, folder), "--output");
    Files.writeString(output, "{\"id\":\"other\"}\n");
    wrong(score(), "--output belongs to another input");
  }

  @Test
  void a_folder_that_is_no_checkpoint_is_wrong_usage() throws IOException {
    Files.writeString(input, GOOD);
    Files.delete(checkpoint.resolve("fake-judge"));

    wrong(score(), "no engine recognises " + checkpoint);
  }

  @Test
  void an_empty_input_needs_no_model() throws IOException {
    Files.createFile(input);
    Files.delete(checkpoint.resolve("fake-judge"));

    assertThat(score().exitCode()).isZero();
    assertThat(output).isEmptyFile();
  }

  private Program score(Object... options) {
    return run(input, output, options);
  }

  private Program run(Path in, Path out, Object... options) {
    Object[] all = new Object[options.length + 7];
    Object[] common = {"score", "--checkpoint", checkpoint, "--input", in, "--output", out};
    System.arraycopy(common, 0, all, 0, 7);
    System.arraycopy(options, 0, all, 7, options.length);
    return Program.run(all);
  }

  private static void wrong(Program program, String message) {
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains(message).doesNotContain("\tat ");
  }
}
