package io.r1reward.train.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.core.text.Tokenizer;
import io.r1reward.train.data.PreferenceSample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
  @TempDir Path folder;

  @Test
  void merges_the_most_frequent_pair_first() {
    // "ab" occurs 5 times, "bc" 3 times; then "ab"+"c" 3 times
    Vocabulary vocabulary = new BpeTrainer(List.of()).add("abc abc abc ab ab").train(10_000);
    // words: "abc", " abc" x 2, " ab" x 2: pairs (a,b) 5, (Ġ,a) 4, (b,c) 3
    assertThat(vocabulary.merges().get(0)).isEqualTo(new Vocabulary.Merge("a", "b"));
    assertThat(vocabulary.merges().get(1)).isEqualTo(new Vocabulary.Merge("Ġ", "ab"));
    assertThat(vocabulary.merges().get(2)).isEqualTo(new Vocabulary.Merge("Ġab", "c"));
    assertThat(vocabulary.merges()).hasSize(3);
    assertThat(vocabulary.tokens()).hasSize(259);
    assertThat(vocabulary.controlId("<|endoftext|>")).isEqualTo(259);
  }

  @Test
  void checkpoint_tokenizer_encodes_with_the_learned_merges() throws IOException {
    List<String> texts = new ArrayList<>();
    SceneTask.DEFAULT
        .training(1)
        .limit(300)
        .open()
        .forEach(
            sample -> {
              texts.add(sample.pair().question());
              texts.add(sample.pair().first());
              texts.add(String.valueOf(sample.attributes().get(PreferenceSample.JUDGEMENT)));
            });
    String phrase = "\n\n###### [Response 1]:\n";
    BpeTrainer trainer = new BpeTrainer(List.of(phrase));
    texts.forEach(trainer::add);
    Vocabulary vocabulary = trainer.train(600);
    TokenizerWriter.write(vocabulary, folder);
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(vocabulary.size()).isLessThanOrEqualTo(600);
      for (String text : texts.subList(0, 30)) {
        assertThat(tokenizer.decode(tokenizer.encode(text), false)).isEqualTo(text);
      }
      // a frequent word with its blank is one token
      assertThat(tokenizer.encode(" circle")).hasSize(1);
      assertThat(tokenizer.encode("a" + phrase + "b")).hasSize(3);
      assertThat(tokenizer.encode("ä€\u0000")).hasSize(2 + 3 + 1);
      assertThat(tokenizer.controlToken("<|im_end|>"))
          .isEqualTo(vocabulary.controlId("<|im_end|>"));
      assertThat(tokenizer.eosId()).hasValue(vocabulary.controlId("<|im_end|>"));
    }
  }

  @Test
  void refuses_a_vocabulary_without_room_for_bytes() {
    assertThatThrownBy(() -> new BpeTrainer(List.of("x")).train(270))
        .hasMessage(
            "a vocabulary of 270 has no room for 256 bytes beside 15 phrases and control tokens");
  }
}
