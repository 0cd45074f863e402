package io.r1reward.spark;

import com.google.common.collect.Iterators;
import com.google.common.hash.Hashing;
import io.r1reward.InvalidInputException;
import io.r1reward.examples.score.Cascade;
import io.r1reward.examples.score.LineScorer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Scores lines of pairs in partitions, each with the model of its process. Every line becomes the
 * very line that the program {@code score} writes for it with the same settings: what a pair gets
 * depends on the pair and the seed, not on its neighbours, its partition or a task that ran before.
 * Pairs about one picture go to one partition and follow each other there. Thread-safe.
 */
public final class SparkScoring {

  private SparkScoring() {}

  /**
   * Scores lines, numbered from 1 in their order.
   *
   * @param partitions among which pictures are spread
   * @return scores, those of one picture together, in no global order; sort by {@link
   *     ScoredText#number}
   */
  public static JavaRDD<ScoredText> score(
      JavaRDD<String> lines, JudgeSettings settings, int partitions) {
    return score(lines, settings, null, partitions);
  }

  /**
   * Scores lines as the other method, asking a cheaper judge first.
   *
   * @param cascade the judge that is asked first, null for none
   */
  public static JavaRDD<ScoredText> score(
      JavaRDD<String> lines,
      JudgeSettings settings,
      @Nullable CascadeSettings cascade,
      int partitions) {
    return spread(lines, partitions)
        .mapPartitions(
            texts -> {
              TaskContext task = TaskContext.get();
              return scored(texts, settings, cascade, task);
            });
  }

  /** Lines that are not blank, in partitions by picture, one picture behind the other. */
  static JavaRDD<NumberedText> spread(JavaRDD<String> lines, int partitions) {
    if (partitions < 1) {
      throw new InvalidInputException("partitions must be at least 1, got " + partitions);
    }
    JavaPairRDD<String, NumberedText> keyed =
        lines
            .zipWithIndex()
            .filter(line -> !line._1().isBlank())
            .mapToPair(
                line -> {
                  String picture = PictureKey.of(line._1());
                  return new Tuple2<>(picture, new NumberedText(line._2() + 1, line._1(), picture));
                });
    return keyed
        .partitionBy(new PicturePartitioner(partitions))
        .values()
        .mapPartitions(SparkScoring::byPicture, true);
  }

  /** A shuffle gives its rows in no certain order: sorting makes it the same at each attempt. */
  private static Iterator<NumberedText> byPicture(Iterator<NumberedText> texts) {
    List<NumberedText> all = new ArrayList<>();
    texts.forEachRemaining(all::add);
    all.sort(Comparator.comparing(NumberedText::picture).thenComparingLong(NumberedText::number));
    return all.iterator();
  }

  /** Scores the lines of a task as they are asked for. */
  static Iterator<ScoredText> scored(
      Iterator<NumberedText> texts,
      JudgeSettings settings,
      @Nullable CascadeSettings cascade,
      TaskContext task) {
    if (!texts.hasNext()) {
      return Iterators.forArray(); // no model for nothing
    }
    LineScorer scorer = scorer(settings, cascade, task);
    Iterator<LineScorer.ScoredLine> lines =
        scorer.score(
            Iterators.transform(
                texts, text -> new LineScorer.NumberedLine(text.number(), text.text())));
    return Iterators.transform(
        lines,
        line -> {
          task.killTaskIfInterrupted();
          return new ScoredText(line.number(), line.text(), line.error());
        });
  }

  private static LineScorer scorer(
      JudgeSettings settings, @Nullable CascadeSettings cascade, TaskContext task) {
    Path root = Path.of(settings.imageRoot());
    if (cascade == null) {
      return new LineScorer(
          ProcessJudges.of(settings, task),
          settings.voting(),
          settings.sampling(),
          settings.together(),
          root);
    }
    return new LineScorer(
        new Cascade(tier(cascade.first(), task), tier(settings, task), cascade.margin()),
        settings.together(),
        root);
  }

  private static Cascade.Tier tier(JudgeSettings settings, TaskContext task) {
    return new Cascade.Tier(
        ProcessJudges.of(settings, task), settings.voting(), settings.sampling());
  }

  /** The same partition for the same picture in every run. */
  private static final class PicturePartitioner extends org.apache.spark.Partitioner {
    private static final long serialVersionUID = 1;
    private final int partitions;

    PicturePartitioner(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object picture) {
      return Hashing.consistentHash(
          Hashing.murmur3_128().hashString((String) picture, StandardCharsets.UTF_8), partitions);
    }
  }
}
