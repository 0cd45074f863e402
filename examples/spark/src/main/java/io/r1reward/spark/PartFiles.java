package io.r1reward.spark;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;

/**
 * The results of partitions, each a file that is there whole or not at all: a task writes under a
 * name of its own attempt and renames at the end, so that a killed, repeated or doubled task does
 * no harm, and a partition whose file is there is done. A line is the number of the input's line, a
 * tab, and the score's JSON. Immutable.
 *
 * @param folder on any file system that Spark reaches
 * @param partitions how many there are
 */
record PartFiles(String folder, int partitions) implements Serializable {

  private Path file(int partition) {
    return new Path(folder, String.format(Locale.ROOT, "part-%05d-of-%05d", partition, partitions));
  }

  boolean isDone(int partition) throws IOException {
    Path file = file(partition);
    return system(file).exists(file);
  }

  /** Returns how many partitions are done. */
  int done() throws IOException {
    int done = 0;
    for (int i = 0; i < partitions; i++) {
      done += isDone(i) ? 1 : 0;
    }
    return done;
  }

  /** Writes the file of a partition; returns how many lines of it failed. */
  long write(int partition, Iterator<ScoredText> scores, TaskContext task) throws IOException {
    Path file = file(partition);
    FileSystem system = system(file);
    Path attempt = new Path(folder, "_attempt-" + task.taskAttemptId() + "-" + file.getName());
    long failed = 0;
    try {
      try (BufferedWriter out =
          new BufferedWriter(
              new OutputStreamWriter(system.create(attempt, true), StandardCharsets.UTF_8))) {
        while (scores.hasNext()) {
          ScoredText score = scores.next();
          failed += score.error() == null ? 0 : 1;
          out.write(score.number() + "\t" + score.text() + "\n");
        }
      }
      if (!system.rename(attempt, file) && !system.exists(file)) {
        throw new IOException(attempt + " cannot be renamed to " + file);
      }
    } finally {
      system.delete(attempt, false);
    }
    return failed;
  }

  /** Reads the lines of a partition that is done. */
  List<ScoredText> read(int partition) throws IOException {
    Path file = file(partition);
    List<ScoredText> lines = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(system(file).open(file), StandardCharsets.UTF_8))) {
      String line;
      while ((line = in.readLine()) != null) {
        int tab = line.indexOf('\t');
        lines.add(new ScoredText(Long.parseLong(line, 0, tab, 10), line.substring(tab + 1), null));
      }
    }
    return lines;
  }

  private static FileSystem system(Path path) throws IOException {
    return path.getFileSystem(new Configuration());
  }
}
