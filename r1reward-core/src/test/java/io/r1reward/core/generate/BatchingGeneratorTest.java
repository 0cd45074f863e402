package io.r1reward.core.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.EngineException;
import io.r1reward.FinishReason;
import io.r1reward.InvalidInputException;
import io.r1reward.PromptTooLongException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is generated, and in which order. */
class BatchingGeneratorTest {
  static final int CONTEXT = 64;

  /** Ends completions about every twentieth token. */
  static final Decoding SAMPLED = new Decoding(1, 20, 0.95, 0, 1.1, 30, ImmutableSet.of(3, 4));

  private final FakeEngine engine = new FakeEngine(CONTEXT);

  @AfterEach
  void nothing_is_left_open() {
    assertThat(engine.openStates).hasValue(0);
    assertThat(engine.openBatches).hasValue(0);
    assertThat(engine.closed).hasValue(1);
    assertThat(engine.threads).hasSize(1);
  }

  static Prompt prompt(int first) {
    return Prompt.ofTokens(first, 7, 9, first, 11);
  }

  static GenerationRequest request(int first, int samples) {
    return GenerationRequest.of(List.of(prompt(first)), samples, SAMPLED, 42);
  }

  static GenerationRequest greedy(int first, int samples, int maxNewTokens) {
    Decoding decoding = Decoding.greedy(maxNewTokens, ImmutableSet.of());
    return GenerationRequest.of(List.of(prompt(first)), samples, decoding, 0);
  }

  static GenerationRequest listening(GenerationRequest request, TokenListener listener) {
    return new GenerationRequest(
        request.prompts(),
        request.samples(),
        request.decoding(),
        request.seed(),
        request.watched(),
        listener);
  }

  /** What makes two completions the same. */
  static String show(Completion completion) {
    return completion.prompt()
        + "."
        + completion.sample()
        + " "
        + ImmutableList.copyOf(com.google.common.primitives.Ints.asList(completion.tokens()))
        + " "
        + completion.logProbability()
        + " "
        + completion.finishReason();
  }

  private List<String> alone(int first, int samples) {
    FakeEngine other = new FakeEngine(CONTEXT);
    try (Generator generator = BatchingGenerator.open(() -> other, 1, 1)) {
      return generator.generate(request(first, samples)).stream()
          .map(BatchingGeneratorTest::show)
          .toList();
    }
  }

  @Test
  void equal_prompts_draw_different_numbers_where_they_are_seeded_by_position() {
    GenerationRequest twice =
        GenerationRequest.of(List.of(prompt(1), prompt(1)), 2, SAMPLED, 42).seededByPosition();
    try (Generator generator = BatchingGenerator.open(() -> engine, 4, 1)) {
      List<String> texts =
          generator.generate(twice).stream().map(BatchingGeneratorTest::show).toList();
      assertThat(texts.stream().map(text -> text.substring(4)).distinct()).hasSize(4);
      // the same in every run, and prompt by prompt with the seeds given
      assertThat(generator.generate(twice).stream().map(BatchingGeneratorTest::show))
          .isEqualTo(texts);
      GenerationRequest second =
          GenerationRequest.of(List.of(prompt(1)), 2, SAMPLED, twice.seedOf(1));
      assertThat(generator.generate(second).stream().map(c -> show(c).substring(4)))
          .isEqualTo(texts.subList(2, 4).stream().map(text -> text.substring(4)).toList());
    }
    assertThatThrownBy(
            () ->
                new GenerationRequest(
                    ImmutableList.of(prompt(1)),
                    1,
                    SAMPLED,
                    0,
                    new int[0],
                    TokenListener.SILENT,
                    new long[2]))
        .hasMessage("seeds must be none or one per prompt, got 2 for 1 prompts");
  }

