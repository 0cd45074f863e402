package io.r1reward.examples;

import io.r1reward.InvalidInputException;
import io.r1reward.core.hub.HubDownload;
import io.r1reward.core.machine.FileNames;
import io.r1reward.spi.CheckpointSources;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A checkpoint as a command line names it: a folder, or {@code hf:owner/name@revision}. One of the
 * hub is brought when its folder is asked for the first time. Not thread-safe.
 */
final class CheckpointName {
  private final String text;
  private @Nullable Path folder;

  private CheckpointName(String text) {
    this.text = text;
  }

  /**
   * Returns the folder, and waits until it is there.
   *
   * @throws io.r1reward.RewardModelException as of {@link CheckpointSources#resolve}
   */
  Path folder() {
    if (folder == null) {
      folder = CheckpointSources.resolve(text);
    }
    return folder;
  }

  @Override
  public String toString() {
    return text;
  }

  /** Reads what an option says, and looks for nothing yet. */
  static final class Converter implements ITypeConverter<CheckpointName> {
    @Override
    public CheckpointName convert(String text) {
      try {
        if (CheckpointSources.isOfHub(text)) {
          String name = text.substring(text.indexOf(':') + 1);
          // offline and without an environment, nothing but the name is looked at
          HubDownload unused =
              HubDownload.builder(name).environment(Map.of()).offline(true).build();
        } else {
          Path unused = Path.of(text);
        }
      } catch (InvalidInputException e) {
        throw new TypeConversionException(e.getMessage());
      } catch (InvalidPathException e) {
        throw new TypeConversionException(FileNames.refusal(text, e));
      }
      return new CheckpointName(text);
    }
  }
}
