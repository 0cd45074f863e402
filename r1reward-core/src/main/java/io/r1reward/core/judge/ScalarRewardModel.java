package io.r1reward.core.judge;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import io.r1reward.ModelInfo;
import io.r1reward.ModelListener.Kind;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RankRequest;
import io.r1reward.Ranking;
import io.r1reward.Rating;
import io.r1reward.RatingRequest;
import io.r1reward.ResponseScores;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.Waiting;
import io.r1reward.core.machine.FileNames;
import io.r1reward.core.protocol.Protocols;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Part;
import io.r1reward.spi.ModelSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
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
  private final ChatWriter writer;
  private final ValueHead head;
  private final Callbacks callbacks;
  private final Requests requests;

  private ScalarRewardModel(
      Generator generator, PairPrompts prompts, ValueHead head, ModelSettings settings) {
    this.generator = generator;
    this.prompts = prompts;
    this.writer =
        new ChatWriter(
            prompts.closingEncoder(), new SharedMedia(prompts.vision()::process), generator);
    this.head = head;
    this.callbacks = new Callbacks(settings.executor());
    this.requests = new Requests(callbacks, new Meter(callbacks, settings.modelListener()));
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
    PairPrompts prompts = PairPrompts.open(folder, settings);
    ValueHead head;
    try {
      String file = settings.options().getOrDefault(HEAD, DEFAULT_FILE);
      head =
          ValueHead.read(
              FileNames.resolve(folder, file),
              settings.options().get(LAYERS),
              prompts.hiddenSize());
    } catch (RuntimeException | Error e) {
      prompts.close();
      throw e;
    }
    return prompts.serve(
        settings, engine, generator -> new ScalarRewardModel(generator, prompts, head, settings));
  }

  /**
   * A question that responses are to get numbers for.
   *
   * @param late what there is when the time is over
   * @param answer makes the result of the numbers and the length of the first prompt
   * @param ended tells the meter of the result
   */
  private record Ask<T>(
      Kind kind,
      @Nullable Duration limit,
      String question,
      List<Media> media,
      List<String> responses,
      T late,
      BiFunction<List<Double>, Integer, T> answer,
      BiConsumer<RequestMeter, T> ended) {}

  @Override
  public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
    return now(ask(request));
  }

  @Override
  public CompletableFuture<PreferenceScore> submitAsync(ScoreRequest request) {
    return later(ask(request));
  }

  private static Ask<PreferenceScore> ask(ScoreRequest request) {
    Requests.requireGiven(request);
    PreferencePair pair = request.pair();
    return new Ask<>(
        Kind.SCORE,
        request.timeLimit(),
        pair.question(),
        pair.media(),
        ImmutableList.of(pair.first(), pair.second()),
        PreferenceScore.of(0, ImmutableList.of()),
        (values, length) ->
            PreferenceScore.ofScores(length, new ResponseScores(values.get(0), values.get(1))),
        RequestMeter::scored);
  }

  @Override
  public Ranking rank(RankRequest request) {
    CompletableFuture<Ranking> ranking = rankAsync(request);
    return Waiting.result(ranking, () -> ranking.cancel(true), "ranking");
  }

  /** {@inheritDoc} One pass for each candidate; to a model listener it is one request. */
  @Override
  public CompletableFuture<Ranking> rankAsync(RankRequest request) {
    Requests.requireGiven(request);
    int candidates = request.candidates().size();
    return later(
        new Ask<>(
            Kind.SCORE,
            request.timeLimit(),
            request.question(),
            request.media(),
            request.candidates(),
            ranking(candidates, ImmutableList.of(), 0),
            (values, length) -> ranking(candidates, values, length),
            RequestMeter::ranked));
  }

  @Override
  public CompletableFuture<Rating> rateAsync(RatingRequest request) {
    Requests.requireGiven(request);
    return later(
        new Ask<>(
            Kind.RATING,
            request.timeLimit(),
            request.question(),
            request.media(),
            ImmutableList.of(request.response()),
            Rating.of(ImmutableList.of()),
            (values, length) -> new Rating(OptionalDouble.of(values.get(0)), ImmutableList.of()),
            RequestMeter::rated));
  }

  private <T> CompletableFuture<T> now(Ask<T> ask) {
    return requests.now(ask.kind, (submitted, measured) -> start(ask, submitted, measured));
  }

  private <T> CompletableFuture<T> later(Ask<T> ask) {
    return requests.later(ask.kind, (submitted, measured) -> start(ask, submitted, measured));
  }

  private <T> CompletableFuture<T> start(Ask<T> ask, long submitted, RequestMeter measured) {
    List<Prompt> chats =
        TimedPrompts.make(
            callbacks, ask.limit, submitted, () -> requests.whileOpen(() -> chats(ask, measured)));
    if (chats.isEmpty() && !ask.responses.isEmpty()) { // the time was over
      ask.ended.accept(measured, ask.late);
      return CompletableFuture.completedFuture(ask.late);
    }
    measured.reads(chats);
    CompletableFuture<List<float[]>> hidden = generator.lastHidden(chats);
    CompletableFuture<T> result =
        hidden.thenApplyAsync(
            states ->
                ask.answer.apply(
                    states.stream().map(head::value).toList(),
                    chats.isEmpty() ? 0 : chats.get(0).length()),
            callbacks);
    if (ask.limit != null) {
      CompletableFuture<?> unused =
          result.completeOnTimeout(
              ask.late, TimedPrompts.left(ask.limit, submitted), TimeUnit.NANOSECONDS);
    }
    CompletableFuture<?> unused =
        result.whenComplete(
            (value, failure) -> {
              hidden.cancel(false); // where the time is over, or the caller gone
              if (failure == null) {
                ask.ended.accept(measured, value);
              } else {
                measured.failed(failure);
              }
            });
    return result;
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

  private List<Prompt> chats(Ask<?> ask, RequestMeter measured) {
    return writer.write(chats(ask.question, ask.media, ask.responses), ask.media, measured);
  }

  /** The chats behind whose last tokens the numbers stand, one for each response. */
  static List<List<Message>> chats(String question, List<Media> media, List<String> responses) {
    ImmutableList.Builder<Part> asked = ImmutableList.builder();
    media.forEach(item -> asked.add(Part.of(item)));
    Message user = Message.user(asked.add(Part.text(question)).build());
    return responses.stream()
        .<List<Message>>map(text -> ImmutableList.of(user, Message.assistant(text)))
        .toList();
  }

  @Override
  public ModelInfo info() {
    return generator.info();
  }

  @Override
  public boolean isOpen() {
    return !requests.areClosed() && generator.isOpen();
  }

  @Override
  public void close() {
    requests.close();
    try {
      generator.close();
    } finally {
      prompts.close();
    }
  }
}
