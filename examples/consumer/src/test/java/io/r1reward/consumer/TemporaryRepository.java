package io.r1reward.consumer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A Maven repository with what the build has just made; everything else is linked to. */
record TemporaryRepository(Path folder, String version) implements AutoCloseable {
  private static final Path ROOT = Path.of("../..");

  /**
   * Makes one.
   *
   * @param folder where to
   * @param linked the repository that has everything else
   * @param version the version of what is installed
   */
  static TemporaryRepository create(Path folder, Path linked, String version) throws IOException {
    Files.createDirectories(folder.resolve("io/r1reward"));
    link(linked, folder);
    link(linked.resolve("io"), folder.resolve("io"));
    return new TemporaryRepository(folder, version);
  }

  private static void link(Path from, Path to) throws IOException {
    for (Path entry : folders(from)) {
      Path link = to.resolve(entry.getFileName());
      if (!Files.exists(link)) {
        Files.createSymbolicLink(link, entry.toAbsolutePath());
      }
    }
  }

  /** Installs the project file of a module, and its jar where it is one of jars. */
  void install(String artifact, String module) throws IOException {
    String name = artifact + "-" + version;
    Path to = folder.resolve("io/r1reward").resolve(artifact).resolve(version);
    Files.createDirectories(to);
    Path pom = ROOT.resolve(module).resolve("pom.xml");
    Files.copy(pom, to.resolve(name + ".pom"));
    if (!Files.readString(pom).contains("<packaging>pom</packaging>")) {
      Path jar = ROOT.resolve(module).resolve("target").resolve(name + ".jar");
      Files.copy(jar, to.resolve(name + ".jar"));
    }
  }

  private static List<Path> folders(Path of) throws IOException {
    try (Stream<Path> found = Files.list(of)) {
      return found.filter(Files::isDirectory).toList();
    }
  }

  /** Takes the links away, and nothing that they lead to. */
  @Override
  public void close() throws IOException {
    for (Path parent : List.of(folder, folder.resolve("io"))) {
      for (Path entry : folders(parent)) {
        if (Files.isSymbolicLink(entry)) {
          Files.delete(entry);
        }
      }
    }
  }
}
