package io.r1reward.onnx.export;

import io.r1reward.CheckpointException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.onnx.manifest.ExportManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Puts the token embedding beside the graphs: where a file that holds it is linked anyway it is
 * taken from there, otherwise it is copied to a safetensors file of its own, in its own format.
 */
final class EmbeddingFile {
  private static final String NAME = "embed_tokens.safetensors";

  private EmbeddingFile() {}

  static ExportManifest.Embedding write(
      Checkpoint checkpoint, Path folder, Links links, List<ExportManifest.Entry> files)
      throws IOException {
    MappedTensor tensor = checkpoint.require(ModelTensors.EMBEDDING);
    Links.Place place = links.find(tensor);
    if (place != null) {
      return new ExportManifest.Embedding(place.file(), tensor.storedName());
    }
    try {
      SafetensorsWriter.write(folder.resolve(NAME), List.of(tensor));
    } catch (CheckpointException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause; // the export failed, not this file alone
      }
      throw e;
    }
    files.add(ExportManifest.describe(folder.resolve(NAME)));
    return new ExportManifest.Embedding(NAME, tensor.name());
  }
}
