package io.r1reward;

import static io.r1reward.Given.copy;
import static io.r1reward.Given.given;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.spi.CheckpointSources;
import io.r1reward.spi.ModelSettings;
import io.r1reward.spi.Providers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A judge that says which of two responses to a multimodal question is better (R1-Reward, arXiv
 * 2505.02835).
 *
 * <pre>{@code
 * try (RewardModel model = RewardModel.load(Path.of("R1-Reward"))) {
 *   PreferencePair pair = PreferencePair.builder()
 *       .question("How many cats are on the sofa?").image(Path.of("sofa.jpg"))
 *       .first("Two cats.").second("Three; one is under the cushion.").build();
 *   PreferenceScore score = model.score(pair, Voting.majority(15));
 *   score.preferred();
 * }
 * }</pre>
 *
 * <p>Thread-safe: calls from many threads are gathered into batches. The same request gives the
 * same votes alone, in a batch and from any thread.
 */
public interface RewardModel extends AutoCloseable {

  /**
   * Starts a score.
   *
   * <p>Media are read and the prompt is made before this returns, so wrong input fails here; a time
   * limit covers that, too. Cancelling the future ends the judgements at their next token.
   *
   * @param request the pair and how to score it
   * @return completes on a thread of {@link Builder#executor}; its dependents may block, and may
   *     score in their turn
   * @throws InvalidInputException if the pair cannot be judged: {@link MediaException} for its
   *     media, {@link PromptTooLongException} where it does not fit the model's context
   * @throws QueueFullException if too many requests wait already
   * @throws CancelledException if the model is closed
   */
  CompletableFuture<PreferenceScore> submit(ScoreRequest request);

  /**
   * Starts a score without waiting for its media: they are read and the prompt is made on a thread
   * of {@link Builder#executor}.
   *
   * @return fails with what {@link #submit} throws
   * @throws InvalidInputException if the request is null
   */
  default CompletableFuture<PreferenceScore> submitAsync(ScoreRequest request) {
    return CompletableFuture.completedFuture(given(request, "request"))
        .thenComposeAsync(this::submit);
  }

  /** Returns what was loaded; it still answers when the model is closed. */
  ModelInfo info();

  /**
   * Says whether requests are taken: false when the model was closed, or its engine has stopped
   * serving, so that it has to be loaded anew. Computes nothing. Always true of an implementation
   * that does not say.
   */
  default boolean isOpen() {
    return true;
  }

  /**
   * Computes one tiny judgement of a single token and waits for it, so that what an engine prepares
   * at its first use does not make the first real score slow. Called again it does no harm.
   *
   * @throws QueueFullException if too many requests wait already
   * @throws CancelledException if the model is closed
   * @throws EngineException if computing failed
   */
  default void warmUp() {
    PreferenceScore unused = score(WarmUp.request());
  }

  /**
   * Ends running judgements, fails waiting ones with {@link CancelledException} and frees all
   * memory.
   */
  @Override
  void close();

  /** Opens a checkpoint folder with all defaults. */
  static RewardModel load(Path checkpoint) {
    return builder().checkpoint(checkpoint).load();
  }

  /**
   * Opens a checkpoint with all defaults.
   *
   * @param checkpoint a folder, or {@code hf:owner/name@revision} as in {@link
   *     Builder#checkpoint(String)}
   */
  static RewardModel load(String checkpoint) {
    return builder().checkpoint(checkpoint).load();
  }

  /** Starts the settings of a model; a checkpoint is required. */
  static Builder builder() {
    return new Builder();
  }

  /** Scores with one judgement and all defaults, and waits. */
  default PreferenceScore score(PreferencePair pair) {
    return score(ScoreRequest.of(pair));
  }

  /** Scores by vote, and waits. */
  default PreferenceScore score(PreferencePair pair, Voting voting) {
    return score(ScoreRequest.builder(pair).voting(voting).build());
  }

