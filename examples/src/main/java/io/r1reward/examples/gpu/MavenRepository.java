package io.r1reward.examples.gpu;

import io.r1reward.examples.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Where Maven keeps what it has fetched.
 *
 * @param folder the local repository
 */
record MavenRepository(Path folder) {

  /** Returns the one of {@code maven.repo.local}, else of the user's settings, else Maven's own. */
  static MavenRepository local() throws IOException {
    String home = System.getProperty("user.home", "");
    String given = System.getProperty("maven.repo.local", "");
    return given.isEmpty()
        ? ofSettings(Path.of(home, ".m2"), home)
        : new MavenRepository(Path.of(given));
  }

  /** Returns the one that {@code settings.xml} in a folder names, else the folder's own. */
  static MavenRepository ofSettings(Path maven, String home) throws IOException {
    Path settings = maven.resolve("settings.xml");
    if (Files.isRegularFile(settings)) {
      NodeList named;
      try {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setErrorHandler(new DefaultHandler()); // the default one prints
        named = builder.parse(settings.toFile()).getElementsByTagName("localRepository");
      } catch (ParserConfigurationException | SAXException e) {
        throw new UsageException(settings + " cannot be read: " + e.getMessage());
      }
      if (named.getLength() > 0 && !named.item(0).getTextContent().isBlank()) {
        String path = named.item(0).getTextContent().strip();
        return new MavenRepository(Path.of(path.replace("${user.home}", home)));
      }
    }
    return new MavenRepository(maven.resolve("repository"));
  }

  /**
   * Returns the jar of PyTorch's libraries.
   *
   * @throws UsageException if it is not there, with the command that fetches it
   */
  Path pytorch() {
    String version = LibraryJar.VERSION;
    Path jar =
        folder
            .resolve("org/bytedeco/pytorch")
            .resolve(version)
            .resolve("pytorch-" + version + "-" + LibraryJar.CLASSIFIER + ".jar");
    if (!Files.isRegularFile(jar)) {
      throw new UsageException(
          jar
              + " is not there; fetch it (620 MB) with: mvn dependency:get"
              + " -Dartifact=org.bytedeco:pytorch:"
              + version
              + ":jar:"
              + LibraryJar.CLASSIFIER
              + " -Dtransitive=false");
    }
    return jar;
  }
}
