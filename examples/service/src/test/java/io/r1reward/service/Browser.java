package io.r1reward.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Drives a Chromium by the WebDriver protocol. */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf"; // of the standard
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process driver;
  private final String address;
  private final String session;

  Browser(Path profile) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    driver =
        new ProcessBuilder(DRIVER.toString(), "--port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    address = "http://127.0.0.1:" + port;
    String id = "";
    try {
      awaitDriver();
      List<String> flags =
          List.of(
              "--headless",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-quic",
              "--no-first-run",
              "--disable-background-networking",
              "--disable-component-update",
              "--disable-sync",
              "--disable-dev-shm-usage",
              "--window-size=1000,1100",
              "--user-data-dir=" + profile);
      Map<String, Object> options = Map.of("binary", CHROMIUM.toString(), "args", flags);
      Map<String, Object> wanted = Map.of("alwaysMatch", Map.of("goog:chromeOptions", options));
      id = post("/session", Map.of("capabilities", wanted)).get("sessionId").stringValue();
    } finally {
      if (id.isEmpty()) {
        driver.destroy();
      }
    }
    session = "/session/" + id;
  }

  static boolean isInstalled() {
    return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
  }

  private void awaitDriver() throws IOException, InterruptedException {
    for (long end = System.nanoTime() + PATIENCE; ; ) {
      try {
        if (send(HttpRequest.newBuilder(URI.create(address + "/status")).build())
            .get("ready")
            .booleanValue()) {
          return;
        }
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
      Thread.sleep(50);
    }
  }

  private JsonNode post(String path, Object body) throws IOException, InterruptedException {
    String json = JsonMapper.shared().writeValueAsString(body);
    return send(
        HttpRequest.newBuilder(URI.create(address + path))
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(response.body()).get("value");
  }

  void open(URI page) throws IOException, InterruptedException {
    JsonNode unused = post(session + "/url", Map.of("url", page.toString()));
  }

  private String element(String selector) throws IOException, InterruptedException {
    Map<String, String> wanted = Map.of("using", "css selector", "value", selector);
    return session + "/element/" + post(session + "/element", wanted).get(ELEMENT).stringValue();
  }

  void type(String selector, String text) throws IOException, InterruptedException {
    JsonNode unused = post(element(selector) + "/value", Map.of("text", text));
  }

  void click(String selector) throws IOException, InterruptedException {
    JsonNode unused = post(element(selector) + "/click", Map.of());
  }

  /** Waits until a script returns something, and returns it. */
  String waitFor(String script) throws IOException, InterruptedException {
    for (long end = System.nanoTime() + PATIENCE; System.nanoTime() < end; Thread.sleep(50)) {
      JsonNode value = post(session + "/execute/sync", Map.of("script", script, "args", List.of()));
      if (!value.isNull()) {
        return value.asString();
      }
    }
    throw new AssertionError("in vain for 30 s: " + script);
  }

  /** Waits until an element shows a text, and returns it. */
  String waitForText(String selector) throws IOException, InterruptedException {
    return waitFor("return document.querySelector('" + selector + "').innerText.trim() || null");
  }

  byte[] screenshot() throws IOException, InterruptedException {
    JsonNode image =
        send(HttpRequest.newBuilder(URI.create(address + session + "/screenshot")).build());
    return Base64.getDecoder().decode(image.stringValue());
  }

  @Override
  public void close() throws IOException {
    try {
      JsonNode unused =
          send(HttpRequest.newBuilder(URI.create(address + session)).DELETE().build());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      driver.destroy();
    }
  }
}
