package io.r1reward.examples.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import io.r1reward.examples.Program;
import io.r1reward.examples.UsageException;
import io.r1reward.examples.results.OutputLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuLibrariesCommandTest {
  private static final String IN_JAR = "org/bytedeco/pytorch/linux-x86_64-gpu/";
  private static final byte[] C10 = TinyLibrary.wanting("libstdc++.so.6", "libc.so.6");
  private static final byte[] CUDA =
      TinyLibrary.wanting(
          "libc10.so", "libcudart.so.12", "libcublas.so.12", "ld-linux-x86-64.so.2");
  private static final byte[] CPU =
      TinyLibrary.wanting("libopenblas.so.0", "libgomp.so.1", "libstrange.so.1");
  private static final byte[] GOMP = TinyLibrary.wanting("libm.so.6");

  @TempDir Path work;

  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private Path to() {
    return work.resolve("it's here");
  }

  private Path jar() throws IOException {
    Path jar = work.resolve("given.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return jar;
  }

  private Path whole() throws IOException {
    entries.put("META-INF/MANIFEST.MF", new byte[0]);
    entries.put("META-INF/maven/org.bytedeco/pytorch/pom.properties", version("2.7.1-1.5.12"));
    entries.put(IN_JAR + "libtorch_cuda.so", CUDA);
    entries.put(IN_JAR + "libtorch_cpu.so", CPU);
    entries.put(IN_JAR + "libc10.so", C10);
    entries.put(IN_JAR + "libgomp.so.1", GOMP);
    entries.put(IN_JAR + "libjnitorch.so", new byte[] {1});
    entries.put(IN_JAR + "include.h", new byte[] {2});
    return jar();
  }

  private static byte[] version(String version) {
    return ("version=" + version + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private Program run(Path jar) {
    return Program.run("gpu-libraries", to(), "--jar", jar);
  }

  private static String sha256(byte[] bytes) {
    return Hashing.sha256().hashBytes(bytes).toString();
  }

  private void isWhole() throws IOException {
    try (Stream<Path> files = Files.list(to())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "libtorch_cuda.so",
              "libtorch_cpu.so",
              "libc10.so",
              "libgomp.so.1",
              "SHA256SUMS",
              "SHA256SUMS.lock");
    }
    assertThat(to().resolve("libtorch_cuda.so")).hasBinaryContent(CUDA);
    assertThat(to().resolve("libtorch_cpu.so")).hasBinaryContent(CPU);
    assertThat(to().resolve("libc10.so")).hasBinaryContent(C10);
    assertThat(to().resolve("libgomp.so.1")).hasBinaryContent(GOMP);
    assertThat(to().resolve("SHA256SUMS"))
        .hasContent(
            String.join(
                "\n",
                sha256(C10) + "  libc10.so",
                sha256(GOMP) + "  libgomp.so.1",
                sha256(CPU) + "  libtorch_cpu.so",
                sha256(CUDA) + "  libtorch_cuda.so"));
  }

  @Test
  void unpacks_and_prints_what_to_set_and_what_is_wanted() throws IOException {
    Program program = run(whole());
    assertThat(program.err()).isEmpty();
    assertThat(program.exitCode()).isZero();
    isWhole();
    assertThat(program.out().lines().filter(line -> !line.startsWith("#")))
        .containsExactly(
            "export PYTORCH_LIBRARY_PATH='" + work + "/it'\\''s here'",
            "export PYTORCH_VERSION=2.7.1",
            "export PYTORCH_FLAVOR=cu128");
    assertThat(program.out().lines().filter(line -> line.startsWith("#   ")))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains("NVIDIA", "org.bytedeco:cuda-redist")
                    .endsWith(": libcublas.so.12 libcudart.so.12"),
            line ->
                assertThat(line).contains("org.bytedeco:openblas:").endsWith(": libopenblas.so.0"),
            line -> assertThat(line).isEqualTo("#   others: libstrange.so.1"));
    assertThat(program.out()).startsWith("# 4 libraries unpacked, 0 were there");
  }

  @Test
  void a_second_run_verifies_and_writes_nothing() throws IOException {
    Path jar = whole();
    assertThat(run(jar).exitCode()).isZero();
    FileTime before = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(to().resolve("libc10.so"), before);
    assertThat(run(jar).out())
        .startsWith("# 0 libraries unpacked, 4 were there")
        .contains("libcudart.so");
    assertThat(Files.getLastModifiedTime(to().resolve("libc10.so"))).isEqualTo(before);
    isWhole();
  }

  @Test
  void what_was_changed_or_cut_off_or_is_gone_is_unpacked_again() throws IOException {
    Path jar = whole();
    assertThat(run(jar).exitCode()).isZero();
    byte[] changed = C10.clone();
    changed[C10.length - 1] = (byte) (changed[C10.length - 1] ^ 1);
    Files.write(to().resolve("libc10.so"), changed);
    Files.write(to().resolve("libtorch_cpu.so"), new byte[3]);
    Files.delete(to().resolve("libgomp.so.1"));
    assertThat(run(jar).out()).startsWith("# 3 libraries unpacked, 1 were there");
    isWhole();
  }

  @Test
  void a_stopped_run_goes_on_behind_the_last_whole_library() throws IOException {
    Path jar = whole();
    assertThat(run(jar).exitCode()).isZero();
    Files.writeString(to().resolve("SHA256SUMS"), sha256(C10) + "  libc10.so\n");
    Files.delete(to().resolve("libtorch_cuda.so"));
    Files.write(to().resolve("libtorch_cuda.so.partial"), new byte[10]);
    assertThat(run(jar).out()).startsWith("# 3 libraries unpacked, 1 were there");
    isWhole();
  }

  @Test
  void hashes_that_are_no_text_are_made_anew() throws IOException {
    Path jar = whole();
    assertThat(run(jar).exitCode()).isZero();
    Files.write(to().resolve("SHA256SUMS"), new byte[] {(byte) 0xff, '\n'});
    assertThat(run(jar).out()).startsWith("# 4 libraries unpacked, 0 were there");
    isWhole();
  }

  @Test
  void libraries_of_another_jar_are_replaced() throws IOException {
    assertThat(run(whole()).exitCode()).isZero();
    byte[] other = TinyLibrary.wanting("libstdc++.so.6", "libd.so.6");
    assertThat(other).hasSameSizeAs(C10);
    entries.put(IN_JAR + "libc10.so", other);
    assertThat(run(jar()).out()).startsWith("# 1 libraries unpacked, 3 were there");
    assertThat(to().resolve("libc10.so")).hasBinaryContent(other);
  }

  @Test
  void a_damaged_library_ends_with_its_name_and_keeps_the_others() throws IOException {
    byte[] noise = new byte[5000];
    new Random(1).nextBytes(noise);
    entries.put(IN_JAR + "liba.so", C10);
    entries.put(IN_JAR + "libb.so", noise);
    Path jar = jar();
    byte[] bytes = Files.readAllBytes(jar);
    bytes[bytes.length / 2] =
        (byte) (bytes[bytes.length / 2] ^ 1); // random bytes are stored as they are
    Files.write(jar, bytes);
    Program program = run(jar);
    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.err()).contains("libb.so is damaged").hasLineCount(1);
    assertThat(to().resolve("liba.so")).hasBinaryContent(C10);
    assertThat(to().resolve("libb.so")).doesNotExist();
    assertThat(to().resolve("libb.so.partial")).doesNotExist();
  }

  @Test
  void a_library_that_cannot_be_unpacked_is_named_and_the_next_run_puts_it_right()
      throws IOException {
    entries.put(IN_JAR + "liba.so", TinyLibrary.wanting("libm.so.6", "libm.so.6", "libm.so.6"));
    byte[] bytes = Files.readAllBytes(jar());
    int data = 30 + (IN_JAR + "liba.so").length();
    bytes[data] = (byte) (bytes[data] | 6); // a kind of block that there is not
    Program program = run(Files.write(work.resolve("damaged.jar"), bytes));
    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.err()).contains("liba.so is damaged").hasLineCount(1);
    assertThat(to().resolve("liba.so")).doesNotExist();
    assertThat(run(jar()).out()).startsWith("# 1 libraries unpacked, 0 were there");
    assertThat(to().resolve("liba.so.partial")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../libevil.so",
        "../../../../../libevil.so",
        "sub/libevil.so",
        "..\\libevil.so",
        "a\nb.so",
        ".so"
      })
  void a_name_that_leads_elsewhere_is_refused_before_anything_is_written(String name)
      throws IOException {
    entries.put(IN_JAR + "libc10.so", C10);
    entries.put(IN_JAR + name, CUDA);
    Program program = run(jar());
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains("'" + IN_JAR + name + "', which is no plain file name");
    assertThat(to()).doesNotExist();
  }

  @Test
  void a_jar_without_these_libraries_is_refused() throws IOException {
    entries.put("org/bytedeco/pytorch/linux-x86_64/libc10.so", C10);
    entries.put(IN_JAR + "libjnitorch.so", C10);
    Program program = run(jar());
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains("given.jar holds no " + IN_JAR + "*.so").hasLineCount(1);
    assertThat(to()).doesNotExist();
  }

  @Test
  void another_pytorch_is_refused() throws IOException {
    entries.put("META-INF/maven/org.bytedeco/pytorch/pom.properties", version("2.7.10-1.5.12"));
    entries.put(IN_JAR + "libc10.so", C10);
    Program program = run(jar());
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains("PyTorch '2.7.10-1.5.12'", "needs 2.7.1");
  }

  @Test
  void what_is_no_jar_is_refused() throws IOException {
    Path text = Files.writeString(work.resolve("text.jar"), "text");
    assertThat(run(text).exitCode()).isEqualTo(2);
    assertThat(run(text).err()).contains("text.jar is no whole jar").hasLineCount(1);
    assertThat(run(work.resolve("none.jar")).err()).contains("none.jar is no file");
  }

  @Test
  void a_file_in_place_of_the_folder_is_refused() throws IOException {
    Files.writeString(to(), "a file");
    Program program = run(whole());
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains("DIR " + to() + " is no folder");
  }

  @Test
  void a_second_run_at_the_same_time_is_refused() throws IOException {
    Files.createDirectories(to());
    try (OutputLock lock = OutputLock.take(to().resolve("SHA256SUMS"))) {
      Program program = run(whole());
      assertThat(lock).isNotNull();
      assertThat(program.exitCode()).isEqualTo(2);
      assertThat(program.err()).contains("DIR is being written by another run");
    }
  }

  @Test
  void too_little_room_is_told_before_anything_is_written() throws IOException {
    long needed = 0L + CUDA.length + CPU.length + C10.length + GOMP.length;
    try (LibraryJar jar = LibraryJar.open(whole())) {
      assertThatThrownBy(() -> new LibraryFolder(to(), path -> needed - 1).unpack(jar))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining(String.format("needs %,d bytes for 4 libraries", needed))
          .hasMessageContaining(String.format("%,d left", needed - 1));
      assertThat(to()).isEmptyDirectory();
      assertThat(new LibraryFolder(to(), path -> needed).unpack(jar)).isEqualTo(4);
      assertThat(new LibraryFolder(to(), path -> 0).unpack(jar)).isZero();
    }
  }

  @Test
  void the_jar_is_looked_for_in_the_local_repository() throws IOException {
    String before = System.getProperty("maven.repo.local");
    System.setProperty("maven.repo.local", work.resolve("repository").toString());
    try {
      Program missing = Program.run("gpu-libraries", to());
      assertThat(missing.exitCode()).isEqualTo(2);
      assertThat(missing.err())
          .contains("mvn dependency:get -Dartifact=org.bytedeco:pytorch:2.7.1-1.5.12:jar:linux")
          .hasLineCount(1);
      Path place = work.resolve("repository/org/bytedeco/pytorch/2.7.1-1.5.12");
      Files.createDirectories(place);
      Files.move(whole(), place.resolve("pytorch-2.7.1-1.5.12-linux-x86_64-gpu.jar"));
      assertThat(Program.run("gpu-libraries", to()).exitCode()).isZero();
      isWhole();
    } finally {
      if (before == null) {
        System.clearProperty("maven.repo.local");
      } else {
        System.setProperty("maven.repo.local", before);
      }
    }
  }

  @Test
  void the_version_is_that_of_the_build() throws IOException {
    assertThat(Files.readString(Path.of("../pom.xml")))
        .contains("<pytorch.version>" + LibraryJar.PYTORCH + "</pytorch.version>");
  }
}