  /**
   * Scores and waits. A thread that is interrupted while it waits cancels its score.
   *
   * @throws CancelledException if the thread was interrupted (its flag stays set) or the model was
   *     closed
   * @throws EngineException if computing failed
   */
  default PreferenceScore score(ScoreRequest request) {
    return Await.result(submit(given(request, "request")));
  }

  /**
   * Scores many pairs in their order, 32 at a time, as the stream is read: as in {@link
   * #scoreAll(Iterable, Function, int)}.
   *
   * @throws InvalidInputException if the requests are null
   */
  default Stream<ScoreOutcome<ScoreRequest>> scoreAll(Iterable<ScoreRequest> requests) {
    return scoreAll(given(requests, "requests"), request -> request, ScoreAll.AT_ONCE);
  }

  /**
   * Scores many items in their order as the stream is read. An item is taken when there is room for
   * it, so that there may be more of them than memory holds, and one that a full queue refuses
   * waits. A pair that cannot be judged is an outcome with a problem and ends nothing.
   *
   * <p>Reading the stream throws what {@link #score(ScoreRequest)} throws but for such pairs, and
   * what the items' iterator and the function throw; this, an interrupt, and closing the stream,
   * from any thread, cancel what is under way. A stream that is not read to its end has to be
   * closed. It belongs to one thread, and {@code parallel()} computes nothing sooner.
   *
   * @param items what is scored, taken one by one
   * @param request makes the request of an item; an {@link InvalidInputException} is its problem
   * @param atOnce most items under way; as many times 8 are held behind a slow one
   * @param <T> what is scored: a line, a record, an id with a pair
   * @return one outcome for each item, in their order
   * @throws InvalidInputException if something is null or {@code atOnce} is below 1
   */
  default <T> Stream<ScoreOutcome<T>> scoreAll(
      Iterable<? extends T> items, Function<? super T, ScoreRequest> request, int atOnce) {
    return new ScoreAll<T>(this, items, request, atOnce).stream();
  }

  /** Orders candidates by comparing every one with every other, each judged once in both orders. */
  default Ranking rank(String question, List<? extends Media> media, List<String> candidates) {
    return rank(
        question,
        media,
        candidates,
        Tournament.ROUND_ROBIN,
        Voting.single().inBothOrders(),
        Sampling.defaults());
  }

  /**
   * Orders candidate responses to one question, best first.
   *
   * @param candidates at least one
   * @param tournament which comparisons are made
   * @param voting how each comparison is decided
   * @param sampling how tokens are drawn
   * @throws InvalidInputException if there is no candidate
   */
  default Ranking rank(
      String question,
      List<? extends Media> media,
      List<String> candidates,
      Tournament tournament,
      Voting voting,
      Sampling sampling) {
    return rank(
        RankRequest.builder(question, candidates)
            .media(media)
            .tournament(tournament)
            .voting(voting)
            .sampling(sampling)
            .build());
  }

  /**
   * Orders candidate responses to one question, best first, and waits. A bounded number of
   * comparisons is under way at a time, and one that the full queue refuses is tried again until
   * the time limit is over. A thread that is interrupted while it waits cancels its ranking.
   *
   * @return not {@link Ranking#complete} where the time limit was over
   * @throws InvalidInputException if the candidates cannot be judged, as in {@link #submit}
   * @throws CancelledException if the thread was interrupted (its flag stays set) or the model was
   *     closed
   * @throws EngineException if computing failed
   */
  default Ranking rank(RankRequest request) {
    return new TournamentRun(this, given(request, "request")).run();
  }

  /**
   * Orders candidate responses to one question without waiting, on a daemon thread of its own.
   * Cancelling the future cancels the comparisons under way and starts no other.
   *
   * @return completes on that thread; fails with what {@link #rank(RankRequest)} throws
   * @throws InvalidInputException if the request is null
   */
  default CompletableFuture<Ranking> rankAsync(RankRequest request) {
    return TournamentRun.start(this, given(request, "request"));
  }

