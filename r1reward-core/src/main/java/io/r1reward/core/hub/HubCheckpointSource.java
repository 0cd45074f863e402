package io.r1reward.core.hub;

import io.r1reward.spi.CheckpointSource;
import java.nio.file.Path;
import java.util.Map;

/**
 * Answers for {@code hf:owner/name@revision}: a {@link HubDownload} with all defaults. Stateless.
 */
public final class HubCheckpointSource implements CheckpointSource {
  private final Map<String, String> environment;

  /** Uses the environment of the process. */
  public HubCheckpointSource() {
    this(System.getenv());
  }

  /** Uses other environment variables. */
  HubCheckpointSource(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public String prefix() {
    return "hf";
  }

  @Override
  public Path fetch(String name) {
    return HubDownload.builder(name).environment(environment).build().run();
  }
}
