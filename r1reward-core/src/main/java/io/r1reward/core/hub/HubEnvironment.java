package io.r1reward.core.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables that {@code huggingface_hub} knows, too.
 *
 * @param variables by name
 */
record HubEnvironment(Map<String, String> variables) {
  private static final String ENDPOINT = "https://huggingface.co";
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");

  String endpoint() {
    String given = get("HF_ENDPOINT");
    return given == null ? ENDPOINT : given;
  }

  boolean offline() {
    String given = get("HF_HUB_OFFLINE");
    return given != null && YES.contains(given.toUpperCase(Locale.ROOT));
  }

  Path cache() {
    String cache = get("HF_HUB_CACHE");
    if (cache == null) {
      cache = get("HUGGINGFACE_HUB_CACHE");
    }
    return cache == null ? home().resolve("hub") : path(cache);
  }

  /** The token, or that of the file that {@code hf auth login} writes. */
  @Nullable String token() {
    String token = get("HF_TOKEN");
    if (token == null) {
      token = get("HUGGING_FACE_HUB_TOKEN");
    }
    if (token != null) {
      return token;
    }
    String given = get("HF_TOKEN_PATH");
    Path file = given == null ? home().resolve("token") : path(given);
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      String text = Files.readString(file).strip();
      return text.isEmpty() ? null : text;
    } catch (IOException e) {
      throw new HubException("the token file " + file + " cannot be read: " + e, e);
    }
  }

  private Path home() {
    String home = get("HF_HOME");
    if (home != null) {
      return path(home);
    }
    String caches = get("XDG_CACHE_HOME");
    return (caches == null ? path("~/.cache") : path(caches)).resolve("huggingface");
  }

  private Path path(String text) {
    String user = variables.getOrDefault("HOME", System.getProperty("user.home", "."));
    return text.equals("~") || text.startsWith("~/")
        ? Path.of(user + text.substring(1))
        : Path.of(text);
  }

  private @Nullable String get(String name) {
    String value = variables.getOrDefault(name, "").strip();
    return value.isEmpty() ? null : value;
  }
}
