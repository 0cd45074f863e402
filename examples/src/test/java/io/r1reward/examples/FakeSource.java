package io.r1reward.examples;

import io.r1reward.CancelledException;
import io.r1reward.spi.CheckpointSource;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands before the hub's own source, and gives one folder for all names. */
public final class FakeSource implements CheckpointSource {
  public static final List<String> asked = new CopyOnWriteArrayList<>();
  public static volatile Path folder = Path.of("none");

  @Override
  public String prefix() {
    return "hf";
  }

  @Override
  public Path fetch(String name) {
    asked.add(name);
    if (name.endsWith("/interrupted")) {
      throw new CancelledException("the download of " + name + " was interrupted");
    }
    return folder;
  }
}
