package io.r1reward.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which types a module makes its users hold: those of the JDK, not of a library behind it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // the classes are read once
public abstract class PublicSignaturesContract {
  private final PublicSignatures signatures;

  /**
   * Looks at a module.
   *
   * @param root its package
   */
  protected PublicSignaturesContract(String root) {
    this.signatures = PublicSignatures.below(root);
  }

  @Test
  void signatures_are_looked_at() {
    assertThat(signatures.naming("io.r1reward.")).isNotEmpty();
    assertThat(signatures.naming("java.util")).isNotEmpty();
  }

  @Test
  void no_signature_names_a_type_of_guava() {
    assertThat(String.join("\n", signatures.naming("com.google.common"))).isEmpty();
  }
}
