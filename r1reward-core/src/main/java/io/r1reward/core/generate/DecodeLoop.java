package io.r1reward.core.generate;

import io.r1reward.EngineException;
import io.r1reward.FinishReason;
import io.r1reward.RewardModelException;
import io.r1reward.core.generate.Admission.Start;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The generator's thread: starts waiting samples while rows are free, steps the batch, and hands
 * out what has ended. Whatever the engine throws, errors included, fails the requests it concerns
 * and nothing else; after a failed step the batch is made anew.
 */
final class DecodeLoop {
  private static final int[] NO_GUESSES = {};

  private final DecoderEngine engine;
  private final Intake intake;
  private final int capacity;
  private final int contextLength;

  private final List<Row> rows = new ArrayList<>();
  private final @Nullable AheadControl control;
  private @Nullable DecodeBatch batch;
  private @Nullable Admission admission;

  /**
   * A loop.
   *
   * @param lookahead whether guessed tokens may run beside those that are due
   */
  DecodeLoop(DecoderEngine engine, Intake intake, int capacity, boolean lookahead) {
    this.engine = engine;
    this.intake = intake;
    this.capacity = capacity;
    this.control = lookahead ? new AheadControl() : null;
    this.contextLength = engine.info().contextLength();
  }

  /** A sample in the batch; without a guesser where nothing is guessed. */
  private record Row(
      Sample sample, UniformStream uniforms, int limit, @Nullable TokenGuesser guesser) {

    /** Returns up to so many guesses of the tokens behind the next one's. */
    int[] guess(int most) {
      int room = Math.min(most, limit - sample.length() - 1);
      return guesser == null || sample.length() == 0 || room < 1 ? NO_GUESSES : guesser.guess(room);
    }
  }

  /** Serves until the generator is closed. */
  void run() {
    while (intake.awaitWork(!rows.isEmpty() || admission != null)) {
      endCancelled();
      Reading reading = intake.pollReading();
      if (reading != null) {
        reading.read(engine);
      }
      fill();
      step();
    }
  }

  /** Ends what runs with what it has, fails what waits, and closes the batch. */
  void close() {
    List<RequestRun> started = started();
    List<RequestRun> waiting = intake.waiting();
    intake.takeCancelled().forEach(RequestRun::endCancelled);
    dropAdmission();
    dropBatch();
    started.forEach(run -> run.end(FinishReason.CANCELLED));
    waiting.forEach(run -> run.fail(Intake.closedException()));
    failReadings(Intake.closedException());
  }

  private void failReadings(Throwable cause) {
    intake.waitingReadings().forEach(reading -> reading.result.completeExceptionally(cause));
  }

  /** Fails everything, where the loop itself has failed. */
  void fail(Throwable cause) {
    started().forEach(run -> run.fail(cause));
    intake.waiting().forEach(run -> run.fail(cause));
    failReadings(cause);
  }

  private List<RequestRun> started() {
    Set<RequestRun> started = new LinkedHashSet<>();
    rows.forEach(row -> started.add(row.sample.run));
    if (admission != null) {
      started.add(admission.run);
    }
    return new ArrayList<>(started);
  }

  private void endCancelled() {
    if (!intake.takeCancellations()) {
      return;
    }
    started().forEach(RequestRun::endCancelled);
    intake.waiting().forEach(RequestRun::endCancelled);
    intake.takeCancelled().forEach(RequestRun::endCancelled);
    if (admission != null && admission.run.ended()) {
      dropAdmission();
    }
    removeEnded();
  }

  private void fill() {
    while (rows.size() < capacity) {
      endCancelled(); // the prefill before may have taken long
      if (admission == null) {
        RequestRun run = intake.poll();
        if (run == null) {
          return;
        }
        admission = new Admission(run, engine);
      }
      startNext(admission);
    }
  }

  private void startNext(Admission from) {
    try {
      Start start = from.next();
      if (start == null) {
        dropAdmission();
        return;
      }
      DecodeBatch into = batch;
      if (into == null) {
        into = engine.newBatch(capacity);
        batch = into;
      }
      Decoding decoding = from.run.decoding;
      into.add(start.state(), decoding, from.run.watched);
      int room = contextLength - start.prompt().length();
      int limit = Math.min(decoding.maxNewTokens(), room);
      Sample sample = start.sample();
      UniformStream uniforms =
          UniformStream.of(from.run.seed(sample.prompt), start.prompt(), sample.index);
      sample.startsBehind(start.state().reused());
      TokenGuesser guesser =
          control != null && into.looksAhead() ? new TokenGuesser(start.prompt().tokens()) : null;
      rows.add(new Row(sample, uniforms, limit, guesser));
      from.started();
    } catch (Exception | Error e) {
      dropAdmission();
      from.run.fail(failure("starting a completion", e));
      if (batch != null && batch.rows() != rows.size()) {
        failBatch(failure("starting a completion beside this one", e));
      } else {
        removeEnded();
      }
    }
  }

