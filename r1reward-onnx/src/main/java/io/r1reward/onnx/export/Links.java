package io.r1reward.onnx.export;

import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.MappedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hard links from an export to the files of its checkpoint, so that tensors which need no change
 * are used where they lie. ONNX Runtime refuses files outside the graph's own folder, symbolic
 * links included; a hard link is a file of that folder. Not thread-safe.
 */
final class Links {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);

  private final Path folder;
  private final Map<Path, String> names = new LinkedHashMap<>();
  private boolean possible;

  /**
   * Links into a folder.
   *
   * @param wanted false to find no place for any tensor
   */
  Links(Path folder, boolean wanted) {
    this.folder = folder;
    this.possible = wanted;
  }

  /**
   * Where a tensor lies.
   *
   * @param file name in the export's folder
   * @param offset first byte
   */
  record Place(String file, long offset) {}

  /** Returns where a float32 tensor can be used, or null where it has to be copied. */
  @Nullable Place find(MappedTensor tensor) {
    long offset = tensor.position();
    if (!possible || tensor.dtype() != DType.F32 || offset % Float.BYTES != 0) {
      return null;
    }
    String name = link(tensor.file().path());
    return name == null ? null : new Place(name, offset);
  }

  /** Returns the names of all links made. */
  List<String> names() {
    return List.copyOf(names.values());
  }

  private @Nullable String link(Path file) {
    String known = names.get(file);
    if (known != null) {
      return known;
    }
    // not model.safetensors: the folder is no Hugging Face checkpoint
    String name = String.format("weights-%05d.safetensors", names.size() + 1);
    try {
      Files.createLink(folder.resolve(name), file.toRealPath());
    } catch (IOException | UnsupportedOperationException | ProviderMismatchException e) {
      LOG.info("weights are copied, {} cannot be linked into {}: {}", file, folder, e.toString());
      possible = false;
      return null;
    }
    names.put(file, name);
    return name;
  }
}
