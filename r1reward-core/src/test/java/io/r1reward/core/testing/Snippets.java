package io.r1reward.core.testing;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Code blocks of a README, and the compiler's opinion of them.
 *
 * @param imports what snippets import beside the library's API, {@code java.util} and {@code Path}
 * @param members what snippets take for given; a snippet's own variables stand before these
 */
public record Snippets(String imports, String members) {
  private static final String FENCE = "^```%s\\n(.*?)^```$";
  private static final Pattern INDENTED =
      Pattern.compile("(?<=^\\n|\\A)(?:^    .*\\n|^\\n(?=    ))+", Pattern.MULTILINE);

  /**
   * Returns the blocks between fences with the name of a language.
   *
   * @param readme the file
   * @param language what stands behind the backticks
   * @return the blocks in their order
   * @throws IOException if the file cannot be read
   */
  public static List<String> fenced(Path readme, String language) throws IOException {
    return found(fence(language), Files.readString(readme), 1);
  }

  /**
   * Returns what is Java: fenced as such, or indented by four spaces with a line that ends as a
   * statement does.
   *
   * @param readme the file
   * @return the blocks, the fenced ones first
   * @throws IOException if the file cannot be read
   */
  public static List<String> java(Path readme) throws IOException {
    String text = Files.readString(readme);
    List<String> blocks = found(fence("java"), text, 1);
    for (String block : found(INDENTED, fence("[a-z]*").matcher(text).replaceAll("\n"), 0)) {
      if (block.lines().anyMatch(line -> line.endsWith(";"))) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  private static Pattern fence(String language) {
    return Pattern.compile(FENCE.formatted(language), Pattern.MULTILINE | Pattern.DOTALL);
  }

  private static List<String> found(Pattern pattern, String text, int group) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(group));
    }
    return found;
  }

  /**
   * Returns a class around a snippet.
   *
   * @param snippet statements, or local classes
   * @return a class {@code Snippet} whose {@code run()} does them
   */
  public String source(String snippet) {
    return imports
        + """

        import io.r1reward.*;
        import java.nio.file.Path;
        import java.util.*;

        public class Snippet {
        """
        + members
        + "\npublic static void run() throws Exception {\n"
        + snippet
        + "}}";
  }

  /**
   * Compiles a snippet.
   *
   * @param snippet statements, or local classes
   * @param classes the folder to write to
   * @return the compiler's complaints, empty if there are none
   * @throws IOException if the source cannot be written
   */
  public String compile(String snippet, Path classes) throws IOException {
    Path file = Files.writeString(classes.resolve("Snippet.java"), source(snippet));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", classPath());
      boolean done =
          compiler
              .getTask(complaints, files, null, options, null, files.getJavaFileObjects(file))
              .call();
      return done ? "" : complaints + "\n" + snippet;
    }
  }

  private static String classPath() {
    return System.getProperty("java.class.path", "")
        + File.pathSeparator
        + System.getProperty("surefire.test.class.path", "");
  }
}
