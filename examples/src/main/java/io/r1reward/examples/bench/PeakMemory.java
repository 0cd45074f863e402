package io.r1reward.examples.bench;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The most memory that something takes: of a CPU what this process has resident, mapped files
 * included; of a GPU what is in use on the card, looked at now and then. Not thread-safe.
 */
final class PeakMemory {
  private static final Path FORGET = Path.of("/proc/self/clear_refs");

  /** Makes Linux forget the highest resident size. */
  private static final String RESET_PEAK = "5";

  private static final Duration INTERVAL = Duration.ofMillis(20);

  private final Device device;
  private long most;

  /** Of a device. */
  PeakMemory(Device device) {
    this.device = device;
  }

  /** Runs something and counts its memory. */
  void during(Runnable work) {
    if (device.isGpu()) {
      onGpu(work);
    } else {
      onCpu(work);
    }
  }

  /** Returns the most bytes of all that was run; none where the system does not tell. */
  OptionalLong bytes() {
    return most == 0 ? OptionalLong.empty() : OptionalLong.of(most);
  }

  private void onCpu(Runnable work) {
    try {
      if (Files.isWritable(FORGET)) {
        Files.writeString(FORGET, RESET_PEAK);
      }
      work.run();
      most = Math.max(most, ProcessMemory.peak().orElse(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void onGpu(Runnable work) {
    Watch watch = new Watch();
    Thread thread = new Thread(watch, "bench-gpu-memory");
    thread.setDaemon(true);
    thread.start();
    try {
      work.run();
    } finally {
      watch.ended = true;
      Uninterruptibles.joinUninterruptibly(thread);
    }
    most = Math.max(most, watch.most);
  }

  private final class Watch implements Runnable {
    private volatile boolean ended;
    private volatile long most;

    @Override
    public void run() {
      while (!ended) {
        long used = CudaUtils.getGpuMemory(device).getCommitted();
        most = Math.max(most, used);
        Uninterruptibles.sleepUninterruptibly(INTERVAL);
      }
    }
  }
}
