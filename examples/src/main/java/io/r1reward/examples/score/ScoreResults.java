package io.r1reward.examples.score;

import io.r1reward.examples.UsageException;
import io.r1reward.examples.results.Fingerprint;
import io.r1reward.examples.results.InputDigest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An output with its fingerprint, in which a run goes on. Not thread-safe. */
final class ScoreResults implements Closeable {
  private final Path input;
  private final Path root;
  private final Path output;
  private final boolean overwrite;
  private final boolean retry;
  private InputReader lines;
  private OutputFile scores;
  private OutputFile.Written written;
  private @Nullable Fingerprint before;
  private @Nullable Fingerprint now;

  private ScoreResults(
      Path input,
      Path root,
      Path output,
      boolean overwrite,
      boolean retry,
      InputReader lines,
      OutputFile scores,
      OutputFile.Written written) {
    this.input = input;
    this.root = root;
    this.output = output;
    this.overwrite = overwrite;
    this.retry = retry;
    this.lines = lines;
    this.scores = scores;
    this.written = written;
  }

  /**
   * Opens or creates the output.
   *
   * @param overwrite whether what it holds is thrown away once the model is there
   * @param retry whether its failed lines are scored again
   */
  static ScoreResults open(Path input, Path root, Path output, boolean overwrite, boolean retry)
      throws IOException {
    InputReader lines = InputReader.open(input, root);
    OutputFile scores = null;
    try {
      scores = OutputFile.open(output);
      OutputFile.Written written =
          overwrite ? new OutputFile.Written(0, 0) : scores.resume(lines, retry);
      return new ScoreResults(input, root, output, overwrite, retry, lines, scores, written);
    } catch (IOException | RuntimeException e) {
      lines.close();
      if (scores != null) {
        scores.close();
      }
      throw e;
    }
  }

  /** Checks that what the output holds is what a run with this fingerprint makes, and keeps it. */
  void check(Fingerprint fingerprint) throws IOException {
    now = fingerprint;
    if (written.lines() > 0) {
      Fingerprint found = Fingerprint.read(output);
      fingerprint.requireSame(found, output, written.lines(), scores.failed());
      if (!retry) {
        requireSameFailures(found, fingerprint);
      }
      before = found;
    }
  }

  private void requireSameFailures(Fingerprint found, Fingerprint fingerprint) {
    for (long place : scores.failed()) {
      InputDigest line = fingerprint.lines().get((int) place);
      if (place >= found.lines().size()
          || !found.lines().get((int) place).digest().equals(line.digest())) {
        throw new UsageException(
            "input line %d (id %s), which failed, or a picture or video of it was changed since %s was made;"
                    .formatted(line.line(), line.id(), output)
                + " give --retry-failed to score it again, or --overwrite to start afresh");
      }
    }
  }

  /** Returns what the output holds. */
  OutputFile.Written written() {
    return written;
  }

  /** Says whether there is nothing to do. */
  boolean complete() {
    return !overwrite && retried().isEmpty() && written.lines() == fingerprint().lines().size();
  }

  /** Scores what is left; returns how many lines that was. */
  long run(ScoreSession session) throws IOException, InterruptedException {
    now = fingerprint().computing(Fingerprint.computedBy(session.info()), before, output);
    if (overwrite) {
      scores.clear();
    }
    long count = retried().isEmpty() ? 0 : retry(session);
    fingerprint().write(output);
    OutputFile.Written start = written;
    InputReader rest = lines;
    OutputFile file = scores;
    written = session.run(rest::next, file::append, start, fingerprint().lines().size());
    return count + written.lines() - start.lines();
  }

  private Set<Long> retried() {
    return retry ? scores.failed() : Set.of();
  }

  private Fingerprint fingerprint() {
    if (now == null) {
      throw new IllegalStateException("not checked yet");
    }
    return now;
  }

  private long retry(ScoreSession session) throws IOException, InterruptedException {
    Set<Long> failed = scores.failed();
    Set<Long> replaced;
    try (InputReader all = InputReader.open(input, root);
        FailedLines again = FailedLines.open(output, failed, all)) {
      session.run(again, again, new OutputFile.Written(0, 0), failed.size());
      scores.close(); // some systems replace no file that is open
      replaced = again.replace();
    }
    now = fingerprint().withLines(judged(failed, replaced));
    lines.close();
    lines = InputReader.open(input, root);
    scores = OutputFile.open(output);
    written = scores.resume(lines, true);
    return replaced.size();
  }

  /** A line whose turn did not come before the run was stopped is still that of the old input. */
  private List<InputDigest> judged(Set<Long> failed, Set<Long> replaced) {
    List<InputDigest> judged = new ArrayList<>(fingerprint().lines());
    for (long place : failed) {
      if (!replaced.contains(place) && before != null && place < before.lines().size()) {
        judged.set((int) place, before.lines().get((int) place));
      }
    }
    return judged;
  }

  @Override
  public void close() throws IOException {
    lines.close();
    scores.close();
  }
}
