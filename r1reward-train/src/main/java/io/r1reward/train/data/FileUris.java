package io.r1reward.train.data;

import io.r1reward.InvalidInputException;
import java.net.URI;
import java.nio.file.Path;

/** URIs as data files write them. Stateless. */
final class FileUris {

  private FileUris() {}

  /** Returns the path in a {@code file:} URI; escapes are undone where it is a well-formed one. */
  static String path(String uri) {
    String rest = uri.substring(uri.startsWith("//", 5) ? 7 : 5);
    try {
      URI parsed = new URI(uri);
      if (parsed.isOpaque()) {
        return parsed.getSchemeSpecificPart();
      }
      return parsed.getAuthority() == null
          ? Path.of(parsed).toString()
          : parsed.getAuthority().equals("localhost")
              ? parsed.getPath()
              : parsed.getAuthority() + parsed.getPath();
    } catch (java.net.URISyntaxException | IllegalArgumentException e) {
      return rest; // written without escapes
    }
  }

  static URI parse(String uri) {
    try {
      return URI.create(uri);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("not a URI: " + PairJson.cut(uri), e);
    }
  }
}
