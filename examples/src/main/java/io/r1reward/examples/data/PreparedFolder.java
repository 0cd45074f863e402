package io.r1reward.examples.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.examples.results.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where prepared data lie. {@code made-from.json} stands there first and {@code summary.json} last;
 * everything else is written under another name and moved when it is whole.
 *
 * @param folder of one run's results
 */
record PreparedFolder(Path folder) {
  static final String TRAIN = "train.jsonl";
  static final String HELD_OUT = "held-out.jsonl";
  static final String DROPPED = "dropped.jsonl";
  static final String SUMMARY = "summary.json";
  static final String CHART = "summary.png";
  static final String IMAGES = "images";
  static final String INCOMING = ".incoming";
  private static final String MADE_FROM = "made-from.json";
  private static final String PARTIAL = ".partial";
  private static final ImmutableList<String> FILES =
      ImmutableList.of(SUMMARY, CHART, TRAIN, HELD_OUT, DROPPED, MADE_FROM);
  private static final JsonMapper JSON = new JsonMapper();

  Path partial(String name) {
    return folder.resolve(name + PARTIAL);
  }

  /** Moves what is whole to its name. */
  void finish(String name) throws IOException {
    Files.move(partial(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  void write(String name, JsonNode content) throws IOException {
    Files.writeString(partial(name), content.toPrettyString() + "\n");
    finish(name);
  }

  boolean isWhole() {
    return Files.exists(folder.resolve(SUMMARY));
  }

  /**
   * Says what the results are made from, or checks that those that are there are made from it.
   *
   * @throws io.r1reward.examples.UsageException naming the first thing that differs, before and now
   */
  void begin(Map<String, String> madeFrom) throws IOException {
    Path file = folder.resolve(MADE_FROM);
    if (!Files.exists(file)) {
      for (String name : FILES) {
        if (Files.exists(folder.resolve(name))) {
          throw Fingerprint.refused(
              folder, "has " + name + ", but " + MADE_FROM + ", which tells its inputs, is lost");
        }
      }
      ObjectNode now = JSON.createObjectNode();
      madeFrom.forEach(now::put);
      write(MADE_FROM, now);
      return;
    }
    Map<String, String> before = new LinkedHashMap<>();
    JSON.readTree(file.toFile())
        .properties()
        .forEach(one -> before.put(one.getKey(), one.getValue().asText()));
    Fingerprint.requireSame(before, madeFrom, folder);
  }

  /** Removes the results of a run, and nothing else that lies in the folder. */
  void clear() throws IOException {
    for (String name : FILES) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Path images = folder.resolve(IMAGES);
    if (Files.isDirectory(images)) {
      try (Stream<Path> files = Files.list(images)) {
        for (Path one : files.toList()) {
          if (String.valueOf(one.getFileName()).matches("[0-9a-f]{64}\\.[a-z]+")) {
            Files.delete(one);
          }
        }
      }
    }
  }
}
