package io.r1reward.examples;

import io.r1reward.InvalidInputException;
import io.r1reward.MediaException;
import io.r1reward.RewardModel;
import io.r1reward.spi.ModelSettings;
import io.r1reward.spi.RewardModelProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Opens folders that hold a file {@code fake-judge}, and keeps the last settings and model. */
public final class FakeProvider implements RewardModelProvider {
  public static volatile ModelSettings settings = ModelSettings.builder().build();
  public static volatile FakeModel model = FakeModel.ofLengths();

  @Override
  public String engine() {
    return "fake";
  }

  @Override
  public boolean recognises(Path checkpoint) {
    return Files.exists(checkpoint.resolve("fake-judge"));
  }

  @Override
  public RewardModel load(Path checkpoint, ModelSettings given) {
    settings = given;
    model =
        new FakeModel(
            request -> {
              if (request.pair().question().equals("unreadable")) {
                throw new MediaException("cat.png does not exist");
              }
              if (request.pair().question().equals("unanswerable")) {
                return CompletableFuture.failedFuture(new InvalidInputException("too odd"));
              }
              return CompletableFuture.completedFuture(FakeModel.longer(request));
            });
    return model;
  }
}
