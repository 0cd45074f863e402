package io.r1reward.train.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.r1reward.CancelledException;
import io.r1reward.Preferred;
import io.r1reward.RewardModelException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpConsistencyJudgeTest {
  private static final ConsistencyQuery QUERY =
      new ConsistencyQuery("Response 2 is better.", Preferred.SECOND);

  /** Answers one call; returns the status. */
  private interface Script {
    int answer(int call, StringBuilder body) throws IOException, InterruptedException;
  }

  private HttpServer server;
  private ExecutorService threads;
  private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
  private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();
  private Script script = (call, body) -> ok(body, "1");

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
    try (exchange) {
      bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      StringBuilder body = new StringBuilder();
      int status = script.answer(calls.getAndIncrement(), body);
      byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.decrementAndGet();
    }
  }

  private static int ok(StringBuilder body, String content) {
    body.append("{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"")
        .append(content)
        .append("\"}}]}");
    return 200;
  }

  private HttpConsistencyJudge.Builder judge() {
    return HttpConsistencyJudge.builder(
            "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/", "judge-7b")
        .tries(3, Duration.ofMillis(1))
        .timeout(Duration.ofSeconds(20));
  }

  @Test
  void sends_an_openai_request_and_reads_the_digit() throws IOException {
    script = (call, body) -> ok(body, call == 0 ? "1" : "The reply is 0.");
    HttpConsistencyJudge judge = judge().apiKey("secret").build();
    assertThat(judge.judge(QUERY)).isEqualTo(Consistency.CONSISTENT);
    assertThat(judge.judge(QUERY)).isEqualTo(Consistency.INCONSISTENT);

    JsonNode request = new ObjectMapper().readTree(bodies.get(0));
    assertThat(request.get("model").textValue()).isEqualTo("judge-7b");
    assertThat(request.get("temperature").doubleValue()).isEqualTo(0.1);
    assertThat(request.at("/messages/0/role").textValue()).isEqualTo("user");
    assertThat(request.at("/messages/0/content").textValue())
        .contains("Response 2 is better.")
        .contains("[Final choice]: Response 2");
    assertThat(keys).containsOnly("Bearer secret");
  }

  @Test
  void tries_again_after_a_busy_server_and_an_unreadable_reply() {
    script =
        (call, body) ->
            switch (call) {
              case 0 -> 503;
              case 1 -> ok(body, "hard to say");
              default -> ok(body, "1");
            };
    assertThat(judge().build().judge(QUERY)).isEqualTo(Consistency.CONSISTENT);
    assertThat(calls).hasValue(3);
  }

  @Test
  void is_undecided_after_three_tries() {
    script = (call, body) -> ok(body, "hard to say");
    assertThat(judge().build().judge(QUERY)).isEqualTo(Consistency.UNDECIDED);
    assertThat(calls).hasValue(3);
  }

  @Test
  void is_undecided_when_the_server_does_not_answer_in_time() {
    script =
        (call, body) -> {
          Thread.sleep(60_000);
          return ok(body, "1");
        };
    HttpConsistencyJudge judge = judge().timeout(Duration.ofMillis(50)).build();
    assertThat(judge.judge(QUERY)).isEqualTo(Consistency.UNDECIDED);
  }

  @Test
  void wrong_settings_end_at_once_with_the_servers_words() {
    script =
        (call, body) -> {
          body.append("{\"error\":\"no such model\"}");
          return 404;
        };
    assertThatThrownBy(() -> judge().build().judge(QUERY))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining("/v1/chat/completions answered with status 404")
        .hasMessageContaining("no such model");
    assertThat(calls).hasValue(1);
  }

  @Test
  void endpoint_that_keeps_failing_ends_with_its_address() {
    script = (call, body) -> 500;
    HttpConsistencyJudge judge = judge().maxFailures(2).build();
    assertThat(judge.judge(QUERY)).isEqualTo(Consistency.UNDECIDED);
    assertThatThrownBy(() -> judge.judge(QUERY))
        .isInstanceOf(RewardModelException.class)
        .hasMessageContaining("failed for 2 queries in a row: status 500");
  }

  @Test
  void judges_many_at_a_time_but_no_more_than_allowed_and_keeps_their_order() {
    script =
        (call, body) -> {
          Thread.sleep(20);
          return ok(body, "1");
        };
    List<ConsistencyQuery> queries = Collections.nCopies(20, QUERY);
    assertThat(judge().concurrency(4).build().judgeAll(queries))
        .hasSize(20)
        .containsOnly(Consistency.CONSISTENT);
    assertThat(mostRunning.get()).isBetween(2, 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void status_that_passes_is_asked_again(int status) {
    script = (call, body) -> call < 2 ? status : ok(body, "1");
    assertThat(judge().build().judge(QUERY)).isEqualTo(Consistency.CONSISTENT);
    assertThat(calls).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 422})
  void status_of_wrong_settings_is_asked_once(int status) {
    script = (call, body) -> status;
    assertThatThrownBy(() -> judge().build().judge(QUERY))
        .isExactlyInstanceOf(RewardModelException.class)
        .hasMessageContaining("answered with status " + status);
    assertThat(calls).hasValue(1);
  }

  @Test
  void gives_up_after_its_tries_and_tells_the_last_problem() {
    script = (call, body) -> call < 3 ? 503 : 429;
    HttpConsistencyJudge judge = judge().tries(4, Duration.ZERO).maxFailures(1).build();
    assertThatThrownBy(() -> judge.judge(QUERY))
        .isExactlyInstanceOf(RewardModelException.class)
        .hasMessageEndingWith("failed for 1 queries in a row: status 429");
    assertThat(calls).hasValue(4);
  }

  @Test
  void gives_up_on_an_endpoint_that_refuses_the_connection_with_what_it_said() {
    HttpConsistencyJudge judge = judge().maxFailures(1).build();
    server.stop(0);
    assertThatThrownBy(() -> judge.judge(QUERY))
        .isExactlyInstanceOf(RewardModelException.class)
        .hasMessageContaining("queries in a row: java.net.ConnectException");
  }

  @Test
  void one_unreadable_reply_among_failures_counts_as_an_answer() {
    script = (call, body) -> call == 0 ? ok(body, "hard to say") : 503;
    HttpConsistencyJudge judge = judge().maxFailures(1).build();
    assertThat(judge.judge(QUERY)).isEqualTo(Consistency.UNDECIDED);
    assertThat(calls).hasValue(3);
  }

  @Test
  void unreadable_replies_are_asked_again_without_a_pause() {
    script = (call, body) -> ok(body, call < 2 ? "hard to say" : "1");
    HttpConsistencyJudge judge = judge().tries(3, Duration.ofMinutes(10)).build();
    assertThat(judge.judge(QUERY)).isEqualTo(Consistency.CONSISTENT);
  }

  @Test
  void pauses_double() {
    script = (call, body) -> call < 3 ? 503 : ok(body, "1");
    HttpConsistencyJudge judge = judge().tries(4, Duration.ofMillis(40)).build();
    long start = System.nanoTime();
    assertThat(judge.judge(QUERY)).isEqualTo(Consistency.CONSISTENT);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(40 + 80 + 160));
  }

  @Test
  void no_pause_follows_the_last_try() {
    script = (call, body) -> 503;
    HttpConsistencyJudge judge = judge().tries(1, Duration.ofMinutes(10)).build();
    assertThat(judge.judge(QUERY)).isEqualTo(Consistency.UNDECIDED);
  }

  @Test
  void interrupt_ends_a_pause_at_once_and_stays_set() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    script =
        (call, body) -> {
          asked.countDown();
          return 503;
        };
    interrupted(judge().tries(3, Duration.ofMinutes(10)).build(), asked);
    assertThat(calls).hasValue(1);
  }

  @Test
  void interrupt_ends_a_call_at_once_and_is_not_tried_again() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    script =
        (call, body) -> {
          asked.countDown();
          Thread.sleep(60_000);
          return ok(body, "1");
        };
    interrupted(judge().build(), asked);
    assertThat(calls).hasValue(1);
  }

  private static void interrupted(HttpConsistencyJudge judge, CountDownLatch asked)
      throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    Thread thread =
        new Thread(
            () -> {
              thrown.set(catchThrowable(() -> judge.judge(QUERY)));
              flag.set(Thread.currentThread().isInterrupted());
            });
    thread.start();
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    Thread.sleep(100); // into the pause, where there is one
    thread.interrupt();
    thread.join(20_000);
    assertThat(thrown.get())
        .isInstanceOf(CancelledException.class)
        .hasMessageContaining("/v1/chat/completions");
    assertThat(flag).isTrue();
  }
}
