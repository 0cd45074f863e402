package io.r1reward.onnx.runtime;

import ai.onnxruntime.OrtEnvironment;
import io.r1reward.EngineException;
import io.r1reward.core.machine.Natives;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** ONNX Runtime in this process. Thread-safe. */
final class OnnxRuntime {
  /**
   * Bytes of stack for making the environment: ONNX Runtime 1.29 takes the JVM's command line apart
   * by a recursion over its characters, and the process dies where 3,500 of them meet a stack of 1
   * MiB. This is enough for 60,000.
   */
  private static final long STACK = 64L << 20;

  private OnnxRuntime() {}

  /** Makes the environment once. */
  private static final class Holder {
    static final OrtEnvironment ENVIRONMENT = make();
  }

  // outside the holder: the thread may not wait for the class whose initialisation waits for it
  private static OrtEnvironment make() {
    CompletableFuture<OrtEnvironment> made = new CompletableFuture<>();
    Thread thread = new Thread(null, () -> start(made), "onnx-runtime-start", STACK);
    thread.setDaemon(true);
    thread.start();
    return made.join();
  }

  private static void start(CompletableFuture<OrtEnvironment> made) {
    try {
      made.complete(OrtEnvironment.getEnvironment());
    } catch (RuntimeException | Error e) {
      made.completeExceptionally(e);
    }
  }

  /**
   * Returns the environment, loading ONNX Runtime when it is first asked for.
   *
   * @throws EngineException if there is no ONNX Runtime for this machine
   */
  static OrtEnvironment environment() {
    try {
      return Holder.ENVIRONMENT;
    } catch (CompletionException | LinkageError e) {
      throw new EngineException("ONNX Runtime could not be loaded: " + Natives.reason(e), e);
    }
  }
}
