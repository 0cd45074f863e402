package io.r1reward.core.testing;

import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.checkpoint.CheckpointWriter;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Checkpoints whose tensors have the names of another release. */
public final class RenamedCheckpoint {

  private RenamedCheckpoint() {}

  /** The names of release 4.52 and later of the public implementation. */
  public static String newer(String classic) {
    return classic.startsWith("visual.")
        ? "model." + classic
        : classic.replaceFirst("^model\\.", "model.language_model.");
  }

  /** Writes a copy of a reference checkpoint, in shards of half a megabyte, and returns it. */
  public static Path write(String reference, Path target, UnaryOperator<String> name) {
    try (Checkpoint original = Checkpoint.open(Reference.path(reference))) {
      List<TensorData> renamed = new ArrayList<>();
      for (MappedTensor tensor : original.tensors().values()) {
        TensorInfo info = new TensorInfo(name.apply(tensor.name()), tensor.dtype(), tensor.shape());
        renamed.add(TensorData.of(info, tensor.bytes()));
      }
      CheckpointWriter.to(target)
          .companionsOf(original.folder())
          .shardBytes(500_000)
          .write(renamed);
    }
    return target;
  }
}
