package io.r1reward.core.model;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;

/** Reads scripts that lie beside a class. Stateless. */
final class Scripts {
  private Scripts() {}

  static String read(Class<?> owner, String name) {
    URL resource = Resources.getResource(owner, name);
    try {
      return Resources.toString(resource, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + resource, e);
    }
  }
}
