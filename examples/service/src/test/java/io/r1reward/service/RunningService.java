package io.r1reward.service;

import io.r1reward.RewardModel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program with a fake model, on a port of its own, and a client. */
final class RunningService implements AutoCloseable {
  static final String BOUNDARY = "----------border";

  final FakeModel model = new FakeModel();
  final HttpClient client = HttpClient.newHttpClient();
  final ConfigurableApplicationContext context;
  final int port;

  RunningService(String... properties) {
    SpringApplication application = new SpringApplication(Service.class);
    application.addInitializers(
        context ->
            ((GenericApplicationContext) context)
                .registerBean("judge", RewardModel.class, () -> model));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0", "--spring.main.banner-mode=off", "--logging.level.root=off"));
    for (String property : properties) {
      arguments.add("--" + property);
    }
    context = application.run(arguments.toArray(String[]::new));
    port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  HttpRequest.Builder json(String body) {
    return HttpRequest.newBuilder(uri("/score"))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  HttpRequest.Builder form(String... namesAndTexts) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      String name = namesAndTexts[i];
      body.append("--").append(BOUNDARY).append("\r\nContent-Disposition: form-data; name=\"");
      body.append(name).append('"');
      if (name.equals("image") || name.equals("file")) {
        body.append("; filename=\"a.png\"\r\nContent-Type: image/png");
      }
      body.append("\r\n\r\n").append(namesAndTexts[i + 1]).append("\r\n");
    }
    body.append("--").append(BOUNDARY).append("--\r\n");
    return HttpRequest.newBuilder(uri("/score"))
        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  static JsonNode read(String json) {
    return JsonMapper.shared().readTree(json);
  }

  @Override
  public void close() {
    context.close();
  }
}
