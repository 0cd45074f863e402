package io.r1reward.examples.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import io.r1reward.ModelInfo;
import io.r1reward.core.json.JsonFault;
import io.r1reward.examples.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file of results was made from. It stands as JSON beside the results, and a later run goes
 * on in them only where it would make the same. Immutable.
 *
 * @param checkpoint path of the judge, for a reader; where it lies decides nothing
 * @param digest of the judge's content
 * @param settings what was asked for and changes results, by option
 * @param computed engine, device and number format that were taken; empty where no model was opened
 * @param lines of the input, in its order
 */
public record Fingerprint(
    String checkpoint,
    String digest,
    ImmutableMap<String, String> settings,
    ImmutableMap<String, String> computed,
    ImmutableList<InputDigest> lines) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          // an id such as 1.50 stays what it was
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** Takes the fingerprint of a run that is to begin. */
  public static Fingerprint of(
      Path checkpoint, Map<String, String> settings, Collection<InputDigest> lines)
      throws IOException {
    return new Fingerprint(
        checkpoint.toString(),
        ContentDigest.ofCheckpoint(checkpoint),
        ImmutableMap.copyOf(settings),
        ImmutableMap.of(),
        ImmutableList.copyOf(lines));
  }

  /** Returns where the fingerprint of a file of results stands. */
  public static Path beside(Path output) {
    return output.resolveSibling(output.getFileName() + ".fingerprint.json");
  }

  /**
   * Reads the fingerprint of results that are there.
   *
   * @throws UsageException if it is lost or is none
   */
  public static Fingerprint read(Path output) throws IOException {
    Path file = beside(output);
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      JsonNode judge = root.required("checkpoint");
      ImmutableList.Builder<InputDigest> lines = ImmutableList.builder();
      for (JsonNode line : root.required("inputs")) {
        lines.add(
            new InputDigest(
                line.required("line").asLong(),
                line.required("id").toString(),
                line.required("digest").asText()));
      }
      return new Fingerprint(
          judge.required("path").asText(),
          judge.required("digest").asText(),
          texts(root.required("settings")),
          texts(root.required("computed")),
          lines.build());
    } catch (NoSuchFileException e) {
      throw refused(output, "has results, but " + file + ", which tells what made them, is lost");
    } catch (JsonProcessingException e) {
      throw refused(
          output, "cannot be trusted: " + file + " is no fingerprint: " + JsonFault.of(e));
    } catch (IllegalArgumentException e) {
      throw refused(output, "cannot be trusted: " + file + " is no fingerprint: " + e.getMessage());
    }
  }

  /**
   * Checks that a run with this fingerprint may go on in results with another.
   *
   * @param before of the results that are there
   * @param output the results
   * @param written how many lines they have
   * @param changing places, from 0, of lines that may differ since they are judged again
   * @throws UsageException naming the first thing that differs, before and now
   */
  public void requireSame(
      Fingerprint before, Path output, long written, Collection<Long> changing) {
    if (!digest.equals(before.digest)) {
      throw refused(
          output,
          "was made by another checkpoint: %s with digest %s, now %s with digest %s"
              .formatted(before.checkpoint, brief(before.digest), checkpoint, brief(digest)));
    }
    requireSame(before.settings, settings, output);
    for (int i = 0; i < written; i++) {
      if (!changing.contains((long) i)) {
        requireSameLine(before, output, i);
      }
    }
  }

  /** Returns what of a model's engine changes results; a GPU's number does not. */
  public static ImmutableMap<String, String> computedBy(ModelInfo info) {
    return ImmutableMap.of(
        "engine",
        info.engine(),
        "device",
        info.device().replaceFirst(":.*", ""),
        "number format",
        info.dtype());
  }

  /**
   * Returns a copy that tells what computes now.
   *
   * @param before of the results that are there, null where there are none
   * @throws UsageException if something else computed them
   */
  public Fingerprint computing(Map<String, String> now, @Nullable Fingerprint before, Path output) {
    if (before != null && !before.computed.isEmpty()) {
      requireSame(before.computed, now, output);
    }
    return new Fingerprint(checkpoint, digest, settings, ImmutableMap.copyOf(now), lines);
  }

  /**
   * Checks that results which are there were made with the same settings.
   *
   * @throws UsageException naming the first that differs, before and now
   */
  public static void requireSame(
      Map<String, String> before, Map<String, String> after, Path output) {
    for (String name : Sets.union(after.keySet(), before.keySet())) {
      String then = before.getOrDefault(name, "not given");
      String now = after.getOrDefault(name, "not given");
      if (!then.equals(now)) {
        throw refused(output, "was made with " + name + " " + then + ", now it is " + now);
      }
    }
  }

  private static ImmutableMap<String, String> texts(JsonNode object) {
    ImmutableMap.Builder<String, String> texts = ImmutableMap.builder();
    for (Map.Entry<String, JsonNode> one : object.properties()) {
      texts.put(one.getKey(), one.getValue().asText());
    }
    return texts.buildKeepingLast();
  }

  private void requireSameLine(Fingerprint before, Path output, int place) {
    @Nullable InputDigest then = place < before.lines.size() ? before.lines.get(place) : null;
    @Nullable InputDigest now = place < lines.size() ? lines.get(place) : null;
    if (then == null) {
      throw refused(output, "has more lines than its fingerprint, " + before.lines.size());
    }
    if (now == null) {
      throw refused(output, "has line " + (place + 1) + ", the input only " + lines.size());
    }
    if (!then.id().equals(now.id())) {
      throw refused(
          output,
          "belongs to another input: its line %d is of id %s, now line %d of the input has id %s"
              .formatted(place + 1, then.id(), now.line(), now.id()));
    }
    if (!then.digest().equals(now.digest())) {
      throw refused(
          output,
          "was made before input line %d (id %s) or a picture or video of it was edited: digest %s, now %s"
              .formatted(now.line(), now.id(), brief(then.digest()), brief(now.digest())));
    }
  }

  /** Returns a copy with other lines. */
  public Fingerprint withLines(Collection<InputDigest> others) {
    return new Fingerprint(checkpoint, digest, settings, computed, ImmutableList.copyOf(others));
  }

  /** Writes this beside results, whole or not at all. */
  public void write(Path output) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("about", "What " + output.getFileName() + " was made from; a run goes on only there.");
    root.putObject("checkpoint")
        .put("path", checkpoint)
        .put("digest", digest)
        .put("covers", ContentDigest.CHECKPOINT_COVERS);
    ObjectNode asked = root.putObject("settings");
    settings.forEach(asked::put);
    ObjectNode took = root.putObject("computed");
    computed.forEach(took::put);
    ArrayNode inputs = root.putArray("inputs");
    for (InputDigest line : lines) {
      ObjectNode node = inputs.addObject().put("line", line.line());
      node.set("id", JSON.readTree(line.id()));
      node.put("digest", line.digest());
    }
    Path file = beside(output);
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    Files.writeString(partial, root.toPrettyString() + "\n");
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Says why a run does not go on in results that are there, and what to do. */
  public static UsageException refused(Path output, String reason) {
    return new UsageException(
        "--output "
            + output
            + " "
            + reason
            + "; give --overwrite to start afresh, or another"
            + " --output");
  }

  private static String brief(String digest) {
    return digest.substring(0, Math.min(12, digest.length()));
  }
}
