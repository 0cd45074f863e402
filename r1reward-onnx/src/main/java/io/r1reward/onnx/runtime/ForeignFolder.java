package io.r1reward.onnx.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.r1reward.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A folder with Qwen2.5-VL as three graphs that somebody else exported: vision encoder, embedding,
 * and a decoder that takes {@code attention_mask} and {@code position_ids}. Two layouts are known:
 *
 * <ul>
 *   <li>that of transformers.js (onnx-community): {@code onnx/vision_encoder.onnx}, {@code
 *       onnx/embed_tokens.onnx} and {@code onnx/decoder_model_merged.onnx}, each in several number
 *       formats with a suffix such as {@code _q4} or {@code _fp16}
 *   <li>that of onnxruntime-genai, whose {@code genai_config.json} names the files
 * </ul>
 *
 * Both need the checkpoint's {@code config.json} beside them.
 *
 * @param vision the vision encoder
 * @param embedding token ids to embeddings
 * @param decoder embeddings to logits
 */
record ForeignFolder(Path vision, Path embedding, Path decoder) {
  private static final String GENAI = "genai_config.json";
  private static final String ONNX = "onnx";

  /** Formats of transformers.js, in the order in which they are preferred. */
  private static final List<String> SUFFIXES =
      List.of("", "_q4", "_int8", "_uint8", "_quantized", "_bnb4", "_fp16", "_q4f16");

  /** Says whether a folder has one of the layouts; looks at file names only. */
  static boolean recognises(Path folder) {
    return Files.isRegularFile(folder.resolve(GENAI))
        || find(folder, "decoder_model_merged", Optional.empty()).isPresent();
  }

  /**
   * Finds the graphs.
   *
   * @param variant suffix of the wanted number format, such as {@code q4}; empty for the first that
   *     is there, full precision before quantised
   * @throws CheckpointException if a graph is missing
   */
  static ForeignFolder of(Path folder, Optional<String> variant) {
    if (Files.isRegularFile(folder.resolve(GENAI))) {
      return ofGenai(folder);
    }
    return new ForeignFolder(
        require(folder, "vision_encoder", variant),
        require(folder, "embed_tokens", variant),
        require(folder, "decoder_model_merged", variant));
  }

  private static ForeignFolder ofGenai(Path folder) {
    Path file = folder.resolve(GENAI);
    JsonNode model;
    try {
      model = new ObjectMapper().readTree(Files.readAllBytes(file)).path("model");
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e, e);
    }
    return new ForeignFolder(
        named(folder, file, model, "vision"),
        named(folder, file, model, "embedding"),
        named(folder, file, model, "decoder"));
  }

  private static Path named(Path folder, Path file, JsonNode model, String part) {
    String name = model.path(part).path("filename").asText();
    if (name.isEmpty()) {
      throw new CheckpointException(file + ": model." + part + ".filename is missing");
    }
    Path graph = folder.resolve(name).normalize();
    if (!graph.startsWith(folder.normalize()) || !Files.isRegularFile(graph)) {
      throw new CheckpointException(
          file + ": model." + part + ".filename " + name + " is no file of the folder");
    }
    return graph;
  }

  private static Path require(Path folder, String name, Optional<String> variant) {
    return find(folder, name, variant)
        .orElseThrow(
            () ->
                new CheckpointException(
                    folder.resolve(ONNX)
                        + ": "
                        + name
                        + variant.map(v -> "_" + v).orElse("")
                        + ".onnx is missing"
                        + (variant.isPresent() ? "" : ", and so is every variant " + SUFFIXES)));
  }

  private static Optional<Path> find(Path folder, String name, Optional<String> variant) {
    Path graphs = folder.resolve(ONNX);
    // one number format for all is usual, but some exports leave a part in full precision
    List<String> suffixes =
        variant.<List<String>>map(v -> List.of(v.isEmpty() ? "" : "_" + v, "")).orElse(SUFFIXES);
    return suffixes.stream()
        .map(suffix -> graphs.resolve(name + suffix + ".onnx"))
        .filter(Files::isRegularFile)
        .findFirst();
  }
}
