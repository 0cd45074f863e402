package io.r1reward.core.torch;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text of TorchScript modules, put together of files: a line {@code # include NAME} stands for the
 * file of that name. What judging and training share stands in files beside this class. Stateless.
 */
public final class ScriptSource {
  private static final Pattern INCLUDE = Pattern.compile("(?m)^ *# include (\\S+)\\n");

  private ScriptSource() {}

  /**
   * Reads a script with all that it includes.
   *
   * @param owner class beside which the script lies
   * @param name its file name
   * @param chosen texts for names that stand for one of several, such as {@code linear}; other
   *     names are files beside this class
   */
  public static String read(Class<?> owner, String name, Map<String, String> chosen) {
    return INCLUDE
        .matcher(read(owner, name))
        .replaceAll(
            include -> {
              String text = chosen.get(include.group(1));
              return Matcher.quoteReplacement(text != null ? text : shared(include.group(1)));
            });
  }

  /** Reads a file beside this class. */
  static String shared(String name) {
    return read(ScriptSource.class, name);
  }

  private static String read(Class<?> owner, String name) {
    URL resource = Resources.getResource(owner, name);
    try {
      return Resources.toString(resource, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + resource, e);
    }
  }
}
