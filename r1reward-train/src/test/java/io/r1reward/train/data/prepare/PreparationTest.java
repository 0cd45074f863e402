package io.r1reward.train.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.HashCode;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.Video;
import io.r1reward.core.media.MediaLimits;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.data.SampleFormats;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {
  @TempDir Path folder;

  private final PairKeys keys = new PairKeys(MediaLimits.DEFAULT);

  /** Writes a picture of noise; the seed tells the pixels, the quality how well it is packed. */
  private Path png(String name, long seed, float quality) throws IOException {
    BufferedImage pixels = new BufferedImage(16, 12, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int i = 0; i < 16 * 12; i++) {
      pixels.setRGB(i % 16, i / 16, i < 60 ? 0xffffff : random.nextInt(1 << 24));
    }
    Path file = folder.resolve(name);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam how = writer.getDefaultWriteParam();
    how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    how.setCompressionQuality(quality);
    try (OutputStream bytes = Files.newOutputStream(file);
        ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(pixels, null, null), how);
    }
    writer.dispose();
    return file;
  }

  private static PreferenceSample sample(
      String question, String first, String second, Path... images) {
    PreferencePair.Builder pair =
        PreferencePair.builder().question(question).first(first).second(second);
    for (Path image : images) {
      pair.image(image);
    }
    return PreferenceSample.of("x", pair.build(), Preferred.FIRST);
  }

  private Preparation preparation(PreparationStep... steps) {
    return new Preparation(keys, List.of(steps));
  }

  @Test
  void drops_a_pair_again_in_either_order_of_its_responses_and_another_packing_of_its_picture()
      throws IOException {
    Path one = png("one.png", 1, 0.9f);
    Path again = png("again.png", 1, 0f);
    Path other = png("other.png", 2, 0.9f);
    assertThat(Files.mismatch(one, again)).isNotNegative();
    Preparation preparation = preparation(Duplicates.ofPairs());

    assertThat(preparation.check(sample("What is it?", "A cat.", "A dog.", one))).isNull();
    assertThat(preparation.check(sample("what  is it", "A dog. ", "A cat.", again)))
        .isEqualTo(
            new PreparationDrop(
                PreparationDrop.Reason.DUPLICATE,
                "picture, question and both responses of an earlier pair"));
    assertThat(preparation.check(sample("What is it?", "A cat.", "A dog.", other))).isNull();
    assertThat(preparation.check(sample("What is it?", "A cat.", "A cow.", one))).isNull();
    assertThat(preparation.check(sample("What is that?", "A cat.", "A dog.", one))).isNull();
    assertThat(preparation.check(sample("What is it?", "A cat.", "A dog.", one, one))).isNull();
    assertThat(preparation.kept()).isEqualTo(5);
    assertThat(preparation.drops())
        .containsExactly(Map.entry(PreparationDrop.Reason.DUPLICATE, 1L));
  }

  @Test
  void leaves_one_pair_of_each_picture_and_question_where_it_is_asked_to() throws IOException {
    Path one = png("one.png", 1, 0.9f);
    Preparation preparation = preparation(Duplicates.ofQuestions());

    assertThat(preparation.check(sample("What is it?", "A", "B", one))).isNull();
    assertThat(preparation.check(sample("What is it", "C", "D", one)))
        .extracting(PreparationDrop::reason)
        .isEqualTo(PreparationDrop.Reason.SAME_QUESTION);
    assertThat(preparation.check(sample("What is it", "C", "D"))).isNull();
  }

  @Test
  void drops_pairs_whose_pictures_do_not_open() throws IOException {
    Path whole = png("whole.png", 1, 0.9f);
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(bytes, 100));
    Path text = Files.writeString(folder.resolve("text.png"), "<html>not found</html>");
    Preparation preparation = preparation();

    assertThat(preparation.check(sample("Q", "A", "B", whole))).isNull();
    for (Path broken : List.of(cut, text, folder.resolve("none.png"))) {
      assertThat(preparation.check(sample("Q", "A", "B", whole, broken)))
          .satisfies(
              drop -> {
                assertThat(drop.reason().code()).isEqualTo("broken-picture");
                assertThat(drop.message()).contains(broken.toString());
              });
    }
    PairKeys small = new PairKeys(MediaLimits.DEFAULT.withMaxPixels(100));
    assertThat(new Preparation(small, List.of()).check(sample("Q", "A", "B", whole)))
        .satisfies(drop -> assertThat(drop.message()).contains("limit of 100"));
  }

  private PreparationDrop against(Contamination policy, PreferenceSample pair) throws IOException {
    Path shown = png("shown.png", 1, 0.9f);
    Benchmarks benchmarks = new Benchmarks(policy, keys);
    assertThat(
            benchmarks.add(
                "bench.jsonl",
                PreferenceDataset.of(
                    List.of(
                        sample("How many cats?", "1", "2", shown),
                        sample("Say hello!", "hi", "ho")))))
        .isEqualTo(2);
    return preparation(benchmarks).check(pair);
  }

  @Test
  void drops_what_a_benchmark_shows_or_asks_by_the_policy() throws IOException {
    Path again = png("again.png", 1, 0f);
    Path other = png("other.png", 2, 0.9f);
    PreferenceSample picture = sample("Is it day?", "A", "B", other, again);
    PreferenceSample question = sample("<image>\nhow many, cats", "A", "B", other);
    PreferenceSample both = sample("How many cats?", "A", "B", again);
    PreferenceSample neither = sample("Is it day?", "A", "B", other);

    for (Contamination policy : Contamination.values()) {
      boolean byPicture = policy == Contamination.PICTURE || policy == Contamination.EITHER;
      boolean byQuestion = policy == Contamination.QUESTION || policy == Contamination.EITHER;
      assertThat(against(policy, picture) != null).as(policy + " picture").isEqualTo(byPicture);
      assertThat(against(policy, question) != null).as(policy + " question").isEqualTo(byQuestion);
      assertThat(against(policy, both)).as(policy + " both").isNotNull();
      assertThat(against(policy, neither)).as(policy + " neither").isNull();
      assertThat(against(policy, sample("say hello", "A", "B"))).as(policy + " text").isNotNull();
    }
    assertThat(against(Contamination.BOTH, both))
        .isEqualTo(
            new PreparationDrop(
                PreparationDrop.Reason.BENCHMARK,
                "bench.jsonl has the question about the picture"));
  }

  @Test
  void refuses_a_benchmark_whose_picture_is_not_there_unless_questions_alone_count() {
    PreferenceDataset benchmark =
        PreferenceDataset.of(List.of(sample("Q", "A", "B", folder.resolve("none.png"))));

    assertThatThrownBy(() -> new Benchmarks(Contamination.PICTURE, keys).add("b", benchmark))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("sample x of a benchmark: cannot read picture")
        .hasMessageContaining("none.png");
    assertThat(new Benchmarks(Contamination.QUESTION, keys).add("b", benchmark)).isEqualTo(1);
  }

  @Test
  void questions_are_folded_but_their_symbols_are_not() {
    assertThat(QuestionText.folded("  What’s \u201cthis\u201d,\n here?"))
        .isEqualTo(QuestionText.folded("what's 'THIS' - here"))
        .isEqualTo("what s this here");
    assertThat(QuestionText.folded("1+1")).isNotEqualTo(QuestionText.folded("1 1"));
    assertThat(QuestionText.folded("???")).isEqualTo("???");
    assertThat(QuestionText.folded("这是什么？")).isEqualTo("这是什么");
  }

  @Test
  void the_table_of_hashes_is_a_set() {
    HashTable table = new HashTable();
    Set<String> model = new HashSet<>(); // of texts: HashCode.hashCode() knows four bytes alone
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[16];
      bytes[0] = (byte) random.nextInt(4);
      bytes[7] = (byte) random.nextInt(256);
      bytes[15] = (byte) random.nextInt(64);
      HashCode hash = HashCode.fromBytes(bytes);
      assertThat(table.contains(hash)).isEqualTo(model.contains(hash.toString()));
      assertThat(table.add(hash)).isEqualTo(model.add(hash.toString()));
      assertThat(table.contains(hash)).isTrue();
    }
  }

  @Test
  void lines_of_both_formats_read_back_to_the_same_sample() {
    Image a = Image.of(folder.resolve("a.png"));
    Image b = Image.of(folder.resolve("b.png"));
    PairWriting writing =
        new PairWriting(
            image -> ((Image.FileSource) image.source()).path().getFileName().toString());
    for (List<? extends Media> media :
        List.of(
            List.<Media>of(),
            List.of(a),
            List.of(a, b),
            List.of(Video.of(List.of(a, b), 1.5)),
            List.of(a, Video.of(List.of(a, b), 1.5), b))) {
      PreferenceSample sample =
          PreferenceSample.of(
                  "17",
                  PreferencePair.builder()
                      .question("\nWhat \"is\" it?\n\n")
                      .first("A cat.  \n")
                      .second("")
                      .media(media)
                      .build(),
                  Preferred.SECOND)
              .with(PreferenceSample.DIFFICULTY, "2");
      MediaPaths paths = MediaPaths.under(folder);

      assertThat(SampleFormats.pairs().read(writing.pair(sample), 1, paths)).isEqualTo(sample);
      assertThat(SampleFormats.r1RewardRl().read(writing.rl(sample), 1, paths)).isEqualTo(sample);
      assertThat(writing.rl(sample).get("answer").toString()).isEqualTo("[\"<answer>2</answer>\"]");
    }
  }

  @Test
  void drops_texts_that_the_rl_format_cannot_hold() {
    Preparation preparation = preparation(new RlFormat());

    assertThat(preparation.check(sample("Q", "A", "B"))).isNull();
    assertThat(preparation.check(sample("Q", "A ###### [Response 2]: mine", "B")))
        .satisfies(drop -> assertThat(drop.reason().code()).isEqualTo("not-in-format"));
    assertThat(preparation.check(sample("Q", "B", "A ###### [Response 2]: mine"))).isNotNull();
  }
}
