package io.r1reward.train.parallel;

import com.google.common.base.Throwables;
import io.r1reward.CancelledException;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.run.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@link Replicas#map}. The caller's thread works for the first network, a thread of
 * its own for each of the others; no two threads ever use one network at a time, and all have ended
 * when the call returns, also when it fails.
 */
final class SharedWork<J, R> {
  private final List<PolicyNetwork> networks;
  private final List<J> jobs;
  private final Replicas.Work<J, R> work;
  private final List<List<Integer>> shares;
  private final AtomicReferenceArray<R> results;
  private final AtomicReferenceArray<@Nullable Throwable> failures;
  private final List<Thread> helpers = new ArrayList<>();
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * Work to share.
   *
   * @param shares indices into {@code jobs} for each network, in order
   */
  SharedWork(
      List<PolicyNetwork> networks,
      List<J> jobs,
      List<List<Integer>> shares,
      Replicas.Work<J, R> work) {
    this.networks = networks;
    this.jobs = jobs;
    this.shares = shares;
    this.work = work;
    this.results = new AtomicReferenceArray<>(jobs.size());
    this.failures = new AtomicReferenceArray<>(networks.size());
  }

  List<R> run() {
    startHelpers();
    work(0);
    boolean interrupted = join();
    throwFailure();
    if (interrupted) {
      throw interruption();
    }
    List<R> all = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      all.add(results.get(i));
    }
    return all;
  }

  private void startHelpers() {
    for (int i = 1; i < networks.size(); i++) {
      if (!shares.get(i).isEmpty()) {
        int replica = i;
        Thread thread =
            new Thread(
                () -> {
                  Torch.prepareThread(networks.get(replica).settings().threads());
                  work(replica);
                },
                "replica-" + i + "-" + device(i));
        thread.setDaemon(true);
        helpers.add(thread);
      }
    }
    helpers.forEach(Thread::start);
  }

  private void work(int replica) {
    try {
      for (int job : shares.get(replica)) {
        if (stopped.get()) {
          return;
        }
        if (Thread.currentThread().isInterrupted()) {
          throw interruption();
        }
        results.set(job, work.on(networks.get(replica), jobs.get(job)));
      }
    } catch (RuntimeException | Error e) {
      failures.set(replica, e);
      stop();
    }
  }

  /** Ends the work of all replicas: between two jobs, or within one that heeds interruption. */
  private void stop() {
    stopped.set(true);
    helpers.forEach(Thread::interrupt);
  }

  /** Waits for the helpers and says whether the calling thread was interrupted meanwhile. */
  private boolean join() {
    boolean interrupted = false;
    for (Thread helper : helpers) {
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
          stop();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return interrupted;
  }

  /** Cancellations of the others follow from a failure, and count only where there is no other. */
  private void throwFailure() {
    Throwable cancelled = null;
    for (int i = 0; i < failures.length(); i++) {
      Throwable failure = failures.get(i);
      if (failure instanceof CancelledException) {
        cancelled = cancelled == null ? failure : cancelled;
      } else if (failure != null && networks.size() > 1) {
        throw new TrainingException(
            "replica "
                + (i + 1)
                + " of "
                + networks.size()
                + ", on "
                + device(i)
                + ", failed: "
                + failure.getMessage(),
            failure);
      } else if (failure != null) {
        Throwables.throwIfUnchecked(failure);
      }
    }
    if (cancelled != null) {
      Throwables.throwIfUnchecked(cancelled);
    }
  }

  private String device(int replica) {
    return networks.get(replica).settings().device();
  }

  private static CancelledException interruption() {
    return new CancelledException("training was interrupted");
  }
}
