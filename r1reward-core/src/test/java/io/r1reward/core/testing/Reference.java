package io.r1reward.core.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.io.Resources;
import io.r1reward.core.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The reference vectors, from the class path: {@code name} is always a path below {@code
 * reference/}, such as {@code cases/a-text-only/case.json}. Thread-safe.
 */
public final class Reference {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Map<String, Path> PATHS = new ConcurrentHashMap<>();

  private Reference() {}

  /** Reads a JSON file; take its numbers with {@link #number} where they may be non-finite. */
  public static JsonNode json(String name) {
    try {
      return MAPPER.readTree(bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads all bytes of a file. */
  public static byte[] bytes(String name) {
    try {
      return Resources.toByteArray(Resources.getResource("reference/" + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the tensors of a safetensors file. */
  public static ReferenceTensors tensors(String name) {
    try (SafetensorsFile file = SafetensorsFile.open(path(name))) {
      return new ReferenceTensors(file);
    }
  }

  /**
   * Returns where a file or folder is; from a jar it is first copied into a temporary folder, which
   * goes at the end of the process.
   */
  public static Path path(String name) {
    return PATHS.computeIfAbsent(name, Reference::extract);
  }

  /** Returns the names of the model cases of Qwen2.5-VL, in alphabetical order. */
  public static List<String> cases() {
    return allCases().stream().filter(name -> !name.startsWith("q3-")).toList();
  }

  /** Returns the names of the model cases of Qwen3-VL, in alphabetical order. */
  public static List<String> qwen3Cases() {
    return allCases().stream().filter(name -> name.startsWith("q3-")).toList();
  }

  /** Returns the names of all model cases, {@code cases/NAME}, in alphabetical order. */
  public static List<String> allCases() {
    try (Stream<Path> folders = Files.list(path("cases"))) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a number that may be written as "NaN", "Infinity" or "-Infinity". */
  public static double number(JsonNode node) {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (node.asText()) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw new IllegalArgumentException("not a number: " + node);
    };
  }

  /** Returns all numbers of an array, of nested ones in row-major order. */
  public static double[] numbers(JsonNode node) {
    return leaves(node).mapToDouble(Reference::number).toArray();
  }

  /** Returns all whole numbers of an array, of nested ones in row-major order. */
  public static int[] ints(JsonNode node) {
    return leaves(node)
        .mapToInt(
            leaf -> {
              if (!leaf.canConvertToInt()) {
                throw new IllegalArgumentException("not a whole number: " + leaf);
              }
              return leaf.intValue();
            })
        .toArray();
  }

  private static Stream<JsonNode> leaves(JsonNode node) {
    return node.isArray() ? node.valueStream().flatMap(Reference::leaves) : Stream.of(node);
  }

  private static Path extract(String name) {
    try {
      URI uri = Resources.getResource("reference/" + name).toURI();
      if (!uri.getScheme().equals("jar")) {
        return Path.of(uri);
      }
      String last = name.substring(name.lastIndexOf('/') + 1);
      Path target = Files.createTempDirectory("reference").resolve(last);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(target.getParent())));
      String jar = uri.getSchemeSpecificPart().split("!", -1)[0];
      try (FileSystem zip = FileSystems.newFileSystem(Path.of(new URI(jar)))) {
        copy(zip.getPath("reference").resolve(name), target);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> all = Files.walk(source)) {
      for (Path from : (Iterable<Path>) all::iterator) {
        Files.copy(from, target.resolve(source.relativize(from).toString()));
      }
    }
  }

  private static void delete(Path folder) {
    try {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
