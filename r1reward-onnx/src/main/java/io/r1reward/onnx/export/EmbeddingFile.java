package io.r1reward.onnx.export;

import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.checkpoint.MappedTensor;
import io.r1reward.core.checkpoint.ModelTensors;
import io.r1reward.onnx.manifest.ExportManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Puts the token embedding beside the graphs: where a file that holds it is linked anyway it is
 * taken from there, otherwise it is copied to a safetensors file of its own, in its own format.
 */
final class EmbeddingFile {
  private static final String NAME = "embed_tokens.safetensors";
  private static final int CHUNK = 1 << 24;

  private EmbeddingFile() {}

  static ExportManifest.Embedding write(
      Checkpoint checkpoint, Path folder, Links links, List<ExportManifest.Entry> files)
      throws IOException {
    MappedTensor tensor = checkpoint.require(ModelTensors.EMBEDDING);
    Links.Place place = links.find(tensor);
    if (place != null) {
      return new ExportManifest.Embedding(place.file(), tensor.name());
    }
    try (DataFile file = new DataFile(folder.resolve(NAME))) {
      file.append(header(tensor));
      long bytes = tensor.info().bytes();
      for (long at = 0; at < bytes; at += CHUNK) {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, bytes - at));
        tensor.read(at, chunk);
        file.append(chunk.flip());
      }
      long size = file.size();
      files.add(new ExportManifest.Entry(NAME, size, file.finish()));
    }
    return new ExportManifest.Embedding(NAME, ModelTensors.EMBEDDING);
  }

  private static ByteBuffer header(MappedTensor tensor) {
    String json =
        String.format(
            "{\"%s\":{\"dtype\":\"%s\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}",
            ModelTensors.EMBEDDING,
            tensor.dtype(),
            tensor.shape().get(0),
            tensor.shape().get(1),
            tensor.info().bytes());
    byte[] padded = (json + " ".repeat(-json.length() & 7)).getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(8 + padded.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(padded.length)
        .put(padded)
        .flip();
  }
}