  private void step() {
    DecodeBatch current = batch;
    if (current == null || rows.isEmpty()) {
      return;
    }
    List<DecodeBatch.Step> steps;
    try {
      steps =
          control != null && current.looksAhead() ? stepAhead(current, control) : stepOnce(current);
    } catch (Exception | Error e) {
      failBatch(failure("a decoding step", e));
      return;
    }
    for (int i = 0; i < rows.size(); i++) {
      take(rows.get(i), steps.get(i));
    }
    removeEnded();
  }

  private List<DecodeBatch.Step> stepOnce(DecodeBatch current) {
    double[] uniforms = rows.stream().mapToDouble(row -> row.uniforms.next()).toArray();
    DecodeBatch.Step step = current.step(uniforms);
    check(step.tokens().length);
    return IntStream.range(0, rows.size()).mapToObj(i -> step.slice(i, i + 1)).toList();
  }

  private List<DecodeBatch.Step> stepAhead(DecodeBatch current, AheadControl control) {
    int[][] guesses = rows.stream().map(row -> row.guess(AheadControl.MOST)).toArray(int[][]::new);
    int most = control.choose(Arrays.stream(guesses).mapToInt(guess -> guess.length).toArray());
    double[][] uniforms = new double[guesses.length][];
    int count = 0;
    for (int i = 0; i < guesses.length; i++) {
      guesses[i] = Arrays.copyOf(guesses[i], Math.min(most, guesses[i].length));
      uniforms[i] = rows.get(i).uniforms.peek(1 + guesses[i].length);
      count += uniforms[i].length;
    }
    boolean decodes = rows.stream().anyMatch(row -> row.sample.length() > 0);
    long begin = System.nanoTime();
    List<DecodeBatch.Step> steps = current.stepAhead(uniforms, guesses);
    if (decodes) { // else all tokens are chosen from what prompts left, in no time
      control.took(count, (double) (System.nanoTime() - begin));
    }
    check(steps.size());
    for (int i = 0; i < steps.size(); i++) {
      int chosen = steps.get(i).tokens().length;
      rows.get(i).uniforms.skip(chosen);
      control.judged(guesses[i].length, chosen - 1);
    }
    return steps;
  }

  private void check(int chosen) {
    if (chosen != rows.size()) {
      throw new EngineException(
          "the engine chose " + chosen + " tokens for " + rows.size() + " rows");
    }
  }

  private static void take(Row row, DecodeBatch.Step step) {
    int count = step.tokens().length;
    int taken = 0;
    while (taken < count && !row.sample.ended()) { // a request may fail in this very step
      int at = taken++;
      if (at > 0) {
        row.sample.ranAhead(1);
      }
      take(row, step.tokens()[at], step.logProbabilities()[at], step.watched()[at]);
    }
  }

  private static void take(Row row, int token, float logProbability, float[] watched) {
    Sample sample = row.sample;
    int length = sample.append(token, logProbability, watched);
    if (row.guesser != null) {
      row.guesser.add(token);
    }
    boolean goOn;
    try {
      goOn = sample.run.listener.onToken(sample.prompt, sample.index, token);
    } catch (Exception | Error e) {
      sample.run.fail(e);
      return;
    }
    if (!goOn || sample.run.decoding.endTokens().contains(token)) {
      sample.end(FinishReason.STOP);
    } else if (length >= row.limit) {
      sample.end(FinishReason.LENGTH);
    }
  }

  /** Takes rows whose completion has ended out of the batch, from the last to the first. */
  private void removeEnded() {
    for (int i = rows.size() - 1; i >= 0; i--) {
      if (!rows.get(i).sample.ended()) {
        continue;
      }
      try {
        if (batch != null) {
          batch.remove(i);
        }
      } catch (Exception | Error e) {
        failBatch(failure("ending a completion", e));
        return;
      }
      Row last = rows.remove(rows.size() - 1);
      if (i < rows.size()) {
        rows.set(i, last);
      }
    }
    if (admission != null && admission.run.ended()) {
      dropAdmission();
    }
  }

  private void failBatch(Throwable cause) {
    List<RequestRun> concerned = rows.stream().map(row -> row.sample.run).distinct().toList();
    dropBatch();
    if (admission != null && concerned.contains(admission.run)) {
      dropAdmission();
    }
    concerned.forEach(run -> run.fail(cause));
  }

  private void dropBatch() {
    rows.clear();
    if (batch != null) {
      Quietly.close(batch);
      batch = null;
    }
  }

  private void dropAdmission() {
    if (admission != null) {
      admission.close();
      admission = null;
    }
  }

  static RewardModelException failure(String what, Throwable cause) {
    return cause instanceof RewardModelException known
        ? known
        : new EngineException(what + " failed: " + cause, cause);
  }
}
