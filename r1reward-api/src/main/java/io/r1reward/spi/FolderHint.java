package io.r1reward.spi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Says what a folder that no engine opens is instead, and what to do about it. Stateless. */
final class FolderHint {

  /** A sign in the names of a folder's files, and what it means. */
  private record Sign(String glob, String meaning) {}

  private static final List<Sign> SIGNS =
      List.of(
          new Sign(
              "adapter_config.json",
              "it holds an adapter (PEFT) without its base model; merge the two, or export the judge"
                  + " of the training run"),
          new Sign(
              "snapshots",
              "it is a folder of a Hugging Face cache; the checkpoint is the folder below"
                  + " snapshots"),
          new Sign(
              "models--*",
              "it is the root of a Hugging Face cache; checkpoints are"
                  + " models--OWNER--NAME/snapshots/REVISION"),
          new Sign("*.gguf", "its weights are GGUF, which only llama.cpp reads"),
          new Sign(
              "*.bin",
              "its weights are pickled (*.bin); save them as safetensors, with save_pretrained of"
                  + " the public implementation"),
          new Sign(
              "*.pt*", "its weights are pickled (*.pt, *.pth); save them as safetensors instead"),
          new Sign(
              "model-*-of-*.safetensors",
              "it has shards but no model.safetensors.index.json, which comes with them"),
          new Sign("*.safetensors", "its safetensors files are not named model.safetensors"),
          new Sign("*.onnx", "it has ONNX graphs, but not in a layout that is known"));

  private FolderHint() {}

  static String of(Path folder) {
    try (Stream<Path> listing = Files.list(folder)) {
      List<Path> files = listing.map(Path::getFileName).toList();
      boolean config = files.stream().anyMatch(file -> file.toString().equals("config.json"));
      for (Sign sign : SIGNS) {
        var matcher = folder.getFileSystem().getPathMatcher("glob:" + sign.glob());
        if (files.stream().anyMatch(matcher::matches)) {
          return sign.meaning();
        }
      }
      if (config) {
        return "it has a config.json, but no weights (model.safetensors, or"
            + " model.safetensors.index.json with its shards)";
      }
      return files.isEmpty()
          ? "it is empty"
          : "a Hugging Face folder has a config.json and model.safetensors";
    } catch (IOException e) {
      return "it cannot be listed (" + e + ")";
    }
  }
}
