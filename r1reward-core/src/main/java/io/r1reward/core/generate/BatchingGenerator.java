package io.r1reward.core.generate;

import com.google.common.util.concurrent.Uninterruptibles;
import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.ModelInfo;
import io.r1reward.PromptTooLongException;
import io.r1reward.RewardModelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Generator} over any {@link DecoderEngine}: continuous batching. Requests start first
 * in first out; a row that ends is refilled at once from the samples that wait; a prompt is
 * prefilled once for all its samples, and the prompts of a request (up to {@value
 * Admission#PROMPTS_TOGETHER} at a time) are prefilled together. Every sample draws from its own
 * {@link UniformStream}, so what else is in the batch decides nothing.
 *
 * <p>Thread-safe. The engine is opened, used and closed on one daemon thread.
 */
public final class BatchingGenerator implements Generator {
  private static final Logger LOG = LoggerFactory.getLogger(BatchingGenerator.class);

  /**
   * Longest wait for the engine's current call where the model is closed, and where the process
   * ends, which a user has asked for and waits for.
   */
  private static final Duration AT_CLOSE = Duration.ofMinutes(10);

  private static final Duration AT_SHUTDOWN = Duration.ofSeconds(30);

  private final Intake intake;
  private final int rows;
  private final boolean lookahead;
  private final Thread thread;
  private final CompletableFuture<ModelInfo> opened = new CompletableFuture<>();
  private final ModelInfo info;

  /**
   * Ends the engine's work before the process does: native code that still runs while its library
   * is torn down crashes.
   */
  private final Thread atShutdown = new Thread(() -> end(AT_SHUTDOWN), "r1reward-shutdown");

  private BatchingGenerator(
      Supplier<? extends DecoderEngine> opener, int rows, int queueCapacity, boolean lookahead) {
    this.intake = new Intake(queueCapacity);
    this.rows = rows;
    this.lookahead = lookahead;
    this.thread = new EngineThread(() -> serve(opener));
    thread.start();
    this.info = awaitOpened();
    try {
      Runtime.getRuntime().addShutdownHook(atShutdown);
    } catch (IllegalStateException e) {
      end(AT_CLOSE);
      throw new CancelledException("the process is shutting down", e);
    }
  }

  /**
   * Opens an engine on the generator's thread and starts to serve.
   *
   * @param engine opens the engine, which the generator closes
   * @param rows most completions that are decoded at a time, at least 1
   * @param queueCapacity most requests that wait, at least 1
   * @throws RewardModelException what the engine's opening throws; an {@link EngineException}
   *     around anything else
   */
  public static BatchingGenerator open(
      Supplier<? extends DecoderEngine> engine, int rows, int queueCapacity) {
    return open(engine, rows, queueCapacity, true);
  }

  /**
   * As the other {@code open}.
   *
   * @param lookahead whether tokens that prompt and completion suggest may be computed beside those
   *     that are due, where the engine verifies them and it saves time; completions are the same
   */
  public static BatchingGenerator open(
      Supplier<? extends DecoderEngine> engine, int rows, int queueCapacity, boolean lookahead) {
    if (rows < 1 || queueCapacity < 1) {
      throw new InvalidInputException(
          "rows and queueCapacity must be at least 1, got " + rows + " and " + queueCapacity);
    }
    return new BatchingGenerator(engine, rows, queueCapacity, lookahead);
  }

  @Override
  public Generation submit(GenerationRequest request) {
    for (int i = 0; i < request.prompts().size(); i++) {
      check(i, request.prompts().get(i));
    }
    for (int id : request.watched()) {
      checkId("watched id", id);
    }
    RequestRun run = new RequestRun(request, intake::cancellation);
    intake.add(run);
    return run;
  }

  @Override
  public CompletableFuture<List<float[]>> lastHidden(List<Prompt> prompts) {
    for (int i = 0; i < prompts.size(); i++) {
      check(i, prompts.get(i));
    }
    Reading reading = new Reading(prompts);
    intake.add(reading);
    return reading.result;
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public boolean isOpen() {
    return intake.isOpen() && thread.isAlive();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Waits for the engine's current call to return; called on the generator's own thread (by a
   * listener, or where a future completes) it closes as soon as that returns. May be called again.
   *
   * @throws EngineException if that call has not returned after ten minutes; its memory is then not
   *     freed
   */
  @Override
  public void close() {
    if (!end(AT_CLOSE)) {
      throw new EngineException(
          "the engine's current call has not returned after " + AT_CLOSE.toMinutes() + " minutes");
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atShutdown);
    } catch (IllegalStateException e) {
      LOG.debug("closed during shutdown", e);
    }
  }

  /** Ends the work; false if the engine's current call has not returned in time. */
  private boolean end(Duration limit) {
    intake.close();
    if (Thread.currentThread() == thread) {
      return true;
    }
    Uninterruptibles.joinUninterruptibly(thread, limit);
    if (thread.isAlive()) {
      LOG.warn("the engine's current call has not returned after {}", limit);
      return false;
    }
    return true;
  }

  private void check(int index, Prompt prompt) {
    if (prompt.length() >= info.contextLength()) {
      throw new PromptTooLongException(
          "prompt "
              + index
              + " of "
              + prompt.length()
              + " tokens leaves no room in a context of "
              + info.contextLength()
              + " tokens");
    }
    for (int token : prompt.tokens()) {
      checkId("token of prompt " + index, token);
    }
  }

  private void checkId(String what, int id) {
    if (id < 0 || id >= info.vocabularySize()) {
      throw new InvalidInputException(
          what + " is " + id + ", the vocabulary has ids below " + info.vocabularySize());
    }
  }

  private ModelInfo awaitOpened() {
    try {
      return opened.join();
    } catch (CompletionException e) {
      Uninterruptibles.joinUninterruptibly(thread);
      if (e.getCause() instanceof RewardModelException known) {
        throw known;
      }
      throw new EngineException("opening the engine failed: " + e.getCause(), e);
    }
  }

  private void serve(Supplier<? extends DecoderEngine> opener) {
    DecoderEngine engine;
    DecodeLoop loop;
    try {
      engine = opener.get();
    } catch (Exception | Error e) {
      opened.completeExceptionally(e);
      return;
    }
    try {
      loop = new DecodeLoop(engine, intake, rows, lookahead);
      opened.complete(engine.info());
    } catch (Exception | Error e) {
      Quietly.close(engine);
      opened.completeExceptionally(e);
      return;
    }
    try {
      loop.run();
    } catch (Exception | Error e) {
      LOG.error("the generator stops serving", e);
      intake.close();
      loop.fail(new EngineException("the generator stopped serving: " + e, e));
    } finally {
      loop.close();
      Quietly.close(engine);
    }
  }
}
