package io.r1reward.train.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Appends one JSON object per step to a file: {@code {"step": 7, "reward/mean": 1.2, …, "samples":
 * […]}}. A number that is not finite is written as a string. When a run resumes, lines of later
 * steps, and half a line at the end, are removed. Not thread-safe.
 */
public final class JsonLinesMetrics implements TrainingListener {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Path file;

  private JsonLinesMetrics(Path file) {
    this.file = file;
  }

  /** Writes to a file, which is made, its folder too, when the first step is done. */
  public static JsonLinesMetrics to(Path file) {
    return new JsonLinesMetrics(file);
  }

  @Override
  public void onStep(StepReport report) {
    ObjectNode line = JSON.createObjectNode().put("step", report.step());
    report
        .values()
        .forEach(
            (name, value) -> {
              if (Double.isFinite(value)) {
                line.put(name, value);
              } else {
                line.put(name, value.toString());
              }
            });
    for (StepReport.Sample sample : report.samples()) {
      line.withArray("samples")
          .addObject()
          .put("id", sample.id())
          .put("reward", sample.reward())
          .put("text", sample.text());
    }
    try {
      MoreFiles.createParentDirectories(file);
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write metrics to " + file + ": " + e, e);
    }
  }

  @Override
  public void onResume(long step) {
    if (!Files.exists(file)) {
      return;
    }
    try {
      List<String> kept = new ArrayList<>();
      for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n", -1)) {
        if (counts(line, step)) {
          kept.add(line);
        }
      }
      Path sibling = file.resolveSibling(file.getFileName() + ".tmp");
      Files.write(sibling, kept);
      Files.move(sibling, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot rewrite metrics in " + file + ": " + e, e);
    }
  }

  /**
   * Reads what a run wrote, without its samples; half a line at the end is left out.
   *
   * @throws IOException if the file cannot be read
   */
  public static List<StepReport> read(Path file) throws IOException {
    List<StepReport> reports = new ArrayList<>();
    for (String text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      if (counts(text, Long.MAX_VALUE)) {
        JsonNode line = JSON.readTree(text);
        StepReport.Builder report = StepReport.builder(line.get("step").longValue());
        line.properties().stream()
            .filter(field -> !field.getKey().equals("step") && !field.getKey().equals("samples"))
            .forEach(field -> report.put(field.getKey(), number(field.getValue())));
        reports.add(report.build());
      }
    }
    return reports;
  }

  /** Numbers that are not finite stand there as text. */
  private static double number(JsonNode value) {
    return value.isTextual() ? Double.parseDouble(value.textValue()) : value.doubleValue();
  }

  private static boolean counts(String line, long step) {
    try {
      JsonNode node = JSON.readTree(line);
      return node.has("step") && node.get("step").longValue() <= step;
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
