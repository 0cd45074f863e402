package io.r1reward.consumer;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What stands in project files. */
final class Poms {
  private Poms() {}

  private static Document read(Path pom) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
  }

  /** Returns the properties of a file by their names. */
  static Map<String, String> properties(Path pom) throws Exception {
    Map<String, String> found = new HashMap<>();
    NodeList all = read(pom).getElementsByTagName("properties").item(0).getChildNodes();
    for (int i = 0; i < all.getLength(); i++) {
      if (all.item(i).getNodeType() == Node.ELEMENT_NODE) {
        found.put(all.item(i).getNodeName(), all.item(i).getTextContent());
      }
    }
    return found;
  }

  /** Returns the versions of a file's plugins by their artifacts. */
  static Map<String, String> plugins(Path pom) throws Exception {
    Map<String, String> found = new HashMap<>();
    NodeList all = read(pom).getElementsByTagName("plugin");
    for (int i = 0; i < all.getLength(); i++) {
      Element plugin = (Element) all.item(i);
      if (plugin.getElementsByTagName("version").getLength() > 0) {
        found.putIfAbsent(text(plugin, "artifactId"), text(plugin, "version"));
      }
    }
    return found;
  }

  private static String text(Element element, String tag) {
    return element.getElementsByTagName(tag).item(0).getTextContent();
  }
}
