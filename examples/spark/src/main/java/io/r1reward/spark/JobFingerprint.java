package io.r1reward.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import io.r1reward.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;

/**
 * What a folder of results was made from; a job goes on only in one that it would have made. The
 * checkpoint's own content is not looked at: name a revision, or a folder that nobody changes.
 * Immutable.
 *
 * @param content settings, partitions, and number and digest of the input's lines
 */
record JobFingerprint(JsonNode content) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String FILE = "_job.json";

  /** Reads the whole input once. */
  static JobFingerprint of(
      JudgeSettings settings,
      @Nullable CascadeSettings cascade,
      int partitions,
      JavaRDD<String> lines)
      throws IOException {
    ObjectNode content = JSON.createObjectNode();
    content.set("settings", asked(settings));
    content.put("margin", cascade == null ? "no cascade" : Double.toString(cascade.margin()));
    if (cascade != null) {
      content.set("first", asked(cascade.first()));
    }
    content.put("partitions", partitions);
    long[] sums =
        lines
            .zipWithIndex()
            .map(line -> new long[] {1, digest(line._2(), line._1())})
            .fold(new long[2], (a, b) -> new long[] {a[0] + b[0], a[1] + b[1]});
    content.put("lines", sums[0]).put("digest", Long.toHexString(sums[1]));
    return new JobFingerprint(JSON.readTree(content.toString())); // numbers as they read back
  }

  private static ObjectNode asked(JudgeSettings settings) {
    ObjectNode asked = JSON.valueToTree(settings);
    asked.remove("together"); // batches do not change scores
    asked.remove("threads");
    return asked;
  }

  private static long digest(long index, String line) {
    return Hashing.sha256()
        .newHasher()
        .putLong(index)
        .putString(line, StandardCharsets.UTF_8)
        .hash()
        .asLong();
  }

  /**
   * Writes this into a folder, or checks that the one which stands there is the same.
   *
   * @throws InvalidInputException naming the first thing that differs
   */
  void keep(String folder) throws IOException {
    Path file = new Path(folder, FILE);
    FileSystem system = file.getFileSystem(new Configuration());
    if (system.exists(file)) {
      JsonNode before;
      try (InputStream in = system.open(file)) {
        before = JSON.readTree(in);
      }
      requireSame(before, content, folder);
      return;
    }
    try (OutputStream out = system.create(file, false)) {
      out.write((content.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void requireSame(JsonNode before, JsonNode now, String folder) {
    for (Map.Entry<String, JsonNode> field : now.properties()) {
      JsonNode then = before.path(field.getKey());
      if (field.getValue().isObject() && then.isObject()) {
        requireSame(then, field.getValue(), folder);
      } else if (!then.equals(field.getValue())) {
        throw new InvalidInputException(
            "output %s was made with %s %s, now it is %s; give another folder"
                .formatted(folder, field.getKey(), then, field.getValue()));
      }
    }
  }
}
