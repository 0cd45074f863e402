package io.r1reward.examples.scenes;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.Image;
import io.r1reward.PreferencePair;
import io.r1reward.examples.UsageException;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.scenes.SceneTask;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes pairs of the visual preference task as JSON lines and pictures. */
@Command(
    name = "scenes",
    mixinStandardHelpOptions = true,
    description = {
      "Writes labelled pairs of the visual preference task that the demonstration judge learnt:"
          + " DIR/pairs.jsonl, which score, compare and train read, and DIR/pictures/*.png.",
      "Held-out pairs show scenes that no training pair shows, whatever the seeds."
    })
public final class ScenesCommand implements Callable<Integer> {
  private static final String PAIRS = "pairs.jsonl";
  private static final String PICTURES = "pictures";

  private final JsonMapper mapper = new JsonMapper();

  @Spec private CommandSpec spec;

  @Option(names = "--output", required = true, paramLabel = "DIR", description = "New folder.")
  private Path output;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "500",
      description = "Pairs; default ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "The same seed gives the same pairs; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--training", description = "Pairs to learn from instead of held-out ones.")
  private boolean training;

  @Override
  public Integer call() throws IOException {
    if (count < 1) {
      throw new UsageException("--count must be at least 1, got " + count);
    }
    if (Files.exists(output.resolve(PAIRS))) {
      throw new UsageException(output.resolve(PAIRS) + " already exists");
    }
    Files.createDirectories(output.resolve(PICTURES));
    PreferenceDataset pairs =
        training
            ? SceneTask.DEFAULT.training(seed).limit(count)
            : SceneTask.DEFAULT.heldOut(seed, count);
    try (Stream<PreferenceSample> samples = pairs.open();
        Writer lines = Files.newBufferedWriter(output.resolve(PAIRS))) {
      for (Iterator<PreferenceSample> all = samples.iterator(); all.hasNext(); ) {
        lines.append(mapper.writeValueAsString(line(all.next()))).append('\n');
      }
    }
    spec.commandLine().getOut().printf("%d pairs in %s%n", count, output.resolve(PAIRS));
    return 0;
  }

  private ObjectNode line(PreferenceSample sample) throws IOException {
    PreferencePair pair = sample.pair();
    String picture = PICTURES + "/" + sample.id() + ".png";
    write(pair, output.resolve(picture));
    ObjectNode line =
        mapper
            .createObjectNode()
            .put("id", sample.id())
            .put("question", pair.question())
            .put("first", pair.first())
            .put("second", pair.second())
            .put("image", picture)
            .put("preferred", sample.label().name());
    sample.attributes().forEach(line::put);
    return line;
  }

  private static void write(PreferencePair pair, Path file) throws IOException {
    boolean painted =
        pair.media().get(0) instanceof Image image
            && image.source() instanceof Image.PixelsSource pixels
            && ImageIO.write(pixels.image(), "png", file.toFile());
    if (!painted) {
      throw new IllegalStateException("a scene is no picture: " + pair.media());
    }
  }
}
