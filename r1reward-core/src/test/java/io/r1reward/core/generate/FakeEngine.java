package io.r1reward.core.generate;

import com.google.common.util.concurrent.Uninterruptibles;
import io.r1reward.ModelInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An engine whose logits are a function of a row's tokens alone. It counts what is open, records
 * what it is asked, checks that one thread asks, and fails or waits where a test says so.
 */
public final class FakeEngine implements DecoderEngine {
  static final int VOCABULARY = 40;

  public final AtomicInteger openStates = new AtomicInteger();
  public final AtomicInteger openBatches = new AtomicInteger();
  public final AtomicInteger steps = new AtomicInteger();
  public final AtomicInteger mostRows = new AtomicInteger();
  public final AtomicInteger closed = new AtomicInteger();
  public final Set<Thread> threads = Collections.synchronizedSet(new HashSet<>());

  /** Prompts of every prefill call, each by its first token. */
  public final List<List<Integer>> prefills = Collections.synchronizedList(new ArrayList<>());

  /** Rows of every step, each by the first token of its prompt. */
  public final List<List<Integer>> stepRows = Collections.synchronizedList(new ArrayList<>());

  public volatile Runnable onPrefill = () -> {};
  public volatile Runnable onAdd = () -> {};
  public volatile Runnable onRemove = () -> {};
  public volatile Runnable onStep = () -> {};
  public volatile Runnable onNewBatch = () -> {};

  /** Whether steps break their contract. */
  volatile boolean withoutLogProbabilities;

  /** Whether a batch cannot even say how many rows it has, which ends the generator's loop. */
  volatile boolean withoutRows;

  private final int contextLength;
  private final int vocabulary;
  private final TokenSampler sampler;

  FakeEngine(int contextLength) {
    this(contextLength, VOCABULARY);
  }

  /** An engine of any vocabulary. */
  public FakeEngine(int contextLength, int vocabulary) {
    this.contextLength = contextLength;
    this.vocabulary = vocabulary;
    this.sampler = new TokenSampler(vocabulary);
  }

  /** Makes every step wait for a permit; a test that gives none fails instead of hanging. */
  public Semaphore gateSteps() {
    Semaphore gate = new Semaphore(0);
    onStep =
        () -> {
          if (!Uninterruptibles.tryAcquireUninterruptibly(gate, Duration.ofSeconds(30))) {
            throw new IllegalStateException("no permit for a step");
          }
        };
    return gate;
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo(
        "fake", "cpu", "float32", "plain", "none", 1, 1, contextLength, vocabulary);
  }

  @Override
  public List<PromptState> prefill(List<Prompt> prompts) {
    threads.add(Thread.currentThread());
    onPrefill.run();
    prefills.add(prompts.stream().map(prompt -> prompt.tokens()[0]).toList());
    List<PromptState> states = new ArrayList<>();
    for (Prompt prompt : prompts) {
      states.add(new State(prompt));
    }
    return states;
  }

  @Override
  public DecodeBatch newBatch(int rows) {
    threads.add(Thread.currentThread());
    onNewBatch.run();
    return new Batch(rows);
  }

  @Override
  public void close() {
    threads.add(Thread.currentThread());
    closed.incrementAndGet();
  }

  private float[] logits(int[] history) {
    Random random = new Random(Arrays.hashCode(history));
    float[] logits = new float[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      logits[i] = (float) (2 * random.nextGaussian());
    }
    return logits;
  }

  private final class State implements PromptState {
    private final Prompt prompt;
    private boolean open = true;

    State(Prompt prompt) {
      this.prompt = prompt;
      openStates.incrementAndGet();
    }

    @Override
    public Prompt prompt() {
      return prompt;
    }

    @Override
    public void close() {
      if (!open) {
        throw new IllegalStateException("state closed twice");
      }
      open = false;
      threads.add(Thread.currentThread());
      openStates.decrementAndGet();
    }
  }

  private final class Row {
    final int first;
    final Decoding decoding;
    final int[] watched;
    final SeenTokens seen;
    int[] history;

    Row(Prompt prompt, Decoding decoding, int[] watched) {
      this.first = prompt.tokens()[0];
      this.history = prompt.tokens();
      this.decoding = decoding;
      this.watched = watched;
      this.seen = SeenTokens.of(vocabulary, history);
    }
  }

  private final class Batch implements DecodeBatch {
    private final int capacity;
    private final List<Row> rows = new ArrayList<>();

    Batch(int capacity) {
      this.capacity = capacity;
      openBatches.incrementAndGet();
    }

    @Override
    public int rows() {
      if (withoutRows) {
        throw new IllegalStateException("no rows");
      }
      return rows.size();
    }

    @Override
    public void add(PromptState state, Decoding decoding, int[] watched) {
      threads.add(Thread.currentThread());
      onAdd.run();
      if (rows.size() == capacity || !((State) state).open) {
        throw new IllegalStateException("batch is full or state is closed");
      }
      rows.add(new Row(state.prompt(), decoding, watched));
      mostRows.accumulateAndGet(rows.size(), Math::max);
    }

    @Override
    public void remove(int row) {
      threads.add(Thread.currentThread());
      onRemove.run();
      Row last = rows.remove(rows.size() - 1);
      if (row < rows.size()) {
        rows.set(row, last);
      }
    }

    @Override
    public Step step(double[] uniforms) {
      threads.add(Thread.currentThread());
      if (rows.isEmpty() || uniforms.length != rows.size()) {
        throw new IllegalStateException(uniforms.length + " uniforms, " + rows.size() + " rows");
      }
      stepRows.add(rows.stream().map(row -> row.first).toList());
      steps.incrementAndGet();
      onStep.run();
      int[] tokens = new int[rows.size()];
      float[] logProbabilities = new float[rows.size()];
      float[][] watched = new float[rows.size()][];
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        TokenSampler.Choice choice =
            sampler.sample(
                logits(row.history), 0, row.seen, row.decoding, uniforms[i], row.watched);
        tokens[i] = choice.token();
        logProbabilities[i] = choice.logProbability();
        watched[i] = choice.watched();
        row.seen.add(choice.token());
        row.history = Arrays.copyOf(row.history, row.history.length + 1);
        row.history[row.history.length - 1] = choice.token();
      }
      return new Step(tokens, withoutLogProbabilities ? new float[0] : logProbabilities, watched);
    }

    @Override
    public void close() {
      threads.add(Thread.currentThread());
      openBatches.decrementAndGet();
    }
  }
}