  @Test
  void the_same_completions_alone_in_any_batch_and_from_eight_threads() throws Exception {
    List<List<String>> expected = IntStream.range(0, 24).mapToObj(i -> alone(i, 3)).toList();
    // three samples of one prompt differ, and so do prompts
    assertThat(expected.get(0).stream().map(text -> text.substring(4)).distinct()).hasSize(3);

    for (int rows : new int[] {1, 2, 5, 16}) {
      FakeEngine other = new FakeEngine(CONTEXT);
      try (Generator generator = BatchingGenerator.open(() -> other, rows, 24)) {
        List<Generation> all =
            IntStream.range(0, 24).mapToObj(i -> generator.submit(request(i, 3))).toList();
        for (int i = 0; i < 24; i++) {
          assertThat(all.get(i).all().get().stream().map(BatchingGeneratorTest::show))
              .isEqualTo(expected.get(i));
        }
        assertThat(other.mostRows).hasValueLessThanOrEqualTo(rows);
      }
    }

    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Generator generator = BatchingGenerator.open(() -> engine, 6, 24)) {
      List<Future<List<Completion>>> all = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        int first = i;
        all.add(threads.submit(() -> generator.generate(request(first, 3))));
      }
      for (int i = 0; i < 24; i++) {
        assertThat(all.get(i).get().stream().map(BatchingGeneratorTest::show))
            .isEqualTo(expected.get(i));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void one_prefill_serves_all_samples_and_all_prompts_of_a_request() {
    try (Generator generator = BatchingGenerator.open(() -> engine, 4, 8)) {
      List<Prompt> prompts = List.of(prompt(1), prompt(2));
      List<Completion> completions =
          generator.generate(GenerationRequest.of(prompts, 9, SAMPLED, 1));
      assertThat(completions).hasSize(18);
      for (int i = 0; i < 18; i++) {
        assertThat(completions.get(i).prompt()).isEqualTo(i / 9);
        assertThat(completions.get(i).sample()).isEqualTo(i % 9);
      }
      assertThat(engine.prefills).containsExactly(List.of(1, 2));
      assertThat(engine.mostRows).hasValue(4);
    }
  }

  @Test
  void many_prompts_are_prefilled_eight_at_a_time() {
    try (Generator generator = BatchingGenerator.open(() -> engine, 3, 8)) {
      List<Prompt> prompts = IntStream.range(0, 18).mapToObj(i -> prompt(i)).toList();
      List<Completion> completions =
          generator.generate(GenerationRequest.of(prompts, 2, SAMPLED, 1));
      assertThat(completions).hasSize(36);
      assertThat(engine.prefills)
          .containsExactly(
              List.of(0, 1, 2, 3, 4, 5, 6, 7),
              List.of(8, 9, 10, 11, 12, 13, 14, 15),
              List.of(16, 17));
    }
  }

  @Test
  void samples_start_in_turns_and_rows_refill_first_in_first_out() throws Exception {
    try (Generator generator = BatchingGenerator.open(() -> engine, 3, 8)) {
      var gate = engine.gateSteps();
      // every completion takes two steps; prompts 1 and 2 in turns, then prompt 5, then 6
      Decoding two = Decoding.greedy(2, ImmutableSet.of());
      Generation first =
          generator.submit(GenerationRequest.of(List.of(prompt(1), prompt(2)), 2, two, 0));
      while (engine.steps.get() == 0) {
        Thread.onSpinWait();
      }
      Generation second = generator.submit(greedy(5, 1, 2));
      Generation third = generator.submit(greedy(6, 1, 2));
      gate.release(100);
      first.all().get();
      second.all().get();
      third.all().get();
      assertThat(engine.stepRows)
          .containsExactly(List.of(1, 2, 1), List.of(1, 2, 1), List.of(2, 5, 6), List.of(2, 5, 6));
    }
  }

  @Test
  void completions_end_by_end_token_listener_length_and_context() {
    try (Generator generator = BatchingGenerator.open(() -> engine, 4, 8)) {
      int[] tokens = generator.generate(greedy(1, 1, 20)).get(0).tokens();
      assertThat(tokens).hasSize(20);

      int third = tokens[2];
      Decoding ends = Decoding.greedy(20, ImmutableSet.of(third));
      Completion stopped =
          generator.generate(GenerationRequest.of(List.of(prompt(1)), 1, ends, 0)).get(0);
      assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
      int end = firstIndexOf(tokens, third);
      assertThat(stopped.tokens()).containsExactly(java.util.Arrays.copyOf(tokens, end + 1));
      assertThat(stopped.logProbabilities()).hasSize(end + 1);

      List<Integer> heard = new ArrayList<>();
      Completion ended =
          generator
              .generate(
                  listening(
                      greedy(1, 1, 20),
                      (prompt, sample, token) -> {
                        heard.add(token);
                        return heard.size() < 5;
                      }))
              .get(0);
      assertThat(ended.finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(ended.tokens()).containsExactly(java.util.Arrays.copyOf(tokens, 5));
      assertThat(heard).containsExactly(tokens[0], tokens[1], tokens[2], tokens[3], tokens[4]);

      Completion full = generator.generate(greedy(1, 1, 20)).get(0);
      assertThat(full.finishReason()).isEqualTo(FinishReason.LENGTH);

      // a context of 64 and a prompt of 5 leave 59 tokens
      Completion whole = generator.generate(greedy(1, 1, 1000)).get(0);
      assertThat(whole.finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(whole.tokens()).hasSize(59);
    }
  }

  @Test
  void an_end_token_at_the_length_limit_is_a_stop() {
    try (Generator generator = BatchingGenerator.open(() -> engine, 4, 8)) {
      int[] tokens = generator.generate(greedy(1, 1, 1)).get(0).tokens();
      Decoding ends = Decoding.greedy(1, ImmutableSet.of(tokens[0]));
      assertThat(
              generator
                  .generate(GenerationRequest.of(List.of(prompt(1)), 1, ends, 0))
                  .get(0)
                  .finishReason())
          .isEqualTo(FinishReason.STOP);
    }
  }

  @Test
  void reports_log_probabilities_of_watched_ids_at_every_step() {
    try (Generator generator = BatchingGenerator.open(() -> engine, 4, 8)) {
      int[] tokens = generator.generate(greedy(1, 1, 6)).get(0).tokens();
      GenerationRequest plain = greedy(1, 1, 6);
      int[] watched = {tokens[4], 0};
      Completion completion =
          generator
              .generate(
                  new GenerationRequest(
                      plain.prompts(), 1, plain.decoding(), 0, watched, TokenListener.SILENT))
              .get(0);
      assertThat(completion.watchedLogProbabilities()).hasDimensions(6, 2);
      assertThat(completion.watchedLogProbabilities()[4][0])
          .isEqualTo(completion.logProbabilities()[4]);
      for (float[] step : completion.watchedLogProbabilities()) {
        assertThat(step[0]).isNegative();
        assertThat(step[1]).isNegative();
      }
    }
  }

  @Test
  void refuses_prompts_that_do_not_fit_and_ids_beyond_the_vocabulary() {
    try (Generator generator = BatchingGenerator.open(() -> engine, 4, 8)) {
      Prompt tooLong = Prompt.ofTokens(new int[CONTEXT]);
      assertThatThrownBy(
              () -> generator.submit(GenerationRequest.of(List.of(tooLong), 1, SAMPLED, 0)))
          .isInstanceOf(PromptTooLongException.class)
          .hasMessage("prompt 0 of 64 tokens leaves no room in a context of 64 tokens");
      Prompt fits = Prompt.ofTokens(new int[CONTEXT - 1]);
      assertThat(generator.generate(GenerationRequest.of(List.of(fits), 1, SAMPLED, 0)).get(0))
          .satisfies(completion -> assertThat(completion.tokens()).hasSize(1));

      Prompt wrong = Prompt.ofTokens(1, 40);
      assertThatThrownBy(
              () -> generator.submit(GenerationRequest.of(List.of(wrong), 1, SAMPLED, 0)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("token of prompt 0 is 40, the vocabulary has ids below 40");
      assertThatThrownBy(
              () ->
                  generator.submit(
                      new GenerationRequest(
                          ImmutableList.of(prompt(1)),
                          1,
                          SAMPLED,
                          0,
                          new int[] {-1},
                          TokenListener.SILENT)))
          .hasMessage("watched id is -1, the vocabulary has ids below 40");
    }
  }

  @Test
  void an_engine_that_does_not_open_is_reported_by_open() {
    assertThatThrownBy(
            () ->
                BatchingGenerator.open(
                    () -> {
                      throw new EngineException("no such device");
                    },
                    1,
                    1))
        .isInstanceOf(EngineException.class)
        .hasMessage("no such device");
    assertThatThrownBy(
            () ->
                BatchingGenerator.open(
                    () -> {
                      throw new UnsatisfiedLinkError("libtorch");
                    },
                    1,
                    1))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("libtorch");
    assertThatThrownBy(() -> BatchingGenerator.open(() -> engine, 0, 1))
        .isInstanceOf(InvalidInputException.class);
    BatchingGenerator.open(() -> engine, 1, 1).close();
  }

  private static int firstIndexOf(int[] tokens, int token) {
    int index = 0;
    while (tokens[index] != token) {
      index++;
    }
    return index;
  }
}