  /**
   * Rates one response to a question, and waits, where the judge's protocol does that. A thread
   * that is interrupted while it waits cancels its rating.
   *
   * @throws InvalidInputException if the protocol rates no single responses, or as in {@link
   *     #submit}
   * @throws CancelledException if the thread was interrupted (its flag stays set) or the model was
   *     closed
   * @throws EngineException if computing failed
   */
  default Rating rate(RatingRequest request) {
    return Await.result(rateAsync(request));
  }

  /** Rates one response to a question about media, with one judgement, and waits. */
  default Rating rate(String question, List<? extends Media> media, String response) {
    RatingRequest.Builder request = RatingRequest.builder(question, response);
    for (Media item : copy(media, "media")) {
      request.media(item);
    }
    return rate(request.build());
  }

  /**
   * Rates one response to a question without waiting; media are read on another thread. Cancelling
   * the future ends its judgements.
   *
   * @return done with what there is when the request's time limit is over; fails with what {@link
   *     #rate(RatingRequest)} throws
   * @throws InvalidInputException if the request is null, or the protocol rates no single responses
   */
  default CompletableFuture<Rating> rateAsync(RatingRequest request) {
    given(request, "request");
    throw new InvalidInputException("this model compares two responses, it rates none alone");
  }

  /**
   * Settings of a {@link RewardModel}. Not thread-safe. Defaults:
   *
   * <ul>
   *   <li>engine: the first provider that understands the folder
   *   <li>device: {@code auto}, the first GPU where there is one, else the CPU
   *   <li>dtype: {@code auto}, the checkpoint's own where the device computes in it, else float32
   *   <li>maximum pixels of a picture: the checkpoint's, but at most 1,003,520
   *   <li>rows of a batch: 16
   *   <li>waiting requests: 1,024
   *   <li>intra-op threads: chosen by the engine
   *   <li>self-check: on
   *   <li>media fetcher: none, so that nothing is read from the network
   *   <li>executor: daemon threads of the library
   *   <li>model listener: none
   * </ul>
   */
  final class Builder {
    private @Nullable Path checkpoint;
    private @Nullable String named;
    private final ModelSettings.Builder settings = ModelSettings.builder();

    private Builder() {}

    /** The checkpoint folder. This one or a text is required; the last one given counts. */
    @CanIgnoreReturnValue
    public Builder checkpoint(Path folder) {
      checkpoint = given(folder, "checkpoint");
      named = null;
      return this;
    }

    /**
     * The checkpoint: {@code hf:owner/name} or {@code hf:owner/name@revision} (default {@code
     * main}) is one of the Hugging Face hub, anything else the path of a folder. What is not in the
     * hub's cache on this machine is downloaded in {@link #load}, never before.
     */
    @CanIgnoreReturnValue
    public Builder checkpoint(String name) {
      named = given(name, "checkpoint");
      checkpoint = null;
      return this;
    }

    /** The engine's name, {@code pytorch} or {@code onnx}. */
    @CanIgnoreReturnValue
    public Builder engine(String name) {
      settings.engine(name);
      return this;
    }

    /** {@code auto}, {@code cpu} or {@code cuda:N}. */
    @CanIgnoreReturnValue
    public Builder device(String name) {
      settings.device(name);
      return this;
    }

    /** {@code auto}, {@code float32} or {@code bfloat16}. */
    @CanIgnoreReturnValue
    public Builder dtype(String name) {
      settings.dtype(name);
      return this;
    }

    /** Pictures with more pixels are made smaller; at least 784 (28 x 28). */
    @CanIgnoreReturnValue
    public Builder maxPixels(int pixels) {
      settings.maxPixels(pixels);
      return this;
    }

    /** Most completions that are decoded at a time. */
    @CanIgnoreReturnValue
    public Builder batchRows(int rows) {
      settings.batchRows(rows);
      return this;
    }

    /** Most requests that wait; one more is refused with {@link QueueFullException}. */
    @CanIgnoreReturnValue
    public Builder queueCapacity(int requests) {
      settings.queueCapacity(requests);
      return this;
    }

