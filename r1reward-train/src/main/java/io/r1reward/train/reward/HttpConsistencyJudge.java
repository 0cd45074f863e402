package io.r1reward.train.reward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.failsafe.ExecutionContext;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import io.r1reward.CancelledException;
import io.r1reward.InvalidInputException;
import io.r1reward.RewardModelException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a model behind an OpenAI-compatible endpoint ({@code POST <base>/chat/completions}), as the
 * paper does. Thread-safe.
 *
 * <p>A reply without a 0 or 1 is asked for again at once; a call that times out, cannot connect or
 * comes back with status 408, 429 or 5xx, after a pause that doubles. When all tries are used up
 * the judgement is {@link Consistency#UNDECIDED}, as in the released code. Any other status is an
 * error of the settings and ends at once; so does an endpoint that fails for many queries in a row.
 */
public final class HttpConsistencyJudge implements ConsistencyJudge {
  private static final Logger logger = LoggerFactory.getLogger(HttpConsistencyJudge.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_DOUBLINGS = 10;

  private final URI endpoint;
  private final Builder settings;
  private final HttpClient client;
  private final RetryPolicy<Reply> retries;
  private final AtomicInteger failuresInARow = new AtomicInteger();

  private HttpConsistencyJudge(Builder settings) {
    this.settings = settings;
    this.endpoint = URI.create(settings.base.replaceAll("/+$", "") + "/chat/completions");
    this.retries = retries(this.settings);
    this.client = HttpClient.newBuilder().connectTimeout(settings.timeout).build();
  }

  /**
   * Starts a judge.
   *
   * @param base address up to and including the version, for example {@code
   *     http://localhost:8000/v1}
   * @param model name of the model to ask
   */
  public static Builder builder(String base, String model) {
    return new Builder(base, model);
  }

  @Override
  public Consistency judge(ConsistencyQuery query) {
    AtomicBoolean answered = new AtomicBoolean();
    Reply last = ask(query, answered);
    if (last.judgement != null) {
      failuresInARow.set(0);
      return last.judgement;
    }
    logger.warn("{}: undecided after {} tries: {}", endpoint, settings.tries, last.problem);
    noteFailure(answered.get(), last.problem);
    return Consistency.UNDECIDED;
  }

  /** Returns the first reply that can be read, else what went wrong last. */
  private Reply ask(ConsistencyQuery query, AtomicBoolean answered) {
    try {
      return Failsafe.with(retries)
          .get(
              () -> {
                Reply reply = send(query);
                if (reply.answered) {
                  answered.set(true);
                }
                return reply;
              });
    } catch (FailsafeException e) {
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new CancelledException("interrupted while waiting to ask " + endpoint + " again", e);
      }
      return Reply.problem(String.valueOf(e.getCause()));
    }
  }

  @Override
  public List<Consistency> judgeAll(List<ConsistencyQuery> queries) {
    if (queries.isEmpty()) {
      return List.of();
    }
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.min(settings.concurrency, queries.size()), HttpConsistencyJudge::daemon);
    try {
      List<Future<Consistency>> running = new ArrayList<>();
      queries.forEach(query -> running.add(pool.submit(() -> judge(query))));
      List<Consistency> results = new ArrayList<>();
      for (Future<Consistency> future : running) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while waiting for " + endpoint);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RewardModelException problem) {
        throw problem;
      }
      throw new RewardModelException("consistency judge failed: " + e.getCause(), e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "consistency-judge");
    thread.setDaemon(true);
    return thread;
  }

  /** A judgement, or what went wrong and is worth another try; whether the model said a word. */
  private record Reply(@Nullable Consistency judgement, boolean answered, String problem) {
    static Reply of(String text) {
      return ConsistencyPrompt.read(text)
          .map(judgement -> new Reply(judgement, true, ""))
          .orElseGet(() -> new Reply(null, true, "reply without 0 or 1: " + abbreviate(text)));
    }

    static Reply problem(String problem) {
      return new Reply(null, false, problem);
    }
  }

  private Reply send(ConsistencyQuery query) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .timeout(settings.timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body(query)));
    if (settings.apiKey != null) {
      request.header("Authorization", "Bearer " + settings.apiKey);
    }
    HttpResponse<String> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while asking " + endpoint);
    }
    int status = response.statusCode();
    if (status == 408 || status == 429 || status >= 500) {
      return Reply.problem("status " + status);
    }
    if (status != 200) {
      throw new RewardModelException(
          endpoint + " answered with status " + status + ": " + abbreviate(response.body()));
    }
    return content(response.body());
  }

  private static Reply content(String body) {
    try {
      JsonNode content = JSON.readTree(body).at("/choices/0/message/content");
      return content.isTextual()
          ? Reply.of(content.textValue())
          : Reply.problem("no choices[0].message.content in " + abbreviate(body));
    } catch (JsonProcessingException e) {
      return Reply.problem("answer is not JSON: " + abbreviate(body));
    }
  }

  private String body(ConsistencyQuery query) {
    ObjectNode root = JSON.createObjectNode();
    root.put("model", settings.model);
    root.put("temperature", settings.temperature);
    root.put("max_tokens", settings.maxTokens);
    root.putArray("messages")
        .addObject()
        .put("role", "user")
        .put("content", ConsistencyPrompt.ask(query));
    return root.toString();
  }

  private static RetryPolicy<Reply> retries(Builder settings) {
    return RetryPolicy.<Reply>builder()
        .handle(IOException.class)
        .handleResultIf(reply -> reply.judgement == null)
        .withMaxAttempts(settings.tries)
        .withDelayFn(context -> pause(settings.backoff, context))
        .build();
  }

  /** A model that answers is asked again at once, one that does not after a pause that doubles. */
  private static Duration pause(Duration first, ExecutionContext<Reply> context) {
    Reply last = context.getLastResult();
    return last != null && last.answered
        ? Duration.ZERO
        : first.multipliedBy(1L << Math.min(context.getAttemptCount() - 1, MOST_DOUBLINGS));
  }

  private void noteFailure(boolean answered, String problem) {
    if (answered) {
      failuresInARow.set(0);
    } else if (failuresInARow.incrementAndGet() >= settings.maxFailures) {
      throw new RewardModelException(
          endpoint + " failed for " + settings.maxFailures + " queries in a row: " + problem);
    }
  }

  private static String abbreviate(String text) {
    return text.length() <= 200 ? text : text.substring(0, 197) + "...";
  }

  /**
   * Settings of an {@link HttpConsistencyJudge}. Not thread-safe. Defaults:
   *
   * <ul>
   *   <li>no API key
   *   <li>temperature 0.1, at most 16 tokens
   *   <li>time-out of a call: 30 s
   *   <li>tries: 3, first pause 500 ms
   *   <li>calls at a time: 8
   *   <li>queries in a row that may fail: 32
   * </ul>
   */
  public static final class Builder {
    private final String base;
    private final String model;
    private @Nullable String apiKey;
    private double temperature = 0.1;
    private int maxTokens = 16;
    private Duration timeout = Duration.ofSeconds(30);
    private Duration backoff = Duration.ofMillis(500);
    private int tries = 3;
    private int concurrency = 8;
    private int maxFailures = 32;

    private Builder(String base, String model) {
      this.base = base;
      this.model = model;
    }

    private Builder(Builder other) {
      this(other.base, other.model);
      apiKey = other.apiKey;
      temperature = other.temperature;
      maxTokens = other.maxTokens;
      timeout = other.timeout;
      backoff = other.backoff;
      tries = other.tries;
      concurrency = other.concurrency;
      maxFailures = other.maxFailures;
    }

    /** Key sent as a bearer token. */
    @CanIgnoreReturnValue
    public Builder apiKey(String key) {
      apiKey = key;
      return this;
    }

    /** Sampling temperature of the model. */
    @CanIgnoreReturnValue
    public Builder temperature(double value) {
      temperature = value;
      return this;
    }

    /** Most tokens of a reply. */
    @CanIgnoreReturnValue
    public Builder maxTokens(int tokens) {
      maxTokens = positive("maxTokens", tokens);
      return this;
    }

    /** Time-out of connecting and of a whole call. */
    @CanIgnoreReturnValue
    public Builder timeout(Duration duration) {
      timeout = duration;
      return this;
    }

    /** Calls per query, and the pause after the first one, which doubles every time. */
    @CanIgnoreReturnValue
    public Builder tries(int count, Duration firstPause) {
      tries = positive("tries", count);
      backoff = firstPause;
      return this;
    }

    /** Calls at a time. */
    @CanIgnoreReturnValue
    public Builder concurrency(int calls) {
      concurrency = positive("concurrency", calls);
      return this;
    }

    /** Queries in a row that get no answer at all before judging ends with an exception. */
    @CanIgnoreReturnValue
    public Builder maxFailures(int queries) {
      maxFailures = positive("maxFailures", queries);
      return this;
    }

    /**
     * Returns the judge.
     *
     * @throws InvalidInputException if the address is no URI
     */
    public HttpConsistencyJudge build() {
      try {
        return new HttpConsistencyJudge(new Builder(this));
      } catch (IllegalArgumentException e) {
        throw new InvalidInputException("endpoint is no URI: " + base, e);
      }
    }

    private static int positive(String name, int value) {
      if (value < 1) {
        throw new InvalidInputException(name + " must be at least 1, got " + value);
      }
      return value;
    }
  }
}
