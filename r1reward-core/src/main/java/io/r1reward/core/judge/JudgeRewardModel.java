package io.r1reward.core.judge;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Ints;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Judgement;
import io.r1reward.Media;
import io.r1reward.ModelInfo;
import io.r1reward.ModelListener;
import io.r1reward.ModelListener.Kind;
import io.r1reward.Order;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.Rating;
import io.r1reward.RatingRequest;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import io.r1reward.core.checkpoint.GenerationConfig;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.qwen2_5_vl.Qwen25Chat;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.core.protocol.StopDetector;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.PromptEncoder;
import io.r1reward.core.text.Tokenizer;
import io.r1reward.spi.ModelSettings;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@link RewardModel} over any {@link Generator}: a generative judge in the manner of R1-Reward
 * (arXiv 2505.02835). Both orders of a pair are two prompts of one request, so an engine computes
 * what they share once; votes count in the order that {@link io.r1reward.Voting} describes.
 *
 * <p>Engines open a checkpoint folder with {@link #open}; whoever brings a generator or protocol of
 * his own puts the parts together with {@link #builder}.
 *
 * <p>Thread-safe.
 */
public final class JudgeRewardModel implements RewardModel {
  private final Generator generator;
  private final Tokenizer tokenizer;
  private final JudgeProtocol protocol;
  private final PromptEncoder encoder;
  private final SharedMedia media;
  private final DecodingDefaults defaults;
  private final JudgementReader reader;
  private final Callbacks callbacks;
  private final ChatWriter writer;
  private final Requests requests;
  private volatile boolean warm;

  private JudgeRewardModel(Builder builder) {
    this.generator = builder.generator;
    this.tokenizer = builder.tokenizer;
    this.protocol = builder.protocol;
    this.encoder = builder.encoder;
    this.media = new SharedMedia(builder.vision);
    this.defaults = builder.decodingDefaults();
    this.reader = new JudgementReader(protocol, tokenizer, AnswerTokens.of(protocol, tokenizer));
    this.callbacks = new Callbacks(builder.executor);
    this.writer = new ChatWriter(encoder, media, generator);
    this.requests = new Requests(callbacks, new Meter(callbacks, builder.modelListener));
  }

  /**
   * Opens a Hugging Face checkpoint folder over an engine: tokenizer, chat template, generation and
   * preprocessor settings come from the folder, the protocol from the settings' options (see {@link
   * io.r1reward.core.protocol.Protocols}). Small files are read first, so that a folder that lacks
   * one fails before weights are touched.
   *
   * @param folder with {@code config.json}, {@code tokenizer.json} and the optional files beside
   * @param settings what the user asked for
   * @param engine opens the engine, on the generator's thread
   * @throws io.r1reward.CheckpointException if a file is missing or malformed
   * @throws io.r1reward.InvalidInputException if a protocol option is wrong
   * @throws io.r1reward.EngineException if the engine does not open
   */
  public static JudgeRewardModel open(
      Path folder, ModelSettings settings, Supplier<? extends DecoderEngine> engine) {
    PairPrompts prompts = PairPrompts.open(folder, settings);
    return prompts.serve(
        settings,
        engine,
        generator ->
            builder(generator, prompts.tokenizer())
                .protocol(prompts.protocol())
                .promptEncoder(prompts.encoder())
                .vision(prompts.vision()::process)
                .generationConfig(prompts.generation())
                .executor(settings.executor())
                .modelListener(settings.modelListener())
                .build());
  }

  /**
   * Starts a judge over parts; it will own and close both.
   *
   * @param generator what computes
   * @param tokenizer the one of the generator's model
   */
  public static Builder builder(Generator generator, Tokenizer tokenizer) {
    return new Builder(generator, tokenizer);
  }

  @Override
  public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
    Requests.requireGiven(request);
    return requests.now(Kind.SCORE, starting(request));
  }

  @Override
  public CompletableFuture<PreferenceScore> submitAsync(ScoreRequest request) {
    Requests.requireGiven(request);
    return requests.later(Kind.SCORE, starting(request));
  }

  private Requests.Starting<PreferenceScore> starting(ScoreRequest request) {
    return (submitted, measured) -> requests.whileOpen(() -> start(request, submitted, measured));
  }

  @Override
  public CompletableFuture<Rating> rateAsync(RatingRequest request) {
    Requests.requireGiven(request);
    return requests.now(
        Kind.RATING,
        (submitted, measured) -> requests.whileOpen(() -> startRating(request, measured)));
  }

  private CompletableFuture<Rating> startRating(RatingRequest request, RequestMeter measured) {
    List<Message> messages =
        protocol
            .ratingMessages(request.question(), request.media(), request.response())
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "the protocol " + protocol + " compares two responses, it rates none"));
    ImmutableList<List<Message>> chats = ImmutableList.of(messages);
    return new RatingRun(protocol, tokenizer, callbacks, measured, requests::areClosed)
        .start(
            request.timeLimit(),
            () -> requests.whileOpen(() -> writer.write(chats, request.media(), measured).get(0)),
            prompt -> measured.submit(generator, ratingGeneration(request, prompt)));
  }

  private GenerationRequest ratingGeneration(RatingRequest request, Prompt prompt) {
    List<String> given = request.sampling().stopStrings();
    Transcripts transcripts =
        new Transcripts(
            tokenizer,
            ImmutableList.of(Order.GIVEN),
            () -> StopDetector.everywhere(given == null ? ImmutableList.of() : given),
            null);
    return new GenerationRequest(
        ImmutableList.of(prompt),
        request.samples(),
        defaults.settle(request.sampling(), Voting.majority(request.samples())),
        request.sampling().seed(),
        new int[0],
        transcripts);
  }

  private CompletableFuture<PreferenceScore> start(
      ScoreRequest request, long submitted, RequestMeter measured) {
    ImmutableList<Order> orders =
        request.voting().bothOrders()
            ? ImmutableList.of(Order.GIVEN, Order.SWAPPED)
            : ImmutableList.of(Order.GIVEN);
    List<Prompt> prompts =
        TimedPrompts.make(
            callbacks,
            request.timeLimit(),
            submitted,
            () -> prompts(request.pair(), orders, measured));
    if (prompts.isEmpty()) { // the time was over before the prompt was made
      PreferenceScore none = PreferenceScore.of(0, ImmutableList.of());
      measured.scored(none);
      return CompletableFuture.completedFuture(none);
    }
    Telling telling = new Telling(callbacks, request.listener());
    List<String> given = request.sampling().stopStrings();
    Transcripts transcripts =
        new Transcripts(
            tokenizer,
            orders,
            () ->
                given == null
                    ? new StopDetector(protocol, protocol.stopStrings())
                    : StopDetector.everywhere(given),
            request.listener() == null ? null : telling);
    GenerationRequest generation =
        new GenerationRequest(
            ImmutableList.copyOf(prompts),
            request.voting().samples(),
            defaults.settle(request.sampling(), request.voting()),
            request.sampling().seed(),
            reader.answers().watched(),
            transcripts);
    ScoreRun run =
        new ScoreRun(
            measured.submit(generator, generation),
            orders,
            request.voting(),
            prompts.get(0).length(),
            reader,
            transcripts,
            telling,
            measured,
            requests::areClosed);
    return run.start(request.timeLimit(), submitted);
  }

  private List<Prompt> prompts(
      PreferencePair pair, ImmutableList<Order> orders, RequestMeter measured) {
    List<List<Message>> chats =
        orders.stream().map(order -> protocol.messages(pair, order)).toList();
    return writer.write(chats, pair.media(), measured);
  }

  /** Returns the prompt that the judge is asked for a pair. */
  public Prompt prompt(PreferencePair pair, Order order) {
    return encoder.encode(protocol.messages(pair, order), media.process(pair.media()));
  }

  /**
   * Returns which of a judgement's tokens holds the answer, the one whose probability is the soft
   * score.
   *
   * @return its index; empty where the judgement has no answer
   */
  public OptionalInt answerToken(Judgement judgement) {
    return reader.answerToken(Ints.toArray(judgement.tokens()));
  }

  /** Returns what computes; it stays the judge's. */
  public Generator generator() {
    return generator;
  }

  @Override
  public ModelInfo info() {
    return generator.info();
  }

  @Override
  public boolean isOpen() {
    return !requests.areClosed() && generator.isOpen();
  }

  /**
   * {@inheritDoc}
   *
   * <p>The judgement has a small picture where this judge takes pictures, so that the vision tower
   * is ready, too. Once it has come to its end, further calls do nothing.
   */
  @Override
  public void warmUp() {
    if (warm && isOpen()) {
      return;
    }
    PreferencePair.Builder pair =
        PreferencePair.builder().question("Ready?").first("Yes.").second("No.");
    if (media.takesMedia()) {
      pair.image(Image.of(new BufferedImage(56, 56, BufferedImage.TYPE_INT_RGB)));
    }
    Sampling oneToken = Sampling.builder().temperature(0).maxNewTokens(1).build();
    PreferenceScore unused = score(ScoreRequest.builder(pair.build()).sampling(oneToken).build());
    warm = true;
  }

  @Override
  public void close() {
    requests.close();
    try {
      generator.close();
    } finally {
      tokenizer.close();
    }
  }

  /**
   * Collects a {@link JudgeRewardModel}. Not thread-safe. Defaults:
   *
   * <ul>
   *   <li>protocol: {@link R1RewardProtocol}
   *   <li>prompt encoder: the published chat template of R1-Reward's family, merge size 2
   *   <li>vision: none, and media are refused
   *   <li>generation config: greedy, ending at the tokenizer's end token
   *   <li>executor: daemon threads of the library
   *   <li>model listener: none
   * </ul>
   */
  public static final class Builder {
    private final Generator generator;
    private final Tokenizer tokenizer;
    private JudgeProtocol protocol = R1RewardProtocol.create();
    private PromptEncoder encoder;
    private @Nullable Function<? super Media, VisionInput> vision;
    private @Nullable GenerationConfig generationConfig;
    private @Nullable Executor executor;
    private @Nullable ModelListener modelListener;

    private Builder(Generator generator, Tokenizer tokenizer) {
      this.generator = requireNonNull(generator, "generator");
      this.tokenizer = requireNonNull(tokenizer, "tokenizer");
      this.encoder = new PromptEncoder(tokenizer, Qwen25Chat.published(), 2);
    }

    /** How the judge is asked and understood. */
    @CanIgnoreReturnValue
    public Builder protocol(JudgeProtocol value) {
      protocol = requireNonNull(value, "protocol");
      return this;
    }

    /** How messages become tokens. */
    @CanIgnoreReturnValue
    public Builder promptEncoder(PromptEncoder value) {
      encoder = requireNonNull(value, "promptEncoder");
      return this;
    }

    /**
     * Reads pictures and videos, on the calling threads; {@code VisionProcessor::process} of the
     * checkpoint's preprocessor settings.
     */
    @CanIgnoreReturnValue
    public Builder vision(Function<? super Media, VisionInput> value) {
      vision = requireNonNull(value, "vision");
      return this;
    }

    /** What holds where a request's sampling says nothing. */
    @CanIgnoreReturnValue
    public Builder generationConfig(GenerationConfig value) {
      generationConfig = requireNonNull(value, "generationConfig");
      return this;
    }

    /** Completes scores and calls listeners; null for threads of the library. */
    @CanIgnoreReturnValue
    public Builder executor(@Nullable Executor value) {
      executor = value;
      return this;
    }

    /** Hears of every request; null for nobody. */
    @CanIgnoreReturnValue
    public Builder modelListener(@Nullable ModelListener value) {
      modelListener = value;
      return this;
    }

    /** Returns the judge. */
    public JudgeRewardModel build() {
      return new JudgeRewardModel(this);
    }

    private DecodingDefaults decodingDefaults() {
      GenerationConfig config = generationConfig;
      if (config == null) {
        List<Integer> end =
            tokenizer.eosId().isPresent() ? List.of(tokenizer.eosId().getAsInt()) : List.of();
        config = new GenerationConfig(false, 1, 50, 1, 0, 1, end, null);
      }
      return new DecodingDefaults(
          config,
          protocol.maxNewTokens().orElse(Sampling.DEFAULT_MAX_NEW_TOKENS),
          ImmutableSet.copyOf(config.eosTokenIds()));
    }
  }
}
