package io.r1reward.train.sft;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.FinishReason;
import io.r1reward.ModelInfo;
import io.r1reward.Preferred;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Generation;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.core.text.Tokenizer;
import io.r1reward.train.TinyTask;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.encode.SampleEncoder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifficultyTest {

  /** Prefers the second response in its first answer and the first one ever after. */
  private record SecondThenFirst(Tokenizer tokenizer) implements Generator {
    @Override
    public List<Completion> generate(GenerationRequest request) {
      List<Completion> completions = new ArrayList<>();
      for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
        for (int sample = 0; sample < request.samples(); sample++) {
          int[] tokens =
              tokenizer.encode("<think>.</think><answer>" + (sample == 0 ? 2 : 1) + "</answer>");
          completions.add(
              new Completion(
                  prompt,
                  sample,
                  tokens,
                  new float[tokens.length],
                  new float[tokens.length][0],
                  FinishReason.STOP));
        }
      }
      return completions;
    }

    @Override
    public Generation submit(GenerationRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ModelInfo info() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static String difficulty(PreferenceSample sample) {
    return String.valueOf(sample.attributes().get(PreferenceSample.DIFFICULTY));
  }

  @Test
  void counts_attempts_until_the_verdict_is_right() {
    List<PreferenceSample> samples = TinyTask.data().limit(8).open().toList();
    try (Tokenizer tokenizer = Tokenizer.load(TinyTask.CHECKPOINT);
        SampleEncoder encoder =
            SampleEncoder.open(TinyTask.CHECKPOINT, R1RewardProtocol.create(), 501_760)) {
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
}
