package io.r1reward.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.testing.Snippets;
import io.r1reward.examples.EmbeddedJudge;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a user builds with the installed jars compiles, loads and judges. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
class ConsumerTest {
  private static final Path ROOT = Path.of("../..");
  private static final List<String> PROJECT =
      List.of("pom.xml", "plain/pom.xml", "spring-ai-first/pom.xml");

  @TempDir static Path folder;
  private static EmbeddedJudge judge;
  private static TemporaryRepository repository;

  @BeforeAll
  static void build() throws Exception {
    judge = EmbeddedJudge.unpack();
    repository =
        TemporaryRepository.create(
            folder.resolve("repository"), Path.of(set("repository")), set("version"));
    repository.install("r1reward-parent", "");
    repository.install("r1reward-bom", "r1reward-bom");
    repository.install("r1reward-api", "r1reward-api");
    repository.install("r1reward-core", "r1reward-core");
    repository.install("r1reward-spring-ai", "examples/spring-ai");
    writeProject();
    List<String> maven =
        new ArrayList<>(
            List.of(
                Path.of(set("maven"), "bin", "mvn").toString(),
                "-B",
                "-ntp",
                "-Dmaven.repo.local=" + repository.folder(),
                "compile",
                "dependency:build-classpath"));
    if (set("offline").endsWith("true")) {
      maven.add("-o");
    }
    run(maven);
  }

  @AfterAll
  static void close() throws IOException {
    if (repository != null) {
      repository.close();
    }
    if (judge != null) {
      judge.close();
    }
  }

  /** What the build has told; see the module's project file. */
  private static String set(String name) {
    return System.getProperty("consumer." + name, "");
  }

  private static void writeProject() throws Exception {
    Map<String, String> values = new HashMap<>(Poms.plugins(ROOT.resolve("pom.xml")));
    String boot = set("spring-boot");
    values.putAll(
        Poms.properties(
            Path.of(set("repository"), "org/springframework/boot/spring-boot-dependencies", boot)
                .resolve("spring-boot-dependencies-" + boot + ".pom")));
    for (String name : List.of("version", "classifier", "spring-ai")) {
      values.put(name, set(name));
    }
    for (String file : PROJECT) {
      String text;
      try (var stream = ConsumerTest.class.getResourceAsStream("/project/" + file)) {
        text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      }
      Path to = folder.resolve(file);
      Files.createDirectories(to.getParent());
      Files.writeString(to, filled(text, values));
    }
    try (var picture = EmbeddedJudge.class.getResourceAsStream("/scene.png")) {
      Files.copy(picture, folder.resolve("sofa.jpg"));
    }
    Snippets plain = new Snippets("", main("run();"));
    Snippets spring =
        new Snippets(
            """
            import io.r1reward.springai.PreferenceEvaluator;
            import org.springframework.ai.evaluation.EvaluationRequest;
            """,
            main(
                """
                run();
                try (RewardModel model = RewardModel.load(%s)) {
                  var request = new EvaluationRequest("2 + 2?", List.of(), "4");
                  var response = new PreferenceEvaluator(model, "5").evaluate(request);
                  System.out.println("evaluated " + response.getMetadata().keySet());
                }
                """
                    .formatted(path(judge.folder()))));
    write("plain", plain);
    write("spring-ai-first", spring);
  }

  private static String filled(String text, Map<String, String> values) {
    return Pattern.compile("@([\\w.-]+)@")
        .matcher(text)
        .replaceAll(
            place -> {
              assertThat(values).containsKey(place.group(1));
              return Matcher.quoteReplacement(values.get(place.group(1)));
            });
  }

  private static String main(String body) {
    return "public static void main(String[] arguments) throws Exception {\n" + body + "\n}\n";
  }

  /** The first snippet of the root README, asked about what there is to see. */
  private static void write(String project, Snippets snippets) throws IOException {
    String snippet =
        Snippets.java(ROOT.resolve("README.md"))
            .get(0)
            .replace("Path.of(\"R1-Reward\")", path(judge.folder()))
            .replace("How many cats are on the sofa?", "How high is the orange bar?")
            .replace("Two cats.", "Its height is two.")
            .replace("Three; one hides.", "The answer is one.");
    Path sources = Files.createDirectories(folder.resolve(project).resolve("src/main/java"));
    Files.writeString(sources.resolve("Snippet.java"), snippets.source(snippet));
  }

  private static String path(Path path) {
    return "Path.of(\"" + path.toString().replace("\\", "\\\\") + "\")";
  }

  private static String run(List<String> command) throws Exception {
    Path log = Files.createTempFile(folder, "run", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int status = process.waitFor();
    String printed = Files.readString(log);
    assertThat(status).as(printed).isZero();
    return printed;
  }

  private static String runSnippet(String project) throws Exception {
    Path target = folder.resolve(project).resolve("target");
    String libraries = Files.readString(target.resolve("class-path")).strip();
    return run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-DDJL_OFFLINE=true",
            "-Dai.djl.offline=true",
            "-cp",
            target.resolve("classes") + File.pathSeparator + libraries,
            "Snippet"));
  }

  @Test
  void a_project_with_the_bom_runs_the_first_snippet() throws Exception {
    assertThat(runSnippet("plain")).contains("SECOND 0.").contains("I see ");
  }

  @Test
  void a_project_that_declares_spring_ai_first_judges_all_the_same() throws Exception {
    assertThat(runSnippet("spring-ai-first"))
        .contains("SECOND 0.")
        .contains("I see ")
        .contains("evaluated [");
  }
}
