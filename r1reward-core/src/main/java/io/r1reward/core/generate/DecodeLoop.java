package io.r1reward.core.generate;

import io.r1reward.EngineException;
import io.r1reward.FinishReason;
import io.r1reward.RewardModelException;
import io.r1reward.core.generate.Admission.Start;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The generator's thread: starts waiting samples while rows are free, steps the batch, and hands
 * out what has ended. Whatever the engine throws, errors included, fails the requests it concerns
 * and nothing else; after a failed step the batch is made anew.
 */
final class DecodeLoop {
  private final DecoderEngine engine;
  private final Intake intake;
  private final int capacity;
  private final int contextLength;

  private final List<Row> rows = new ArrayList<>();
  private @Nullable DecodeBatch batch;
  private @Nullable Admission admission;

  DecodeLoop(DecoderEngine engine, Intake intake, int capacity) {
    this.engine = engine;
    this.intake = intake;
    this.capacity = capacity;
    this.contextLength = engine.info().contextLength();
  }

  /** A sample in the batch. */
  private record Row(Sample sample, UniformStream uniforms, int limit) {}

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
      rows.add(new Row(sample, uniforms, limit));
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
    DecodeBatch.Step step;
    try {
      double[] uniforms = rows.stream().mapToDouble(row -> row.uniforms.next()).toArray();
      step = current.step(uniforms);
      if (step.tokens().length != rows.size()) {
        throw new EngineException(
            "the engine chose " + step.tokens().length + " tokens for " + rows.size() + " rows");
      }
    } catch (Exception | Error e) {
      failBatch(failure("a decoding step", e));
      return;
    }
    for (int i = 0; i < rows.size(); i++) {
      take(rows.get(i), step.tokens()[i], step.logProbabilities()[i], step.watched()[i]);
    }
    removeEnded();
  }

  private static void take(Row row, int token, float logProbability, float[] watched) {
    Sample sample = row.sample;
    if (sample.ended()) {
      return; // its request failed in this very step
    }
    int length = sample.append(token, logProbability, watched);
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
