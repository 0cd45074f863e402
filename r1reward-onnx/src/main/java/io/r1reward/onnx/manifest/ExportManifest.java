package io.r1reward.onnx.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.JsonFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The manifest of an exported folder, {@value #FILE}: what it was made of and how, and every file
 * with its size and SHA-256. Immutable.
 *
 * @param format always {@value #FORMAT}
 * @param version of the layout, {@value #VERSION}
 * @param producer name and version of the exporting library
 * @param source name of the checkpoint's folder
 * @param options of the export, by name
 * @param decoder file of the decoder's graph
 * @param vision file of the vision tower's graph
 * @param embedding where the token embedding lies
 * @param parameters number of weights
 * @param files every other file of the folder, in the order of names
 */
public record ExportManifest(
    String format,
    int version,
    String producer,
    String source,
    Map<String, String> options,
    String decoder,
    String vision,
    Embedding embedding,
    long parameters,
    List<Entry> files) {

  /** Name of the manifest in its folder. */
  public static final String FILE = "r1reward-onnx.json";

  /** What {@link #format} has to be. */
  public static final String FORMAT = "r1reward-onnx";

  /** The only version there is. */
  public static final int VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /**
   * Where the token embedding lies.
   *
   * @param file a safetensors file of the folder
   * @param tensor its name there
   */
  public record Embedding(String file, String tensor) {}

  /**
   * One file.
   *
   * @param name in the folder
   * @param bytes its length
   * @param sha256 of its content, lower-case hexadecimal
   */
  public record Entry(String name, long bytes, String sha256) {

    /** Checks that the name leads nowhere else. */
    public Entry {
      if (name.isEmpty() || name.matches("\\.{1,2}|.*[/\\\\\\x00].*")) {
        throw new CheckpointException("manifest lists " + name + ", which is no file name");
      }
    }
  }

  /** Checks the format and copies the collections. */
  public ExportManifest {
    if (!FORMAT.equals(format) || version != VERSION) {
      throw new CheckpointException(
          String.format(
              "manifest has format %s, version %d; expected %s, version %d",
              format, version, FORMAT, VERSION));
    }
    options = ImmutableMap.copyOf(options);
    files = ImmutableList.copyOf(files);
  }

  /** Describes a file that exists. */
  public static Entry describe(Path file) throws IOException {
    return new Entry(String.valueOf(file.getFileName()), Files.size(file), sha256(file));
  }

  /**
   * Reads the manifest of a folder and checks that every file is there in full length.
   *
   * @throws CheckpointException if the manifest is missing or malformed, or a file is missing or of
   *     another length
   */
  public static ExportManifest read(Path folder) {
    Path file = folder.resolve(FILE);
    ExportManifest manifest;
    try {
      manifest = JSON.readValue(Files.readString(file), ExportManifest.class);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(file + ": is no manifest of an export: " + JsonFault.of(e), e);
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e, e);
    }
    for (Entry entry : manifest.files()) {
      manifest.checkLength(folder, entry);
    }
    manifest.checkListed(folder, manifest.decoder());
    manifest.checkListed(folder, manifest.vision());
    manifest.checkListed(folder, manifest.embedding().file());
    return manifest;
  }

  /** Returns the length of a file, if it is listed. */
  public OptionalLong bytesOf(String name) {
    return files.stream()
        .filter(entry -> entry.name().equals(name))
        .mapToLong(Entry::bytes)
        .findFirst();
  }

  /** Says whether an option of the export names a quantised format. */
  public boolean isQuantised(String option) {
    return options.getOrDefault(option, "").startsWith("INT");
  }

  /** Returns the format of most weights, as a model reports it. */
  public String dtype() {
    return options.getOrDefault("weights", "unknown").toLowerCase(Locale.ROOT);
  }

  /** Writes the manifest into a folder. */
  public void write(Path folder) throws IOException {
    Files.writeString(folder.resolve(FILE), JSON.writeValueAsString(this) + "\n");
  }

  /**
   * Checks the content of every file, which reads all of them.
   *
   * @throws CheckpointException naming the first file whose content has changed
   */
  public void verify(Path folder) {
    for (Entry entry : files) {
      String found;
      try {
        found = sha256(folder.resolve(entry.name()));
      } catch (IOException e) {
        throw new CheckpointException(folder.resolve(entry.name()) + ": cannot be read: " + e, e);
      }
      if (!found.equals(entry.sha256())) {
        throw new CheckpointException(
            folder.resolve(entry.name())
                + ": SHA-256 is "
                + found
                + ", the manifest says "
                + entry.sha256());
      }
    }
  }

  private void checkLength(Path folder, Entry entry) {
    Path file = folder.resolve(entry.name());
    try {
      if (!Files.isRegularFile(file)) {
        throw new CheckpointException(file + ": is missing, the manifest lists it");
      }
      long bytes = Files.size(file);
      if (bytes != entry.bytes()) {
        throw new CheckpointException(
            String.format("%s: has %,d bytes, the manifest says %,d", file, bytes, entry.bytes()));
      }
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e, e);
    }
  }

  private void checkListed(Path folder, String name) {
    if (files.stream().noneMatch(entry -> entry.name().equals(name))) {
      throw new CheckpointException(
          folder.resolve(FILE) + ": " + name + " is not among its " + files.size() + " files");
    }
  }

  private static String sha256(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }
}
