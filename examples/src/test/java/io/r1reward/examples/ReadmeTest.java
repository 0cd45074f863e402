package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.protocol.ProtocolFile;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the READMEs show is what the library takes. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");

  /** What snippets take for given; a snippet's own variables stand before these. */
  private static final String BEGIN =
      """
      import io.r1reward.*;
      import io.r1reward.onnx.export.*;
      import io.r1reward.train.*;
      import io.r1reward.train.data.*;
      import io.r1reward.train.metrics.*;
      import io.r1reward.train.model.*;
      import io.r1reward.train.reward.*;
      import io.r1reward.train.rl.*;
      import java.nio.file.Path;
      import java.time.Duration;
      import java.util.*;

      public class Snippet {
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

        public static void run() throws Exception {
      """;

  @TempDir Path classes;

  private static List<Path> readmes() throws IOException {
    try (Stream<Path> below = Files.list(ROOT)) {
      List<Path> found =
          below
              .map(folder -> folder.resolve("README.md"))
              .filter(Files::isRegularFile)
              .collect(Collectors.toCollection(ArrayList::new));
      found.add(ROOT.resolve("README.md"));
      return found;
    }
  }

  private static List<String> blocks(String language) throws IOException {
    Pattern fence =
        Pattern.compile("^```" + language + "\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    List<String> blocks = new ArrayList<>();
    for (Path readme : readmes()) {
      Matcher matcher = fence.matcher(Files.readString(readme));
      while (matcher.find()) {
        blocks.add(matcher.group(1));
      }
    }
    return blocks;
  }

  static List<String> javaSnippets() throws IOException {
    return blocks("java");
  }

  @ParameterizedTest
  @MethodSource("javaSnippets")
  void a_java_snippet_compiles(String snippet) throws IOException {
    assertThat(compile(snippet.replace("…", ""))).isEmpty();
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
      assertThat(compile(own)).isEmpty();
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
    List<String> protocols = blocks("json");
    assertThat(protocols).isNotEmpty();
    for (String protocol : protocols) {
      ProtocolFile.read(Files.writeString(classes.resolve("judge.json"), protocol));
    }
  }

  @Test
  void links_lead_to_files_and_headings() throws IOException {
    Pattern link = Pattern.compile("]\\(([^)#:]*)(#[^)]*)?\\)");
    for (Path readme : readmes()) {
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

  /** Returns the compiler's complaints. */
  private String compile(String body) throws IOException {
    Path source = Files.writeString(classes.resolve("Snippet.java"), BEGIN + body + "}}");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-nowarn",
              "-d",
              classes.toString(),
              "-cp",
              System.getProperty("java.class.path", "")
                  + File.pathSeparator
                  + System.getProperty("surefire.test.class.path", ""));
      boolean done =
          compiler
              .getTask(complaints, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      return done ? "" : complaints + "\n" + body;
    }
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
