package io.r1reward.core.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.core.machine.Natives;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The byte-level BPE tokenizer of a checkpoint folder, with the ids of the public implementation.
 *
 * <p>Of the added tokens, those marked {@code special} and those of the chat template are
 * <i>control tokens</i> (14 of Qwen2.5's 22: {@code <|im_end|>}, {@code <|image_pad|>}, …). {@link
 * #encode} never yields one of them: where a text holds such a string, it is encoded as the plain
 * characters that it consists of, as the public implementation does with {@code
 * split_special_tokens=True}. The other added tokens ({@code <tool_call>}, {@code <|fim_prefix|>},
 * …) are ordinary text with an id of its own, there as here. {@link #encodeWithControls} recognises
 * all of them, as the public implementation does by default.
 *
 * <p>The native tokenizer is given the vocabulary without any added token, so no text can reach
 * one; added tokens are split off here. Text is normalised to NFC by the tokenizer's own rules;
 * lone surrogates become U+FFFD.
 *
 * <p>Thread-safe. Holds native memory until {@link #close}.
 */
public final class Tokenizer implements AutoCloseable {

  /**
   * Longest text that is encoded, in UTF-16 units: 16 for every token of a context of 131,072.
   *
   * <p>There has to be one: the native regular expressions give up after ten million steps, which a
   * run of that many blanks needs, and end the process.
   */
  public static final int MAX_TEXT_LENGTH = 1 << 21;

  private static final String TRACKING_OPT_OUT = "OPT_OUT_TRACKING";

  /** Nothing cut off, nothing filled up, nothing put around. */
  private static final ImmutableMap<String, String> AS_IS =
      ImmutableMap.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

  /** What a verdict is read by; a fine-tune may have added these as special tokens. */
  public static final List<String> TAGS = List.of("<think>", "</think>", "<answer>", "</answer>");

  private static final byte[] NOTHING = new byte[0];

  private final HuggingFaceTokenizer vocabulary;
  // close() must not free the native tokenizer under a running encode()
  private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
  private final byte[] @Nullable [] tokenBytes;
  private final TokenBound bound;
  private final boolean[] special;
  private final ImmutableMap<String, AddedToken> added;
  private final AddedTokenSplitter allAdded;
  private final AddedTokenSplitter ordinaryAdded;
  private final OptionalInt padId;
  private final OptionalInt eosId;

  private Tokenizer(
      HuggingFaceTokenizer vocabulary,
      TokenizerFile file,
      TokenizerConfig config,
      Collection<String> readable) {
    this.vocabulary = vocabulary;
    tokenBytes = file.tokenBytes();
    bound = new TokenBound(tokenBytes);
    special = new boolean[tokenBytes.length];
    ImmutableMap.Builder<String, AddedToken> byContent = ImmutableMap.builder();
    for (AddedToken read : file.added()) {
      AddedToken token = isRead(read, readable) ? text(read) : read;
      byContent.put(token.content(), token);
      special[token.id()] = token.control();
    }
    added = byContent.buildKeepingLast();
    allAdded = splitter(token -> true);
    ordinaryAdded = splitter(token -> !token.control());
    padId = id(config.padToken());
    eosId = id(config.eosToken());
  }

  /**
   * Opens the tokenizer of a checkpoint folder: {@code tokenizer.json}, and the pad and end tokens
   * of {@code tokenizer_config.json} where there is one. Nothing is read from the network.
   *
   * @throws CheckpointException if a file is missing, malformed or of a kind that is not supported
   * @throws EngineException if the native tokenizer library cannot be loaded
   */
  public static Tokenizer load(Path checkpoint) {
    return load(checkpoint, TAGS);
  }

  /**
   * Opens the tokenizer of a checkpoint folder, as {@link #load(Path)} does.
   *
   * @param readable texts that a judgement is read by. A special token that is one of them, or part
   *     of one, is text like any other: it is not left out of decoded text, and where a text holds
   *     it, it is encoded as that token. Those of the chat template stay what they are. By default
   *     {@code <think>}, {@code <answer>} and their ends
   */
  public static Tokenizer load(Path checkpoint, Collection<String> readable) {
    Path path = checkpoint.resolve("tokenizer.json");
    TokenizerFile file = TokenizerFile.read(path);
    TokenizerConfig config = TokenizerConfig.read(checkpoint.resolve("tokenizer_config.json"));
    HuggingFaceTokenizer vocabulary = openNative(path, file);
    try {
      return new Tokenizer(vocabulary, file, config, readable);
    } catch (RuntimeException | Error e) {
      vocabulary.close();
      throw e;
    }
  }

  /**
   * Encodes plain text. Never yields a control token, whatever the text holds.
   *
   * @return token ids, {@code [n]}
   * @throws InvalidInputException if the text is longer than {@link #MAX_TEXT_LENGTH}
   */
  public int[] encode(String plainText) {
    return encode(plainText, ordinaryAdded);
  }

  /**
   * Encodes text in which the strings of control tokens mean those tokens, as the public
   * implementation does by default. Only for text that no user had a hand in.
   *
   * @return token ids, {@code [n]}
   * @throws InvalidInputException if the text is longer than {@link #MAX_TEXT_LENGTH}
   */
  public int[] encodeWithControls(String trustedText) {
    return encode(trustedText, allAdded);
  }

  /**
   * Returns how many tokens a text has at least, in a small part of the time that encoding takes.
   */
  int leastTokens(String text) {
    return bound.atLeast(text);
  }

  /**
   * Returns the id of a control token.
   *
   * @throws CheckpointException if this tokenizer has no control token of that text
   */
  public int controlToken(String content) {
    AddedToken token = added.get(content);
    if (token == null || !token.control()) {
      throw new CheckpointException("the tokenizer has no control token " + content);
    }
    return token.id();
  }

  /** Returns the tokens beside the learned vocabulary, in the order of the file. */
  public List<AddedToken> addedTokens() {
    return added.values().asList();
  }

  /** Says whether an id is a control token's; those are what {@code skipSpecial} leaves out. */
  public boolean isControl(int id) {
    return id >= 0 && id < special.length && special[id];
  }

  /**
   * Decodes ids. Ids without a token decode to nothing (a model's vocabulary is larger than its
   * tokenizer's); bytes that form no character become U+FFFD.
   *
   * @param skipSpecial whether control tokens are left out
   */
  public String decode(int[] ids, boolean skipSpecial) {
    StringBuilder text = new StringBuilder();
    Utf8Assembler assembler = new Utf8Assembler(text);
    for (int id : ids) {
      assembler.append(bytes(id, skipSpecial));
    }
    assembler.finish();
    return text.toString();
  }

  /** Starts decoding token by token. */
  public StreamingDecoder streamingDecoder(boolean skipSpecial) {
    return new StreamingDecoder(this, skipSpecial);
  }

  /**
   * Finds the token that holds a character of the decoded text: the one that completes it.
   *
   * @param ids what was decoded
   * @param skipSpecial as it was decoded
   * @param character index in the decoded text, in UTF-16 units
   * @return index in {@code ids}; empty where the text is shorter
   */
  public OptionalInt tokenAt(int[] ids, boolean skipSpecial, int character) {
    StreamingDecoder decoder = streamingDecoder(skipSpecial);
    for (int i = 0; i < ids.length; i++) {
      decoder.accept(ids[i]);
      if (decoder.text().length() > character) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** Returns one more than the largest id that has a token. */
  public int vocabularySize() {
    return tokenBytes.length;
  }

  /** Returns the id that fills short rows of a batch, where {@code tokenizer_config.json} says. */
  public OptionalInt padId() {
    return padId;
  }

  /** Returns the id that ends a turn, where {@code tokenizer_config.json} says. */
  public OptionalInt eosId() {
    return eosId;
  }

  /** Frees native memory; encoding fails afterwards, decoding goes on. Idempotent. */
  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      vocabulary.close();
    } finally {
      lifetime.writeLock().unlock();
    }
  }

  /** Returns the bytes of a token: empty for an id without one, and for what is left out. */
  byte[] bytes(int id, boolean skipSpecial) {
    if (id < 0 || id >= tokenBytes.length || (skipSpecial && special[id])) {
      return NOTHING;
    }
    byte[] bytes = tokenBytes[id];
    return bytes == null ? NOTHING : bytes;
  }

  private int[] encode(String text, AddedTokenSplitter splitter) {
    if (text.length() > MAX_TEXT_LENGTH) {
      throw new InvalidInputException(
          "text has " + text.length() + " characters, at most " + MAX_TEXT_LENGTH + " are encoded");
    }
    ImmutableIntArray.Builder ids = ImmutableIntArray.builder();
    splitter.split(
        text,
        piece -> ids.addAll(Arrays.stream(encodeVocabulary(piece)).mapToInt(Math::toIntExact)),
        token -> ids.add(token.id()));
    return ids.build().toArray();
  }

  private long[] encodeVocabulary(String text) {
    String wellFormed = replaceLoneSurrogates(text);
    lifetime.readLock().lock();
    try {
      if (vocabulary.isReleased()) {
        throw new IllegalStateException("the tokenizer is closed");
      }
      return vocabulary.encode(wellFormed, false, false).getIds();
    } finally {
      lifetime.readLock().unlock();
    }
  }

  /** The native side would take a text with one for a sequence of damaged bytes. */
  private static String replaceLoneSurrogates(String text) {
    if (text.codePoints().noneMatch(Tokenizer::isSurrogate)) {
      return text;
    }
    int[] points = text.codePoints().map(point -> isSurrogate(point) ? 0xFFFD : point).toArray();
    return new String(points, 0, points.length);
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static HuggingFaceTokenizer openNative(Path path, TokenizerFile file) {
    // DJL reports its use to a server on EC2 machines unless told not to
    if (System.getProperty(TRACKING_OPT_OUT) == null) {
      System.setProperty(TRACKING_OPT_OUT, "true");
    }
    try (InputStream json = file.withoutAddedTokens()) {
      return HuggingFaceTokenizer.newInstance(json, AS_IS);
    } catch (IOException e) {
      throw new CheckpointException("cannot read " + path + ": " + e, e);
    } catch (ai.djl.engine.EngineException | LinkageError e) {
      throw new EngineException(
          "cannot load the native tokenizer library: " + Natives.reason(e), e);
    } catch (RuntimeException e) {
      throw new CheckpointException("malformed " + path + ": " + e.getMessage(), e);
    }
  }

  private static boolean isRead(AddedToken token, Collection<String> readable) {
    return !ChatTemplate.CONTROL_TOKENS.contains(token.content())
        && readable.stream().anyMatch(text -> text.contains(token.content()));
  }

  private static AddedToken text(AddedToken token) {
    return new AddedToken(token.content(), token.id(), false, token.normalized());
  }

  private AddedTokenSplitter splitter(Predicate<AddedToken> wanted) {
    return new AddedTokenSplitter(added.values().stream().filter(wanted).toList());
  }

  private OptionalInt id(@Nullable String content) {
    AddedToken token = content == null ? null : added.get(content);
    return token == null ? OptionalInt.empty() : OptionalInt.of(token.id());
  }
}
