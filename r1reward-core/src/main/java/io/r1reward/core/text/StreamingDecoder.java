package io.r1reward.core.text;

/**
 * Decodes the tokens of one completion as they are generated. Only whole characters come out: bytes
 * of a character that later tokens complete are held back. What {@link #accept} and {@link #finish}
 * return, put together, equals {@link Tokenizer#decode} of all the ids.
 *
 * <p>Not thread-safe; needs no closing, and works on after its tokenizer is closed.
 */
public final class StreamingDecoder {
  private final Tokenizer tokenizer;
  private final boolean skipSpecial;
  private final StringBuilder text = new StringBuilder();
  private final Utf8Assembler assembler = new Utf8Assembler(text);

  StreamingDecoder(Tokenizer tokenizer, boolean skipSpecial) {
    this.tokenizer = tokenizer;
    this.skipSpecial = skipSpecial;
  }

  /**
   * Adds a token.
   *
   * @return the characters it completes; may be empty
   */
  public String accept(int id) {
    int before = text.length();
    assembler.append(tokenizer.bytes(id, skipSpecial));
    return text.substring(before);
  }

  /**
   * Ends the text.
   *
   * @return U+FFFD where the last character is incomplete, else nothing
   */
  public String finish() {
    int before = text.length();
    assembler.finish();
    return text.substring(before);
  }

  /** Returns everything that came out so far, a view that grows with the next token. */
  public CharSequence text() {
    return text;
  }
}
