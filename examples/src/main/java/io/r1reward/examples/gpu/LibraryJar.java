package io.r1reward.examples.gpu;

import com.google.common.collect.ImmutableSortedMap;
import io.r1reward.examples.UsageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The jar of PyTorch's libraries for NVIDIA cards. JavaCPP's own bindings, {@code libjni*.so}, are
 * left out: DJL loads every library of the folder, and these fail where JavaCPP's classes are not.
 */
final class LibraryJar implements Closeable {
  static final String PYTORCH = "2.7.1";
  static final String VERSION = PYTORCH + "-1.5.12";
  static final String CLASSIFIER = "linux-x86_64-gpu";

  private static final String FOLDER = "org/bytedeco/pytorch/" + CLASSIFIER + "/";
  private static final String PROPERTIES = "META-INF/maven/org.bytedeco/pytorch/pom.properties";
  private static final Pattern LIBRARY = Pattern.compile("(?s).*\\.so(\\.\\d+)*");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]*");

  private final ZipFile zip;
  private final ImmutableSortedMap<String, ZipEntry> libraries;

  private LibraryJar(ZipFile zip, ImmutableSortedMap<String, ZipEntry> libraries) {
    this.zip = zip;
    this.libraries = libraries;
  }

  /**
   * Opens a jar.
   *
   * @throws UsageException if it is no jar, of another PyTorch, without these libraries, or if one
   *     would lie outside of a folder
   */
  static LibraryJar open(Path jar) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(jar.toFile());
    } catch (ZipException e) {
      throw new UsageException("--jar " + jar + " is no whole jar: " + e.getMessage());
    }
    try {
      checkVersion(zip, jar);
      return new LibraryJar(zip, libraries(zip, jar));
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** Names of the files, and what the jar says of them. */
  ImmutableSortedMap<String, ZipEntry> libraries() {
    return libraries;
  }

  InputStream read(ZipEntry library) throws IOException {
    return zip.getInputStream(library);
  }

  private static void checkVersion(ZipFile zip, Path jar) throws IOException {
    ZipEntry entry = zip.getEntry(PROPERTIES);
    if (entry == null) {
      return;
    }
    Properties properties = new Properties();
    try (InputStream in = zip.getInputStream(entry)) {
      properties.load(in);
    }
    String version = properties.getProperty("version", "");
    if (!version.startsWith(PYTORCH + "-")) {
      throw new UsageException(
          "--jar " + jar + " holds PyTorch '" + version + "'; this library needs " + PYTORCH);
    }
  }

  private static ImmutableSortedMap<String, ZipEntry> libraries(ZipFile zip, Path jar) {
    Map<String, ZipEntry> found = new TreeMap<>();
    for (ZipEntry entry : zip.stream().toList()) {
      if (!entry.getName().startsWith(FOLDER) || !LIBRARY.matcher(entry.getName()).matches()) {
        continue;
      }
      String name = entry.getName().substring(FOLDER.length());
      if (!PLAIN.matcher(name).matches()) {
        throw new UsageException(
            "--jar " + jar + " holds '" + entry.getName() + "', which is no plain file name");
      }
      if (!name.startsWith("libjni") && found.put(name, entry) != null) {
        throw new UsageException("--jar " + jar + " holds '" + entry.getName() + "' twice");
      }
    }
    if (found.isEmpty()) {
      throw new UsageException("--jar " + jar + " holds no " + FOLDER + "*.so");
    }
    return ImmutableSortedMap.copyOf(found);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
