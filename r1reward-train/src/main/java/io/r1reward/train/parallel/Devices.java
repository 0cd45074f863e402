package io.r1reward.train.parallel;

import ai.djl.Device;
import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.core.torch.jni.Torch;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names of the devices that replicas live on, one replica each. Immutable. */
public final class Devices {
  private final ImmutableList<String> names;

  private Devices(ImmutableList<String> names) {
    this.names = names;
  }

  /**
   * Devices by name. Several replicas may share the CPU, each GPU takes one.
   *
   * @param names {@code cpu}, {@code cuda:N}, or {@code auto} for the first GPU where there is one;
   *     at least one
   * @throws InvalidInputException if there is no name, or a GPU is named twice
   * @throws io.r1reward.EngineException if a device is not there
   */
  public static Devices of(List<String> names) {
    if (names.isEmpty()) {
      throw new InvalidInputException("training needs at least 1 device, got 0");
    }
    Set<Device> taken = new HashSet<>();
    for (String name : names) {
      Device device = Torch.device(name);
      if (device.isGpu() && !taken.add(device)) {
        throw new InvalidInputException(
            "device cuda:"
                + device.getDeviceId()
                + " is named twice in "
                + names
                + ", a GPU takes at most 1 replica");
      }
    }
    return new Devices(ImmutableList.copyOf(names));
  }

  /**
   * Returns the names, in the order of the replicas; the first replica is the one that is saved.
   */
  public ImmutableList<String> names() {
    return names;
  }
}
