package io.r1reward.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.r1reward.Image;
import io.r1reward.ScoreRequest;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
  private static final Path STATIC = Path.of("src/main/resources/static");
  @TempDir static Path folder;
  private static RunningService service;

  @BeforeAll
  static void start() {
    service = new RunningService("r1reward.service.max-text=100");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @BeforeEach
  void forget() {
    service.model.requests.clear();
  }

  @Test
  void the_page_asks_nobody_else_and_writes_texts_alone() throws Exception {
    HttpResponse<String> response =
        service.send(HttpRequest.newBuilder(service.uri("/")).header("Accept", "text/html"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("default-src 'none'").contains("<title>");
    for (String name : List.of("index.html", "page.css", "page.js")) {
      assertThat(Files.readString(STATIC.resolve(name)))
          .doesNotContain("http://", "https://", "innerHTML", "outerHTML", "insertAdjacentHTML");
      assertThat(service.send(HttpRequest.newBuilder(service.uri("/" + name))).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void a_browser_shows_reasoning_and_winner() throws Exception {
    assumeTrue(Browser.isInstalled(), "no Chromium with its driver in /usr/bin");
    byte[] picture = picture();
    try (Browser browser = new Browser(folder.resolve("profile"))) {
      browser.open(service.uri("/"));
      browser.type("#question", "How many dots?");
      browser.type("#first", "Two dots.");
      browser.type("#second", "Three dots.");
      browser.type("#image", folder.resolve("dots.png").toString());
      assertThat(browser.waitFor("return document.getElementById('preview').naturalWidth || null"))
          .isEqualTo("120");
      browser.click("#judge");
      assertThat(browser.waitForText("#winner")).isEqualTo("The second answer is preferred");
      assertThat(
              browser.waitFor(
                  "return [...document.querySelectorAll('.reasoning > *')]"
                      + ".map(one => one.textContent).join('|')"))
          .isEqualTo(
              "Judgement 1|It <b>counts</b> three."
                  + "|Judgement 1, answers exchanged|I see\n\ntwo.");
      assertThat(browser.waitForText("#share-first")).isEqualTo("25%");
      assertThat(browser.waitFor("return document.querySelector('.won').id"))
          .isEqualTo("side-second");
      assertThat(browser.waitFor("return String(document.querySelectorAll('p b').length)"))
          .isEqualTo("0");
      keepScreenshot(browser);
    }
    ScoreRequest request = service.model.requests.take();
    assertThat(request.pair().first()).isEqualTo("Two dots.");
    Image sent = (Image) request.pair().media().get(0);
    assertThat(((Image.BytesSource) sent.source()).data()).isEqualTo(picture);
  }

  @Test
  void a_browser_shows_problems_as_text() throws Exception {
    assumeTrue(Browser.isInstalled(), "no Chromium with its driver in /usr/bin");
    try (Browser browser = new Browser(folder.resolve("another-profile"))) {
      browser.open(service.uri("/"));
      browser.type("#question", "x".repeat(101));
      browser.type("#first", "a");
      browser.type("#second", "b\t\t\t\uE007"); // by keys: over the votes to the button
      assertThat(browser.waitForText("#error"))
          .isEqualTo("Bad Request: question must have at most 100 characters, got 101");
      browser.open(service.uri("/"));
      browser.type("#question", "slow");
      browser.type("#first", "a");
      browser.type("#second", "b");
      browser.click("#judge");
      assertThat(browser.waitForText("#error"))
          .startsWith("Gateway Timeout: no judgement ended within PT2M");
    }
  }

  /** Where the property {@code screenshot} names a file. */
  private static void keepScreenshot(Browser browser) throws IOException, InterruptedException {
    String file = System.getProperty("screenshot");
    if (file != null) {
      Files.write(Path.of(file), browser.screenshot());
    }
  }

  private static byte[] picture() throws IOException {
    BufferedImage image = new BufferedImage(120, 80, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.ORANGE);
    Stream.of(10, 50, 90).forEach(x -> graphics.fillOval(x, 30, 20, 20));
    graphics.dispose();
    Path file = folder.resolve("dots.png");
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
    return Files.readAllBytes(file);
  }
}
