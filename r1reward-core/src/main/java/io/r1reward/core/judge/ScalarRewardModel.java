package io.r1reward.core.judge;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import io.r1reward.ModelInfo;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RankRequest;
import io.r1reward.Ranking;
import io.r1reward.Rating;
import io.r1reward.RatingRequest;
import io.r1reward.ResponseScores;
import io.r1reward.RewardModel;
import io.r1reward.RewardModelException;
import io.r1reward.ScoreRequest;
import io.r1reward.core.checkpoint.Companions;
import io.r1reward.core.checkpoint.ModelConfig;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.EngineThread;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.machine.FileNames;
import io.r1reward.core.protocol.Protocols;
import io.r1reward.core.text.ChatTemplate;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Part;
import io.r1reward.core.text.PromptEncoder;
import io.r1reward.spi.ModelSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A reward model that gives each response a number, by a value head on the hidden state behind the
 * chat of question and response (as Skywork-VL-Reward does), and writes nothing: a pair takes two
 * prefills that share picture and question, a ranking of N candidates N of them.
 *
 * <p>The number stands at the last token of the chat template, without a generation prompt. Votes,
 * sampling and listeners of a request have nothing to act on; both orders are one.
 *
 * <p>Two options: {@value #HEAD}, the head's file, by default {@value #DEFAULT_FILE} of the
 * checkpoint ({@code none} judges by generation all the same), and {@value #LAYERS}, the names of
 * its layers where the file has others.
 *
 * <p>Thread-safe.
 */
public final class ScalarRewardModel implements RewardModel {
  /** Option: the file of the head. */
  public static final String HEAD = "value-head";

  /** Option: the names of its layers, separated by commas. */
  public static final String LAYERS = "value-head.layers";

  /** The head's file where the option does not say. */
  public static final String DEFAULT_FILE = "value_head.safetensors";

  private static final String NONE = "none";

  private final Generator generator;
  private final PairPrompts prompts;
  private final PromptEncoder encoder;
  private final SharedMedia media;
  private final ValueHead head;
  private final Callbacks callbacks;
  private volatile boolean closed;

  private ScalarRewardModel(
      Generator generator, PairPrompts prompts, ValueHead head, ModelSettings settings) {
    this.generator = generator;
    this.prompts = prompts;
    this.encoder = prompts.encoder(ChatTemplate.qwen25Vl().withGenerationPrompt(false));
    this.media = new SharedMedia(prompts.vision()::process);
    this.head = head;
    this.callbacks = new Callbacks(settings.executor());
  }

  /** Says whether a folder, or the options, have a value head. */
  public static boolean isMeant(Path folder, Map<String, String> options) {
    String head = options.get(HEAD);
    return head != null
        ? !head.equals(NONE)
        : !options.containsKey(Protocols.PROTOCOL) && Files.exists(folder.resolve(DEFAULT_FILE));
  }

  /** Says whether an option of a model is one of these. */
  public static boolean isOption(String name) {
    return ImmutableSet.of(HEAD, LAYERS).contains(name);
  }

  /**
   * Opens a judge of either kind: a scalar one where {@link #isMeant}, else a generative one.
   *
   * @throws io.r1reward.CheckpointException if a file is missing or malformed
   * @throws InvalidInputException if an option is wrong
   * @throws EngineException if the engine does not open
   */
  public static RewardModel openEither(
      Path folder, ModelSettings settings, Supplier<? extends DecoderEngine> engine) {
    return isMeant(folder, settings.options())
        ? open(folder, settings, engine)
        : JudgeRewardModel.open(folder, settings, engine);
  }

  /**
   * Opens a checkpoint folder with a value head.
   *
   * @throws io.r1reward.CheckpointException if a file is missing or malformed, or the head does not
   *     fit the model
   * @throws EngineException if the engine does not open
   */
  public static ScalarRewardModel open(
      Path folder, ModelSettings settings, Supplier<? extends DecoderEngine> engine) {
    int hidden = ModelConfig.read(folder.resolve(Companions.CONFIG)).text().hiddenSize();
    String file = settings.options().getOrDefault(HEAD, DEFAULT_FILE);
    ValueHead head =
        ValueHead.read(FileNames.resolve(folder, file), settings.options().get(LAYERS), hidden);
    PairPrompts prompts = PairPrompts.open(folder, settings);
    try {
      Generator generator =
          BatchingGenerator.open(engine, settings.batchRows(), settings.queueCapacity());
      try {
        return new ScalarRewardModel(generator, prompts, head, settings);
      } catch (RuntimeException | Error e) {
        generator.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      prompts.close();
      throw e;
    }
  }

  @Override
  public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
    requireGiven(request);
    PreferencePair pair = request.pair();
    List<Prompt> chats =
        chats(pair.question(), pair.media(), ImmutableList.of(pair.first(), pair.second()));
    return within(
        request.timeLimit(),
        PreferenceScore.of(0, ImmutableList.of()),
        values(chats)
            .thenApply(
                values ->
                    PreferenceScore.ofScores(
                        chats.get(0).length(), new ResponseScores(values.get(0), values.get(1)))));
  }

  @Override
  public CompletableFuture<PreferenceScore> submitAsync(ScoreRequest request) {
    requireGiven(request);
    return later(() -> submit(request));
  }

  @Override
  public Ranking rank(RankRequest request) {
    return waiting(rankAsync(request));
  }

  @Override
  public CompletableFuture<Ranking> rankAsync(RankRequest request) {
    requireGiven(request);
    return later(
        () -> {
          List<Prompt> chats = chats(request.question(), request.media(), request.candidates());
          return within(
              request.timeLimit(),
              ranking(request.candidates().size(), ImmutableList.of(), 0),
              values(chats)
                  .thenApply(values -> ranking(values.size(), values, chats.get(0).length())));
        });
  }

  @Override
  public CompletableFuture<Rating> rateAsync(RatingRequest request) {
    requireGiven(request);
    return later(
        () ->
            within(
                request.timeLimit(),
                Rating.of(ImmutableList.of()),
                values(
                        chats(
                            request.question(),
                            request.media(),
                            ImmutableList.of(request.response())))
                    .thenApply(
                        values ->
                            new Rating(OptionalDouble.of(values.get(0)), ImmutableList.of()))));
  }

  /** Returns the number of each response to a question about media, in order, and waits. */
  public List<Double> values(String question, List<Media> pictures, List<String> responses) {
    return waiting(values(chats(question, pictures, responses)));
  }

  /** Compares all with all by their numbers; none where there are no numbers. */
  private static Ranking ranking(int candidates, List<Double> values, int promptTokens) {
    double[] points = new double[candidates];
    List<Ranking.Comparison> comparisons = new ArrayList<>();
    for (int a = 0; a < values.size(); a++) {
      for (int b = a + 1; b < values.size(); b++) {
        PreferenceScore score =
            PreferenceScore.ofScores(
                promptTokens, new ResponseScores(values.get(a), values.get(b)));
        points[a] += score.first();
        points[b] += score.second();
        comparisons.add(new Ranking.Comparison(a, b, score));
      }
    }
    List<Integer> order =
        IntStream.range(0, candidates)
            .boxed()
            .sorted((a, b) -> values.isEmpty() ? 0 : Double.compare(values.get(b), values.get(a)))
            .toList();
    return new Ranking(
        order, Arrays.stream(points).boxed().toList(), comparisons, !values.isEmpty());
  }

  private List<Prompt> chats(String question, List<Media> pictures, List<String> responses) {
    try {
      if (closed) {
        throw new CancelledException("the model is closed");
      }
      return written(question, pictures, responses);
    } catch (IllegalStateException e) {
      if (closed) { // while the prompts were made
        throw new CancelledException("the model is closed", e);
      }
      throw e;
    }
  }

  private List<Prompt> written(String question, List<Media> pictures, List<String> responses) {
    ImmutableList.Builder<Part> asked = ImmutableList.builder();
    for (Media item : pictures) {
      asked.add(item instanceof Image ? Part.IMAGE : Part.VIDEO);
    }
    Message user = Message.user(asked.add(Part.text(question)).build());
    List<List<Message>> chats =
        responses.stream()
            .<List<Message>>map(text -> ImmutableList.of(user, Message.assistant(text)))
            .toList();
    chats.forEach(chat -> encoder.requireRoom(chat, generator.info().contextLength()));
    ImmutableList<VisionInput> vision = media.process(pictures);
    return chats.stream().map(chat -> encoder.encode(chat, vision)).toList();
  }

  private CompletableFuture<List<Double>> values(List<Prompt> chats) {
    return generator
        .lastHidden(chats)
        .thenApplyAsync(states -> states.stream().map(head::value).toList(), callbacks);
  }

  private <T> CompletableFuture<T> later(Supplier<? extends CompletableFuture<T>> starting) {
    Submission<T> submission = new Submission<>();
    callbacks.execute(() -> submission.follow(starting));
    return submission;
  }

  private static <T> CompletableFuture<T> within(
      @Nullable Duration limit, T late, CompletableFuture<T> result) {
    return limit == null
        ? result
        : result.completeOnTimeout(late, TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
  }

  private static <T> T waiting(CompletableFuture<T> future) {
    if (EngineThread.isCurrent() && !future.isDone()) {
      throw new EngineException(
          "this would wait on the very thread that computes; call it from another thread");
    }
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while waiting for a score", e);
    } catch (CancellationException e) {
      throw new CancelledException("the score was cancelled", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RewardModelException known) {
        throw known;
      }
      throw new EngineException("scoring failed: " + e.getCause(), e);
    }
  }

  private static void requireGiven(@Nullable Object request) {
    if (request == null) {
      throw new InvalidInputException("request must not be null");
    }
  }

  @Override
  public ModelInfo info() {
    return generator.info();
  }

  @Override
  public boolean isOpen() {
    return !closed && generator.isOpen();
  }

  @Override
  public void close() {
    closed = true;
    try {
      generator.close();
    } finally {
      prompts.close();
    }
  }
}
