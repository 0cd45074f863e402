package io.r1reward.spi;

import java.nio.file.Path;

/**
 * Brings checkpoints that are not in a folder yet. Found through {@link java.util.ServiceLoader};
 * implementations are public, thread-safe, have a public constructor without arguments and do no
 * work before {@link #fetch}.
 */
public interface CheckpointSource {

  /** Returns what names of this source begin with, without the colon, such as {@code hf}. */
  String prefix();

  /**
   * Brings a checkpoint, and waits.
   *
   * @param name what stands behind the prefix and its colon
   * @return a folder that holds it
   * @throws io.r1reward.InvalidInputException if the name is malformed; told before any work
   * @throws io.r1reward.CheckpointException if there is no such checkpoint, or it is not given
   * @throws io.r1reward.CancelledException if the thread is interrupted; its flag stays set
   * @throws io.r1reward.RewardModelException if it cannot be brought for another reason
   */
  Path fetch(String name);
}
