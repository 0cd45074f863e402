package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The bill of materials has no parent, and says what the root says. */
class BomTest {

  private static Document pom(String path) throws Exception {
    try (var stream = Files.newInputStream(Path.of("..", path))) {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(stream);
    }
  }

  private static String first(Document pom, String tag) {
    return pom.getElementsByTagName(tag).item(0).getTextContent();
  }

  @Test
  void versions_are_those_of_the_root() throws Exception {
    Document root = pom("pom.xml");
    Document bom = pom("r1reward-bom/pom.xml");
    for (String tag :
        List.of(
            "version", "pytorch.version", "onnxruntime.version", "project.build.outputTimestamp")) {
      assertThat(first(bom, tag)).as(tag).isEqualTo(first(root, tag));
    }
  }

  @Test
  void every_library_is_listed() throws Exception {
    List<String> listed = new ArrayList<>();
    NodeList dependencies = pom("r1reward-bom/pom.xml").getElementsByTagName("dependency");
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element dependency = (Element) dependencies.item(i);
      listed.add(dependency.getElementsByTagName("artifactId").item(0).getTextContent());
    }
    List<String> modules = new ArrayList<>();
    NodeList names = pom("pom.xml").getElementsByTagName("module");
    for (int i = 0; i < names.getLength(); i++) {
      modules.add(names.item(i).getTextContent().replace("examples/", "r1reward-"));
    }
    modules.removeAll(
        List.of( // no libraries
            "r1reward-bom", "examples", "r1reward-consumer", "r1reward-spark", "r1reward-service"));
    assertThat(listed).containsAll(modules).contains("pytorch-native-cpu", "onnxruntime");
  }
}
