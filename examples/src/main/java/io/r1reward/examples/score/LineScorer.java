package io.r1reward.examples.score;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.AbstractIterator;
import io.r1reward.InvalidInputException;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.Voting;
import io.r1reward.train.data.LineReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Scores lines for a runner of its own, such as a partition of a cluster: each becomes the line
 * that the program {@code score} writes for it. Thread-safe; owns nothing.
 */
public final class LineScorer {
  private final PairScoring scoring;
  private final InputParser parser;
  private final int together;

  /**
   * A line of an input.
   *
   * @param number in its file, from 1, for messages
   * @param text JSON
   */
  public record NumberedLine(long number, String text) {}

  /**
   * A line of the output.
   *
   * @param number of the input's line
   * @param text JSON
   * @param error why the pair could not be judged, null where it was
   */
  public record ScoredLine(long number, String text, @Nullable String error) {}

  private record Pending(InputLine line, CompletableFuture<Cascade.Verdict> score) {}

  /**
   * Makes a scorer.
   *
   * @param together most pairs under way
   * @param imageRoot where relative picture paths start
   */
  public LineScorer(
      RewardModel model, Voting voting, Sampling sampling, int together, Path imageRoot) {
    this(
        PairScoring.of(model, new ScoreRun.Settings(voting, sampling, together, false)),
        together,
        imageRoot);
  }

  /**
   * Makes a scorer of two judges.
   *
   * @param together most pairs under way
   * @param imageRoot where relative picture paths start
   */
  public LineScorer(Cascade cascade, int together, Path imageRoot) {
    this(
        new PairScoring(
            cascade::submit,
            new ScoreRun.Settings(Voting.single(), Sampling.defaults(), together, false)),
        together,
        imageRoot);
  }

  private LineScorer(PairScoring scoring, int together, Path imageRoot) {
    if (together < 1) {
      throw new InvalidInputException("together must be at least 1, got " + together);
    }
    this.scoring = scoring;
    this.parser = new InputParser(imageRoot);
    this.together = together;
  }

  /**
   * Scores lines as they are asked for, in their order, some ahead.
   *
   * @return an iterator that throws {@link io.r1reward.RewardModelException} where the engine fails
   */
  public Iterator<ScoredLine> score(Iterator<NumberedLine> lines) {
    Deque<Pending> pending = new ArrayDeque<>();
    return new AbstractIterator<>() {
      @Override
      protected @Nullable ScoredLine computeNext() {
        while (lines.hasNext() && pending.size() < together) {
          InputLine line = parse(lines.next());
          pending.add(new Pending(line, scoring.submit(line)));
        }
        Pending next = pending.poll();
        if (next == null) {
          return endOfData();
        }
        ObjectNode line = scoring.result(next.line(), next.score());
        return new ScoredLine(
            next.line().number(),
            new String(Json.bytes(line), StandardCharsets.UTF_8),
            line.has("error") ? line.get("error").textValue() : null);
      }
    };
  }

  private InputLine parse(NumberedLine line) {
    boolean tooLong =
        line.text().length() > LineReader.MAX_PAIR_BYTES / 3 // at most three bytes a char
            && line.text().getBytes(StandardCharsets.UTF_8).length > LineReader.MAX_PAIR_BYTES;
    return parser.parse(
        new LineReader.Line(
            line.number(),
            tooLong ? "" : line.text(),
            tooLong ? "is longer than " + LineReader.MAX_PAIR_BYTES + " bytes" : null,
            true,
            0));
  }
}
