package io.r1reward.examples.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferenceScore;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import io.r1reward.examples.FakeModel;
import io.r1reward.examples.results.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreRunTest {

  @TempDir Path folder;

  @Test
  void scores_stand_in_input_order_whatever_ends_first() throws Exception {
    List<CompletableFuture<PreferenceScore>> asked = new ArrayList<>();
    List<ScoreRequest> requests = new ArrayList<>();
    FakeModel model =
        new FakeModel(
            request -> {
              CompletableFuture<PreferenceScore> score = new CompletableFuture<>();
              asked.add(score);
              requests.add(request);
              if (asked.size() == 4) {
                for (int i = 3; i >= 0; i--) {
                  asked.get(i).complete(FakeModel.longer(requests.get(i)));
                }
              }
              return score;
            });

    OutputFile.Written written = run(model, input(4), 4);

    assertThat(written).isEqualTo(new OutputFile.Written(4, 0));
    assertThat(ids()).containsExactly("0", "1", "2", "3");
  }

  @Test
  void no_more_pairs_are_under_way_than_allowed_and_all_places_are_used() throws Exception {
    Thread runner = Thread.currentThread();
    List<Runnable> held = new CopyOnWriteArrayList<>();
    List<Integer> heldWhileWaiting = new CopyOnWriteArrayList<>();
    ExecutorService engine = Executors.newSingleThreadExecutor();
    try {
      FakeModel model =
          new FakeModel(
              request -> {
                CompletableFuture<PreferenceScore> score = new CompletableFuture<>();
                held.add(() -> score.complete(FakeModel.longer(request)));
                if (held.size() == 3) {
                  engine.execute(
                      () -> {
                        while (runner.getState() != Thread.State.WAITING) {
                          Thread.onSpinWait();
                        }
                        heldWhileWaiting.add(held.size());
                        List<Runnable> all = List.copyOf(held);
                        held.clear();
                        all.forEach(Runnable::run);
                      });
                }
                return score;
              });

      run(model, input(12), 3);
    } finally {
      engine.shutdown();
    }

    assertThat(heldWhileWaiting).containsExactly(3, 3, 3, 3);
    assertThat(ids()).hasSize(12);
  }

  @Test
  void a_slow_pair_lets_others_pass_it_while_room_lasts() throws Exception {
    AtomicReference<CompletableFuture<PreferenceScore>> slow = new AtomicReference<>();
    AtomicReference<ScoreRequest> slowRequest = new AtomicReference<>();
    AtomicInteger passed = new AtomicInteger();
    FakeModel model =
        new FakeModel(
            request -> {
              if (slow.get() == null) {
                slow.set(new CompletableFuture<>());
                slowRequest.set(request);
                return slow.get();
              }
              // 2 under way and 8 waiting for each: the 15th pair behind the slow one fills it
              if (passed.incrementAndGet() == 15) {
                slow.get().complete(FakeModel.longer(slowRequest.get()));
              }
              return CompletableFuture.completedFuture(FakeModel.longer(request));
            });

    run(model, input(20), 2);

    assertThat(ids()).isEqualTo(IntStream.range(0, 20).mapToObj(Integer::toString).toList());
  }

  @Test
  void a_pair_that_cannot_be_judged_becomes_an_error_line_and_the_rest_goes_on() throws Exception {
    FakeModel model =
        new FakeModel(
            request ->
                switch (request.pair().question()) {
                  case "q1" -> throw new InvalidInputException("prompt of 9 tokens, limit 8");
                  case "q2" -> CompletableFuture.failedFuture(new InvalidInputException("too odd"));
                  case "q3" -> throw new IllegalArgumentException("bad raster");
                  default -> CompletableFuture.completedFuture(FakeModel.longer(request));
                });

    OutputFile.Written written = run(model, input(5), 2);

    assertThat(written).isEqualTo(new OutputFile.Written(5, 3));
    assertThat(Files.readAllLines(folder.resolve("out")).subList(1, 4))
        .containsExactly(
            "{\"line\":2,\"id\":1,\"error\":\"prompt of 9 tokens, limit 8\"}",
            "{\"line\":3,\"id\":2,\"error\":\"too odd\"}",
            "{\"line\":4,\"id\":3,\"error\":\"java.lang.IllegalArgumentException: bad raster\"}");
    assertThat(ids()).containsExactly("0", "1", "2", "3", "4");
  }

  @Test
  void a_failing_engine_ends_the_run_behind_what_is_written_and_cancels_the_rest()
      throws Exception {
    EngineException failure = new EngineException("out of memory");
    CompletableFuture<PreferenceScore> failing = new CompletableFuture<>();
    CompletableFuture<PreferenceScore> later = new CompletableFuture<>();
    FakeModel model =
        new FakeModel(
            request ->
                switch (request.pair().question()) {
                  case "q0" -> CompletableFuture.completedFuture(FakeModel.longer(request));
                  case "q1" -> failing;
                  default -> {
                    failing.completeExceptionally(failure);
                    yield later;
                  }
                });
    Path input = input(3);

    assertThatThrownBy(() -> run(model, input, 3)).isSameAs(failure);

    assertThat(ids()).containsExactly("0");
    assertThat(later).isCancelled();
  }

  @Test
  void a_later_run_scores_only_what_is_left() throws Exception {
    Path input = input(6);
    run(FakeModel.ofLengths(), input, 2);
    Path output = folder.resolve("out");
    String whole = Files.readString(output);
    // killed in the middle of the fourth line
    int fourth = whole.split("\n", -1)[0].length() * 3 + 10;
    Files.writeString(output, whole.substring(0, fourth));

    FakeModel model = FakeModel.ofLengths();
    OutputFile.Written written = run(model, input, 2);

    assertThat(written.lines()).isEqualTo(6);
    assertThat(output).content().isEqualTo(whole);
    assertThat(model.asked)
        .extracting(request -> request.pair().question())
        .containsExactly("q3", "q4", "q5");
  }

  @Test
  void a_stopped_run_leaves_whole_lines_and_cancels_what_is_under_way() throws Exception {
    CompletableFuture<PreferenceScore> never = new CompletableFuture<>();
    CountDownLatch waiting = new CountDownLatch(1);
    FakeModel model =
        new FakeModel(
            request -> {
              if (request.pair().question().equals("q2")) {
                waiting.countDown();
                return never;
              }
              return CompletableFuture.completedFuture(FakeModel.longer(request));
            });
    AtomicReference<OutputFile.Written> written = new AtomicReference<>();
    try (InputReader lines = InputReader.open(input(3), folder);
        OutputFile out = OutputFile.open(folder.resolve("out"))) {
      ScoreRun run = new ScoreRun(model, settings(1), lines::next, out::append, Progress.none());
      Thread thread =
          new Thread(
              () -> {
                try {
                  written.set(run.run(new OutputFile.Written(0, 0)));
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      thread.start();
      waiting.await();
      run.stop();
      thread.join();
    }

    assertThat(written.get()).isEqualTo(new OutputFile.Written(2, 0));
    assertThat(ids()).containsExactly("0", "1");
    assertThat(never).isCancelled();
  }

  private Path input(int count) throws IOException {
    String lines =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    "{\"id\":%d,\"question\":\"q%d\",\"first\":\"aa\",\"second\":\"b\"}\n"
                        .formatted(i, i))
            .collect(Collectors.joining());
    return Files.writeString(folder.resolve("in"), lines);
  }

  private OutputFile.Written run(FakeModel model, Path input, int inFlight) throws Exception {
    try (InputReader lines = InputReader.open(input, folder);
        OutputFile out = OutputFile.open(folder.resolve("out"))) {
      OutputFile.Written before = out.resume(lines, false);
      return new ScoreRun(model, settings(inFlight), lines::next, out::append, Progress.none())
          .run(before);
    }
  }

  private static ScoreRun.Settings settings(int inFlight) {
    return new ScoreRun.Settings(Voting.single(), Sampling.defaults(), inFlight, false);
  }

  private List<String> ids() throws IOException {
    return Files.readAllLines(folder.resolve("out")).stream()
        .map(line -> Json.object(line).path("id").asText())
        .toList();
  }
}
