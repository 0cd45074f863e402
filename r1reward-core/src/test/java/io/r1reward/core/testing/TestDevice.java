package io.r1reward.core.testing;

/** Where tests of PyTorch's numbers compute. */
public final class TestDevice {
  /** What the property {@code r1reward.device} names: {@code cpu}, or {@code cuda:N}. */
  public static final String NAME = System.getProperty("r1reward.device", "cpu");

  private TestDevice() {}

  /** Whether that is a CPU, on which sums do not depend on what is computed beside them. */
  public static boolean isCpu() {
    return NAME.equals("cpu");
  }
}
