package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is a module, and needs nothing but this one. */
class ModularUserTest {

  private static final Map<String, String> SOURCES =
      Map.of(
          "module-info.java",
          """
          module org.example.user {
            requires io.r1reward;
            provides io.r1reward.spi.RewardModelProvider with org.example.user.Engine;
          }
          """,
          "org/example/user/Engine.java",
          """
          package org.example.user;

          import io.r1reward.EngineException;
          import io.r1reward.RewardModel;
          import io.r1reward.spi.ModelSettings;
          import io.r1reward.spi.RewardModelProvider;
          import java.nio.file.Path;

          public final class Engine implements RewardModelProvider {
            @Override
            public String engine() {
              return "example";
            }

            @Override
            public boolean recognises(Path checkpoint) {
              return true;
            }

            @Override
            public RewardModel load(Path checkpoint, ModelSettings settings) {
              throw new EngineException("asked of " + getClass().getModule());
            }
          }
          """,
          "org/example/user/User.java",
          """
          package org.example.user;

          import io.r1reward.EngineException;
          import io.r1reward.Image;
          import io.r1reward.PreferencePair;
          import io.r1reward.RewardModel;
          import java.awt.image.BufferedImage;
          import java.nio.file.Path;

          public final class User {
            public static void main(String[] folder) {
              Image image = Image.of(new BufferedImage(2, 3, BufferedImage.TYPE_INT_RGB));
              PreferencePair pair =
                  PreferencePair.builder().question("q").image(image).first("a").second("b").build();
              System.out.println(pair.getClass().getModule() + " " + pair.media());
              try {
                RewardModel.load(Path.of(folder[0]));
              } catch (EngineException e) {
                System.out.println(e.getMessage());
              }
            }
          }
          """);

  @TempDir Path folder;

  @Test
  void a_module_compiles_against_the_api_and_is_found_by_it() throws Exception {
    Path sources = folder.resolve("sources");
    for (Map.Entry<String, String> source : SOURCES.entrySet()) {
      Path file = sources.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
    }
    Path classes = folder.resolve("classes");
    compile(sources, classes);

    assertThat(run(PublicApi.folder() + File.pathSeparator + classes))
        .isEqualTo(
            List.of(
                "module io.r1reward [Image[image of 2 x 3 pixels]]",
                "asked of module org.example.user"));
  }

  private static void compile(Path sources, Path classes) {
    StringWriter messages = new StringWriter();
    int exit;
    try (PrintWriter out = new PrintWriter(messages)) {
      exit =
          ToolProvider.findFirst("javac")
              .orElseThrow()
              .run(
                  out,
                  out,
                  "-Xlint:all",
                  "-Werror",
                  "--release",
                  "17",
                  "--module-path",
                  PublicApi.folder().toString(),
                  "-d",
                  classes.toString(),
                  sources.resolve("module-info.java").toString(),
                  sources.resolve("org/example/user/Engine.java").toString(),
                  sources.resolve("org/example/user/User.java").toString());
    }
    assertThat(messages.toString()).isEmpty();
    assertThat(exit).isZero();
  }

  private List<String> run(String modulePath) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-Djava.awt.headless=true",
                "--module-path",
                modulePath,
                "--module",
                "org.example.user/org.example.user.User",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.waitFor();
    return Files.readAllLines(output, StandardCharsets.UTF_8);
  }
}
