package io.r1reward.examples;

import io.r1reward.core.machine.Processor;
import io.r1reward.core.torch.jni.Torch;

/** Chooses number formats where the user leaves it to the program. Stateless. */
public final class NumberFormats {

  private NumberFormats() {}

  /**
   * Says whether a device computes in bfloat16: a processor without instructions for it is many
   * times slower than in float32.
   *
   * @param device {@code auto}, {@code cpu} or {@code cuda:N}
   */
  public static boolean bfloat16(String device) {
    return Torch.device(device).isGpu() || Processor.current().bfloat16();
  }
}
