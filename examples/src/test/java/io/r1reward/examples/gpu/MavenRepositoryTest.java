package io.r1reward.examples.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.examples.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MavenRepositoryTest {
  @TempDir Path maven;

  private Path folder() throws IOException {
    return MavenRepository.ofSettings(maven, "/home/me").folder();
  }

  private void settings(String text) throws IOException {
    Files.writeString(maven.resolve("settings.xml"), text);
  }

  @Test
  void without_settings_it_is_mavens_own() throws IOException {
    assertThat(folder()).isEqualTo(maven.resolve("repository"));
  }

  @Test
  void settings_name_another() throws IOException {
    settings("<settings><localRepository> ${user.home}/jars </localRepository></settings>");
    assertThat(folder()).isEqualTo(Path.of("/home/me/jars"));
  }

  @Test
  void settings_that_name_none_leave_mavens_own() throws IOException {
    settings("<settings><localRepository/></settings>");
    assertThat(folder()).isEqualTo(maven.resolve("repository"));
  }

  @Test
  void settings_that_are_damaged_or_lead_elsewhere_are_told() throws IOException {
    for (String text :
        new String[] {
          "<settings>",
          "<!DOCTYPE s [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><s><localRepository>&e;</localRepository></s>"
        }) {
      settings(text);
      assertThatThrownBy(this::folder)
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith(maven.resolve("settings.xml") + " cannot be read");
    }
  }

  @Test
  void a_missing_jar_comes_with_the_command_that_fetches_it() {
    assertThatThrownBy(() -> new MavenRepository(maven).pytorch())
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            maven.resolve(
                    "org/bytedeco/pytorch/2.7.1-1.5.12/pytorch-2.7.1-1.5.12-linux-x86_64-gpu.jar")
                + " is not there")
        .hasMessageEndingWith(
            "mvn dependency:get"
                + " -Dartifact=org.bytedeco:pytorch:2.7.1-1.5.12:jar:linux-x86_64-gpu"
                + " -Dtransitive=false");
  }
}
