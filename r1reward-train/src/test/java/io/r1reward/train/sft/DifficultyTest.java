package io.r1reward.train.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CancelledException;
import io.r1reward.FinishReason;
import io.r1reward.InvalidInputException;
import io.r1reward.Preferred;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.core.text.Tokenizer;
import io.r1reward.train.ScriptedGenerator;
import io.r1reward.train.TinyTask;
import io.r1reward.train.data.JsonLines;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.encode.SampleEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DifficultyTest {

  /** Prefers the second response in its first answer and the first one ever after. */
  private static final class SecondThenFirst extends ScriptedGenerator {
    SecondThenFirst(Tokenizer tokenizer) {
      super(tokenizer);
    }

    @Override
    protected String reply(GenerationRequest request, int prompt, int sample) {
      return "<think>.</think><answer>" + (sample == 0 ? 2 : 1) + "</answer>";
    }
  }

  private static String difficulty(PreferenceSample sample) {
    return String.valueOf(sample.attributes().get(PreferenceSample.DIFFICULTY));
  }

  @Test
  void counts_attempts_until_the_verdict_is_right() {
    List<PreferenceSample> samples = TinyTask.data().limit(8).open().toList();
    try (Tokenizer tokenizer = Tokenizer.load(TinyTask.CHECKPOINT);
        SampleEncoder encoder =
            SampleEncoder.open(TinyTask.CHECKPOINT, R1RewardProtocol.create())) {
      Generator judge = new SecondThenFirst(tokenizer);
      List<PreferenceSample> three = new Difficulty(judge, encoder, 3, 1, 32).measure(samples, 0);
      List<PreferenceSample> one = new Difficulty(judge, encoder, 1, 1, 32).measure(samples, 0);
      for (int i = 0; i < samples.size(); i++) {
        boolean second = samples.get(i).label() == Preferred.SECOND;
        assertThat(difficulty(three.get(i))).isEqualTo(second ? "1" : "2");
        assertThat(difficulty(one.get(i))).isEqualTo(second ? "1" : "0");
        assertThat(Difficulty.isHard(three.get(i))).isEqualTo(!second);
        assertThat(three.get(i).attributes().get(PreferenceSample.JUDGEMENT))
            .endsWith("<answer>" + (second ? 2 : 1) + "</answer>");
      }
      assertThat(one.stream().map(DifficultyTest::difficulty)).contains("0", "1");
    }
  }

  @Test
  void judgements_that_a_stop_cut_short_are_no_difficulty() {
    List<PreferenceSample> samples = TinyTask.data().limit(2).open().toList();
    try (Tokenizer tokenizer = Tokenizer.load(TinyTask.CHECKPOINT);
        SampleEncoder encoder =
            SampleEncoder.open(TinyTask.CHECKPOINT, R1RewardProtocol.create())) {
      Generator closed =
          new ScriptedGenerator(tokenizer) {
            @Override
            protected String reply(GenerationRequest request, int prompt, int sample) {
              return "<think>";
            }

            @Override
            public List<Completion> generate(GenerationRequest request) {
              return super.generate(request).stream()
                  .map(
                      c ->
                          new Completion(
                              c.prompt(),
                              c.sample(),
                              c.tokens(),
                              c.logProbabilities(),
                              c.watchedLogProbabilities(),
                              FinishReason.CANCELLED))
                  .toList();
            }
          };
      Difficulty difficulty = new Difficulty(closed, encoder, 3, 1, 32);
      assertThatThrownBy(() -> difficulty.measure(samples, 0))
          .isInstanceOf(CancelledException.class)
          .hasMessageStartingWith(
              "measuring the difficulty of 2 samples was stopped: 6 of 6 completions");
    }
  }

  @Test
  void file_comes_back_with_the_fields_and_nothing_else_changed(@TempDir Path folder)
      throws IOException {
    Path source = folder.resolve("pairs.jsonl");
    Path target = folder.resolve("measured.jsonl");
    String first =
        "{\"id\":\"a\",\"question\":\"q\",\"first\":\"x\",\"second\":\"y\",\"preferred\":\"FIRST\",\"n\":1.50}";
    String second = first.replace("FIRST", "SECOND").replace("\"a\"", "\"b\"");
    Files.writeString(source, first + "\n\n" + second + "\n" + first);
    List<Long> heard = new ArrayList<>();
    try (Tokenizer tokenizer = Tokenizer.load(TinyTask.CHECKPOINT);
        SampleEncoder encoder =
            SampleEncoder.open(TinyTask.CHECKPOINT, R1RewardProtocol.create())) {
      Difficulty difficulty = new Difficulty(new SecondThenFirst(tokenizer), encoder, 3, 1, 32);
      DifficultyFile file = new DifficultyFile(difficulty, 2, 0);
      assertThat(file.write(JsonLines.of(source), target, heard::add)).isEqualTo(3);
      assertThat(heard).containsExactly(2L, 3L);
      String whole = Files.readString(target);

      // stopped in the middle of the second line
      Files.writeString(target, whole.substring(0, whole.indexOf('\n') + 9));
      List<Long> again = new ArrayList<>();
      assertThat(file.write(JsonLines.of(source), target, again::add)).isEqualTo(3);
      assertThat(again).containsExactly(3L);
      assertThat(target).hasContent(whole);

      Path other = folder.resolve("other.jsonl");
      Files.writeString(other, whole.replace("\"n\":1.5", "\"n\":2.5"));
      assertThatThrownBy(() -> file.write(JsonLines.of(source), other, n -> {}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("other.jsonl line 1: is not the measured line of the input");

      Files.writeString(source, first + "\n" + first.replace("FIRST", "NONE"));
      assertThatThrownBy(() -> file.write(JsonLines.of(source), folder.resolve("bad"), n -> {}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("pairs.jsonl line 2: field \"preferred\" must be FIRST or SECOND");
    }
    // the judge says "2" at first, then "1"
    assertThat(Files.readAllLines(target))
        .hasSize(3)
        .satisfies(
            lines -> {
              assertThat(lines.get(0))
                  .startsWith(first.substring(0, first.length() - 5))
                  .contains("\"difficulty\":2", "\"judgement\":\"", "<answer>1</answer>");
              assertThat(lines.get(1)).contains("\"difficulty\":1", "<answer>2</answer>");
            });
    List<PreferenceSample> read = JsonLines.of(target).open().toList();
    assertThat(read).extracting(DifficultyTest::difficulty).containsExactly("2", "1", "2");
  }
}
