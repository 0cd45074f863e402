package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.protocol.ProtocolFile;
import io.r1reward.core.testing.ReadmeContract;
import io.r1reward.core.testing.Snippets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the READMEs show is what the library takes. */
class ReadmeTest extends ReadmeContract {
  private static final Path ROOT = Path.of("..");

  private static final Snippets GIVEN =
      new Snippets(
          """
          import io.r1reward.onnx.export.*;
          import io.r1reward.train.*;
          import io.r1reward.train.data.*;
          import io.r1reward.train.metrics.*;
          import io.r1reward.train.model.*;
          import io.r1reward.train.reward.*;
          import io.r1reward.train.rl.*;
          import java.time.Duration;
          """,
          """
          static RewardModel model;
          static PreferencePair pair;
          static PreferenceScore score;
          static String question;
          static String response;
          static List<Media> media;
          static List<String> candidates;
          static ConsistencyJudge judge;
          static Path checkpoint;
          static Path folder;
          static Path path;
          static Path dir;
          """);

  @TempDir Path classes;

  ReadmeTest() throws IOException {
    super(readmes(2), GIVEN);
  }

  /** The READMEs of the root and of what lies at most {@code depth - 1} folders below it. */
  private static List<Path> readmes(int depth) throws IOException {
    try (Stream<Path> below = Files.find(ROOT, depth, (path, is) -> path.endsWith("README.md"))) {
      return below.toList();
    }
  }

  @Test
  void the_first_snippet_scores_a_pair() throws Exception {
    Path picture = Files.write(classes.resolve("scene.png"), resource("/scene.png"));
    String snippet = Files.readString(ROOT.resolve("README.md"));
    snippet = snippet.substring(snippet.indexOf("```java") + 7);
    snippet = snippet.substring(0, snippet.indexOf("```"));
    try (EmbeddedJudge judge = EmbeddedJudge.unpack()) {
      String own =
          snippet
              .replace("Path.of(\"R1-Reward\")", path(judge.folder()))
              .replace("Path.of(\"sofa.jpg\")", path(picture))
              .replace("How many cats are on the sofa?", "How high is the orange bar?")
              .replace("Two cats.", "Its height is two.")
              .replace("Three; one hides.", "The answer is one.");
      assertThat(own).doesNotContain("sofa").doesNotContain("R1-Reward");
      assertThat(GIVEN.compile(own, classes)).isEmpty();
      PrintStream before = System.out;
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      try (URLClassLoader loader =
          new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        loader.loadClass("Snippet").getMethod("run").invoke(null);
      } finally {
        System.setOut(before);
      }
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .startsWith("SECOND 0.")
          .contains("I see ");
    }
  }

  @Test
  void a_judges_prompt_is_read() throws IOException {
    List<String> protocols = new ArrayList<>();
    for (Path readme : readmes(2)) {
      protocols.addAll(Snippets.fenced(readme, "json"));
    }
    assertThat(protocols).isNotEmpty();
    for (String protocol : protocols) {
      ProtocolFile.read(Files.writeString(classes.resolve("judge.json"), protocol));
    }
  }

  @Test
  void links_lead_to_files_and_headings() throws IOException {
    Pattern link = Pattern.compile("]\\(([^)#:]*)(#[^)]*)?\\)");
    for (Path readme : readmes(3)) {
      Matcher matcher = link.matcher(Files.readString(readme));
      while (matcher.find()) {
        Path target = matcher.group(1).isEmpty() ? readme : readme.resolveSibling(matcher.group(1));
        assertThat(target).as("%s in %s", matcher.group(), readme).exists();
        if (matcher.group(2) != null) {
          assertThat(headings(target))
              .as("%s in %s", matcher.group(), readme)
              .contains(matcher.group(2).substring(1));
        }
      }
    }
  }

  private static List<String> headings(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(java.util.Locale.ROOT))
        .map(line -> line.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
        .toList();
  }

  private static String path(Path path) {
    return "Path.of(\"" + path.toString().replace("\\", "\\\\") + "\")";
  }

  private static byte[] resource(String name) throws IOException {
    try (var stream = ReadmeTest.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }
}
