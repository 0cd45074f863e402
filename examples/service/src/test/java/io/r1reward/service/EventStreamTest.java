package io.r1reward.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static final String TALK =
      """
      event:text
      data:{"sample":0,"order":"given","text":"It <b>counts"}

      event:text
      data:{"sample":0,"order":"swapped","text":"I see\\n\\ntwo."}

      event:text
      data:{"sample":0,"order":"given","text":"</b> three."}

      event:score
      data:{"status":"complete","preferred":"second",\
      """;
  private static RunningService service;

  @BeforeAll
  static void start() {
    service = new RunningService();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @BeforeEach
  void forget() {
    service.model.futures.clear();
    service.model.requests.clear();
  }

  private static HttpRequest.Builder asking(String question) {
    return service
        .json("{\"question\": \"" + question + "\", \"first\": \"a\", \"second\": \"b\"}")
        .header("Accept", "text/event-stream");
  }

  @Test
  void texts_come_in_order_and_the_score_last() throws Exception {
    HttpResponse<String> response = service.send(asking("How many?"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(response.body()).startsWith(TALK).endsWith("\"promptTokens\":5}\n\n");
  }

  @Test
  void a_form_with_a_picture_is_streamed() throws Exception {
    HttpResponse<String> response =
        service.send(
            service
                .form("question", "a", "first", "b", "second", "c", "image", "PNG")
                .header("Accept", "text/event-stream"));
    assertThat(response.body()).startsWith(TALK);
    assertThat(service.model.requests.take().pair().media()).hasSize(1);
  }

  @Test
  void a_query_is_streamed() throws Exception {
    HttpResponse<String> response =
        service.send(
            HttpRequest.newBuilder(
                service.uri("/score/stream?question=How%20many%3F&first=a&second=b&votes=2")));
    assertThat(response.body()).startsWith(TALK);
    assertThat(service.model.requests.take().voting().samples()).isEqualTo(2);
  }

  @Test
  void what_is_wrong_before_the_first_event_has_its_status() throws Exception {
    HttpResponse<String> response =
        service.send(HttpRequest.newBuilder(service.uri("/score/stream?question=a&first=b")));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.body()).contains("second must be given, it is missing");
    HttpResponse<String> full = service.send(asking("full"));
    assertThat(full.statusCode()).isEqualTo(429);
    assertThat(full.headers().firstValue("Retry-After")).hasValue("5");
  }

  @Test
  void what_fails_later_is_an_event() throws Exception {
    HttpResponse<String> response = service.send(asking("slow"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .startsWith("event:error\ndata:{")
        .contains("\"status\":504")
        .contains("no judgement ended within PT2M");
  }

  @Test
  void a_client_that_goes_away_cancels_its_score() throws Exception {
    HttpResponse<InputStream> response =
        service.client.send(asking("talk").build(), HttpResponse.BodyHandlers.ofInputStream());
    var running = service.model.futures.poll(10, TimeUnit.SECONDS);
    try (InputStream body = response.body()) {
      assertThat(new String(body.readNBytes(10), StandardCharsets.UTF_8)).isEqualTo("event:text");
      assertThat(running).isNotDone();
    }
    assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS))
        .isInstanceOf(CancellationException.class);
  }
}
