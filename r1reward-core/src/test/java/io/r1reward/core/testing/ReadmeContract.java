package io.r1reward.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a README shows is what the module takes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // snippets are known to the instance
public abstract class ReadmeContract {
  private final List<Path> readmes;
  private final Snippets given;

  /**
   * Looks at the module's own README.
   *
   * @param imports what its snippets import
   * @param members what its snippets take for given
   */
  protected ReadmeContract(String imports, String members) {
    this(List.of(Path.of("README.md")), new Snippets(imports, members));
  }

  /**
   * Looks at several.
   *
   * @param readmes the files
   * @param given what their snippets take for given
   */
  protected ReadmeContract(List<Path> readmes, Snippets given) {
    this.readmes = List.copyOf(readmes);
    this.given = given;
  }

  /**
   * Returns what is compiled; none at all is an error.
   *
   * @return Java of all the files
   * @throws IOException if a file cannot be read
   */
  protected List<String> snippets() throws IOException {
    List<String> snippets = new ArrayList<>();
    for (Path readme : readmes) {
      snippets.addAll(Snippets.java(readme));
    }
    return snippets;
  }

  @ParameterizedTest
  @MethodSource("snippets")
  void a_java_snippet_compiles(String snippet, @TempDir Path classes) throws IOException {
    assertThat(given.compile(snippet.replace("…", ""), classes)).isEmpty();
  }
}