    /** Threads inside one operator on a CPU. */
    @CanIgnoreReturnValue
    public Builder threads(int count) {
      settings.threads(count);
      return this;
    }

    /**
     * Whether the kernels that make an engine fast on a CPU are held against plain arithmetic when
     * the model is opened, on its own weights and sizes: some are wrong on some processors. What
     * does not hold is replaced by something slower, and the log says so. It takes some 50
     * milliseconds, and of a large model up to a seventh of the time to open it.
     */
    @CanIgnoreReturnValue
    public Builder selfCheck(boolean on) {
      settings.selfCheck(on);
      return this;
    }

    /**
     * Most bytes of keys and values that are kept of prompts which have been read, so that one that
     * begins alike (the same picture and question, a response that was compared before, the same
     * prompt again) is read from where it parts. What is judged is the same to the last bit with
     * and without. Default: a sixteenth of the memory that the weights leave, at most 2 GiB.
     *
     * @param bytes 0 for no cache, -1 for the default
     */
    @CanIgnoreReturnValue
    public Builder prefixCache(long bytes) {
      settings.prefixCache(bytes);
      return this;
    }

    /**
     * Whether tokens that the prompt and what was said so far suggest may be computed beside those
     * that are due, which costs little where few judgements run: judges quote what they judge. A
     * token is taken where it is the one that is chosen anyway, so judgements are the same with and
     * without. Only engines whose numbers do not depend on what is computed beside them do it.
     */
    @CanIgnoreReturnValue
    public Builder lookahead(boolean on) {
      settings.lookahead(on);
      return this;
    }

    /** Opens media that are neither files nor {@code data:} URIs. */
    @CanIgnoreReturnValue
    public Builder mediaFetcher(MediaFetcher fetcher) {
      settings.mediaFetcher(fetcher);
      return this;
    }

    /**
     * Completes the futures of scores, with what depends on them, and calls listeners; the texts of
     * one score come in order, one at a time. What blocks there holds up nothing but its own score,
     * as far as the executor has threads left. Default: daemon threads of the library, as many as
     * are needed.
     */
    @CanIgnoreReturnValue
    public Builder executor(Executor threads) {
      settings.executor(threads);
      return this;
    }

    /** Hears of every request, to hang metrics on; see {@link ModelListener}. */
    @CanIgnoreReturnValue
    public Builder modelListener(ModelListener listener) {
      settings.modelListener(listener);
      return this;
    }

    /**
     * How the judge is asked and understood: a protocol file (JSON), which {@code
     * io.r1reward.core.protocol.ProtocolFile} describes. Default: R1-Reward's own.
     *
     * @param file read when the model is opened
     */
    @CanIgnoreReturnValue
    public Builder protocol(Path file) {
      settings.option("protocol", given(file, "file").toAbsolutePath().toString());
      return this;
    }

    /** A setting that only one engine or protocol knows; see its documentation. */
    @CanIgnoreReturnValue
    public Builder option(String name, String value) {
      settings.option(name, value);
      return this;
    }

    /**
     * Opens the checkpoint.
     *
     * @throws InvalidInputException if no checkpoint was given, its name is malformed or of the hub
     *     without a source on the class path, or a setting is out of range
     * @throws CheckpointException if the folder is not a usable checkpoint, the hub does not give
     *     it, or no engine on the class path understands it
     * @throws EngineException if the engine or device is not available
     * @throws CancelledException if the thread was interrupted while a checkpoint was downloaded
     * @throws RewardModelException if a download fails
     */
    public RewardModel load() {
      ModelSettings all = settings.build(); // wrong settings are told before anything takes time
      if (named != null) {
        return Providers.load(CheckpointSources.resolve(named), all);
      }
      if (checkpoint == null) {
        throw new InvalidInputException("a reward model needs a checkpoint folder, none was given");
      }
      return Providers.load(checkpoint, all);
    }
  }
}
