package io.r1reward.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.Image;
import io.r1reward.ScoreRequest;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import tools.jackson.databind.JsonNode;

class ScoreControllerTest {
  private static final String PAIR =
      "{\"question\": \"How many?\", \"first\": \"Two.\", \"second\": \"Three.\"}";
  private static RunningService service;

  @BeforeAll
  static void start() {
    service =
        new RunningService(
            "r1reward.service.max-body=2000B",
            "r1reward.service.max-image=20B",
            "r1reward.service.max-images=2",
            "r1reward.service.max-text=30",
            "r1reward.service.max-votes=3",
            "r1reward.service.max-new-tokens=100",
            "r1reward.service.time-limit=90s");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @BeforeEach
  void forget() {
    service.model.requests.clear();
    service.model.futures.clear();
  }

  private static String asking(String question) {
    return PAIR.replace("How many?", question);
  }

  private static String with(String more) {
    return PAIR.replace("}", ", " + more + "}");
  }

  private static void assertProblem(HttpResponse<String> response, int status, String detail) {
    assertThat(response.body()).contains("\"detail\"");
    JsonNode problem = RunningService.read(response.body());
    assertThat(problem.get("detail").stringValue()).isEqualTo(detail);
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  @Test
  void json_is_scored() throws Exception {
    HttpResponse<String> response =
        service.send(
            service.json(
                with(
                    "\"images\": [\"data:image/png;base64,UE5H\", {\"base64\": \"SlBH\"}],"
                        + " \"votes\": 2, \"bothOrders\": true, \"temperature\": 0.5,"
                        + " \"maxNewTokens\": 50, \"seed\": 9")));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    String judgement =
        "{\"preferred\": \"%s\", \"order\": \"%s\","
            + " \"reasoning\": \"It <b>counts</b> three.\", \"tokens\": 3}";
    // one vote of four for the first; soft (0.25 + 0.75 + 0.125 + 0.375) / 4
    assertThat(RunningService.read(response.body()))
        .isEqualTo(
            RunningService.read(
                "{\"status\": \"complete\", \"preferred\": \"second\", \"first\": 0.25,"
                    + " \"second\": 0.75, \"softFirst\": 0.375, \"judgements\": ["
                    + String.format(judgement, "second", "given")
                    + ","
                    + String.format(judgement, "first", "swapped")
                    + ","
                    + String.format(judgement, "second", "given")
                    + ","
                    + String.format(judgement, "second", "swapped")
                    + "], \"promptTokens\": 5}"));
    ScoreRequest request = service.model.requests.take();
    assertThat(request.pair().question()).isEqualTo("How many?");
    assertThat(request.pair().first()).isEqualTo("Two.");
    assertThat(request.pair().second()).isEqualTo("Three.");
    assertThat(request.pair().media())
        .extracting(
            media ->
                new String(
                    ((Image.BytesSource) ((Image) media).source()).data(), StandardCharsets.UTF_8))
        .containsExactly("PNG", "JPG");
    assertThat(request.voting().samples()).isEqualTo(2);
    assertThat(request.voting().bothOrders()).isTrue();
    assertThat(request.sampling().temperature()).isEqualTo(0.5);
    assertThat(request.sampling().maxNewTokens()).isEqualTo(50);
    assertThat(request.sampling().seed()).isEqualTo(9);
    assertThat(request.timeLimit()).isEqualTo(Duration.ofSeconds(90));
    assertThat(request.listener()).isNull();
  }

  @Test
  void nothing_said_is_one_vote_within_the_limits() throws Exception {
    assertThat(service.send(service.json(PAIR)).statusCode()).isEqualTo(200);
    ScoreRequest request = service.model.requests.take();
    assertThat(request.voting().judgements()).isEqualTo(1);
    assertThat(request.sampling().temperature()).isNull();
    assertThat(request.sampling().maxNewTokens()).isEqualTo(100); // less than the usual 2048
    assertThat(request.pair().media()).isEmpty();
  }

  @Test
  void a_form_is_scored() throws Exception {
    HttpResponse<String> response =
        service.send(
            service.form(
                "question",
                "Größe?",
                "first",
                "",
                "second",
                "Three.",
                "votes",
                "3",
                "bothOrders",
                "false",
                "temperature",
                "",
                "image",
                "PNG",
                "image",
                "JPG"));
    assertThat(response.body()).contains("\"preferred\":\"second\"");
    ScoreRequest request = service.model.requests.take();
    assertThat(request.pair().question()).isEqualTo("Größe?");
    assertThat(request.pair().first()).isEmpty();
    assertThat(request.voting().judgements()).isEqualTo(3);
    assertThat(request.sampling().temperature()).isNull();
    assertThat(request.pair().media())
        .extracting(
            media ->
                new String(
                    ((Image.BytesSource) ((Image) media).source()).data(), StandardCharsets.UTF_8))
        .containsExactly("PNG", "JPG");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "\"votes\": 4 | votes must be a whole number from 1 to 3, got 4",
        "\"votes\": 0 | votes must be a whole number from 1 to 3, got 0",
        "\"votes\": 1.5 | votes must be a whole number from 1 to 3, got 1.5",
        "\"votes\": \"2\" | votes must be a number, got \"2\"",
        "\"bothOrders\": 1 | bothOrders must be true or false, got 1",
        "\"maxNewTokens\": 101 | maxNewTokens must be a whole number from 1 to 100, got 101",
        "\"temperature\": -1 | temperature must be finite and at least 0, got -1.0",
        "\"vote\": 1 | no field has the name vote, there are bothOrders, first, images,"
            + " maxNewTokens, question, second, seed, temperature, votes",
        "\"images\": \"a\" | images must be an array, got \"a\"",
        "\"images\": [1] | images[0] must be a data: URI or {\"base64\": …}, got 1",
        "\"images\": [\"file:///etc/passwd\"] |"
            + " images[0] must be a data: URI or {\"base64\": …}, got file:///etc/passwd",
        "\"images\": [\"data:,a\", \"http://a/b.png\"] |"
            + " images[1] must be a data: URI or {\"base64\": …}, got http://a/b.png",
        "\"images\": [\"data:,a\",\"data:,a\",\"data:,a\"] | images must be at most 2, got 3",
        "\"images\": [\"data:,\"] | images[0] must hold a picture, got 0 bytes",
      })
  void wrong_input_is_told_by_field_value_and_limit(String field, String detail) throws Exception {
    assertProblem(service.send(service.json(with(field))), 400, detail);
    assertThat(service.model.requests).isEmpty();
  }

  @Test
  void texts_that_are_missing_or_long_are_refused() throws Exception {
    assertProblem(
        service.send(service.json("{\"question\": \"a\", \"second\": \"b\"}")),
        400,
        "first must be given, it is missing");
    assertProblem(
        service.send(service.json(asking("x".repeat(31)))),
        400,
        "question must have at most 30 characters, got 31");
    assertProblem(
        service.send(service.json("[1]")), 400, "the body must be a JSON object, got [1]");
    assertThat(service.send(service.json("{")).body()).contains("the body is no JSON: ");
    assertThat(service.send(service.json(with("\"first\": \"\""))).body()).contains("uplicate");
    assertThat(service.send(service.json(PAIR + "{}")).body()).contains("the body is no JSON: ");
    assertThat(service.send(service.json("")).statusCode()).isEqualTo(400);
  }

  @Test
  void forms_are_checked_as_json_is() throws Exception {
    assertProblem(
        service.send(service.form("question", "a", "first", "b", "second", "c", "votes", "9")),
        400,
        "votes must be a whole number from 1 to 3, got 9");
    assertProblem(
        service.send(service.form("question", "a", "question", "b", "first", "", "second", "")),
        400,
        "question must be given once, got 2");
    assertProblem(
        service.send(service.form("question", "a", "first", "", "second", "", "file", "PNG")),
        400,
        "no field has the name file, there are image");
  }

  @Test
  void a_picture_of_too_many_bytes_is_too_large() throws Exception {
    assertProblem(
        service.send(service.json(with("\"images\": [\"data:," + "x".repeat(21) + "\"]"))),
        413,
        "images[0] must have at most 20 bytes, got more");
    assertProblem(
        service.send(
            service.form("question", "a", "first", "b", "second", "c", "image", "x".repeat(21))),
        413,
        "image[0] must have at most 20 bytes, got more");
  }

  @Test
  void a_body_of_too_many_bytes_is_too_large() throws Exception {
    String large = asking("x".repeat(2000));
    String detail = "the body must have at most 2000 bytes, got more";
    assertProblem(service.send(service.json(large)), 413, detail);
    byte[] bytes = large.getBytes(StandardCharsets.UTF_8);
    HttpRequest.Builder unknownLength =
        service
            .json("")
            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)));
    assertProblem(service.send(unknownLength), 413, detail);
    assertProblem(
        service.send(
            service.form("question", "a", "first", "b", "second", "c", "image", "x".repeat(2000))),
        413,
        detail);
    assertThat(service.model.requests).isEmpty();
  }

  @Test
  void bytes_that_are_no_form_are_refused() throws Exception {
    assertProblem(
        service.send(service.json("x").setHeader("Content-Type", "multipart/form-data")),
        400,
        "the body is no form that can be read");
  }

  @Test
  void other_types_and_methods_are_refused() throws Exception {
    HttpResponse<String> text =
        service.send(service.json(PAIR).setHeader("Content-Type", "text/plain"));
    assertProblem(text, 415, "Content-Type 'text/plain' is not supported.");
    assertThat(service.send(service.json(PAIR).header("Accept", "text/html")).statusCode())
        .isEqualTo(406);
    assertThat(service.send(HttpRequest.newBuilder(service.uri("/score"))).statusCode())
        .isEqualTo(405);
  }

  @Test
  void a_full_queue_asks_to_come_again() throws Exception {
    HttpResponse<String> response = service.send(service.json(asking("full")));
    assertProblem(response, 429, "1024 requests wait, the most that may");
    assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
  }

  @Test
  void closing_and_failing_are_unavailable_and_tell_no_secret() throws Exception {
    assertProblem(service.send(service.json(asking("closed"))), 503, "the service is closing");
    assertProblem(
        service.send(service.json(asking("broken"))),
        503,
        "the judge failed; the log of the service says why");
  }

  @Test
  void no_vote_within_the_time_limit_is_a_timeout() throws Exception {
    assertProblem(
        service.send(service.json(asking("slow"))),
        504,
        "no judgement ended within PT1M30S, the limit of a request");
  }

  @Test
  void requests_that_wait_are_counted() throws Exception {
    try (RunningService small = new RunningService("r1reward.service.max-waiting=1")) {
      var first =
          small.client.sendAsync(
              small.json(asking("wait")).build(), HttpResponse.BodyHandlers.ofString());
      var running = small.model.futures.poll(10, TimeUnit.SECONDS);
      HttpResponse<String> second = small.send(small.json(PAIR));
      assertProblem(second, 429, "1 requests wait or run, the most that may; try again");
      assertThat(running.cancel(true)).isTrue();
      assertProblem(first.get(10, TimeUnit.SECONDS), 503, "the service is closing");
      assertThat(small.send(small.json(PAIR)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_judge_that_forgets_the_time_is_given_up() throws Exception {
    String detail = "no judgement ended within PT0.1S, the limit of a request";
    try (RunningService hasty =
        new RunningService("r1reward.service.time-limit=100ms", "r1reward.service.grace=0s")) {
      assertProblem(hasty.send(hasty.json(asking("wait"))), 504, detail);
      assertThat(hasty.model.futures.take()).isCancelled();
      HttpResponse<String> stream =
          hasty.send(hasty.json(asking("wait")).header("Accept", "text/event-stream"));
      assertThat(stream.body()).startsWith("event:error\ndata:{").containsOnlyOnce(detail);
      assertThat(hasty.model.futures.take()).isCancelled();
    }
  }

  @Test
  void a_limit_out_of_range_or_no_judge_stops_the_start() {
    assertThatThrownBy(() -> new RunningService("r1reward.service.max-images=33").close())
        .rootCause()
        .hasMessage("r1reward.service.max-images must be from 0 to 32, got 33");
    assertThatThrownBy(
            () ->
                SpringApplication.run(Service.class, "--server.port=0", "--logging.level.root=off")
                    .close())
        .rootCause()
        .hasMessageStartingWith("there is no judge: set r1reward.checkpoint");
  }

  @Test
  void health_is_told() throws Exception {
    HttpResponse<String> response =
        service.send(HttpRequest.newBuilder(service.uri("/actuator/health")));
    assertThat(RunningService.read(response.body()).get("status").stringValue()).isEqualTo("UP");
  }
}
