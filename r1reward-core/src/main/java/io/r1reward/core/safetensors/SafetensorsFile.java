package io.r1reward.core.safetensors;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.r1reward.CheckpointException;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * An open safetensors file: the header is read and checked, the tensors are mapped into memory,
 * read-only. No byte of a tensor is read before it is looked at, and none enters the heap. The
 * checks are those of the format's reference parser and a few more; see {@link SafetensorsHeader}.
 *
 * <p>Closing ends all further access. Java 17 cannot undo a mapping by command: it goes when the
 * last buffer over it is garbage, and until then it costs address space, but neither heap nor a
 * file descriptor. The file must not be made shorter meanwhile: reading a page that is gone raises
 * {@link InternalError}, or ends the process if native code does it. Replacing the file by renaming
 * another over it is harmless. Thread-safe.
 */
public final class SafetensorsFile implements TensorSource, AutoCloseable {
  private final Path path;
  private final ImmutableMap<String, String> metadata;
  private final ImmutableMap<String, MappedTensor> tensors;
  private volatile @Nullable ImmutableList<MappedByteBuffer> regions;

  private SafetensorsFile(Path path, SafetensorsHeader header, MappedRegions mapped) {
    this.path = path;
    this.metadata = header.metadata();
    this.regions = mapped.buffers();
    ImmutableMap.Builder<String, MappedTensor> byName = ImmutableMap.builder();
    for (int i = 0; i < header.entries().size(); i++) {
      TensorInfo info = header.entries().get(i).info();
      byName.put(info.name(), new MappedTensor(this, info, mapped.places().get(i)));
    }
    this.tensors = byName.buildOrThrow();
  }

  /**
   * Opens a file, checks its header and maps its tensors.
   *
   * @throws CheckpointException if the file cannot be read or breaks a rule of the format
   */
  public static SafetensorsFile open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      SafetensorsHeader header = SafetensorsHeader.read(path, channel);
      return new SafetensorsFile(path, header, new MappedRegions(channel, header));
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be read: " + e, e);
    } catch (UnsupportedOperationException e) {
      throw new CheckpointException(
          path
              + ": cannot be mapped into memory from a file system of type "
              + path.getFileSystem().provider().getScheme()
              + "; weights must be files of the machine, copy the checkpoint there",
          e);
    }
  }

  /** Returns where the file is. */
  public Path path() {
    return path;
  }

  /** Returns the texts under {@code __metadata__}, empty where there are none. */
  public ImmutableMap<String, String> metadata() {
    return metadata;
  }

  /** Returns all tensors by name, in the order of their bytes. */
  @Override
  public ImmutableMap<String, MappedTensor> tensors() {
    return tensors;
  }

  @Override
  public String description() {
    return path.toString();
  }

  /**
   * Returns the mappings.
   *
   * @throws IllegalStateException if the file is closed
   */
  public ImmutableList<MappedByteBuffer> regions() {
    ImmutableList<MappedByteBuffer> open = regions;
    if (open == null) {
      throw new IllegalStateException(path + " is closed");
    }
    return open;
  }

  @Override
  public void close() {
    regions = null;
  }
}
