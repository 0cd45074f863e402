package io.r1reward.core.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.JsonFault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code tokenizer.json} holds, read in one pass: the bytes of every token, the added
 * tokens, and the file without its added tokens.
 *
 * @param tokenBytes bytes of each id, {@code [ids][]}; null where an id has no token
 * @param added the added tokens, in file order
 * @param json the whole file
 * @param cutFrom where the list of added tokens begins in {@code json}
 * @param cutTo where it ends, exclusive
 */
@SuppressWarnings("ArrayRecordComponent") // a private carrier between file and tokenizer
record TokenizerFile(
    byte[] @Nullable [] tokenBytes,
    ImmutableList<AddedToken> added,
    byte[] json,
    int cutFrom,
    int cutTo) {

  /** What normalisation may be where a token asks for it. */
  private static final ImmutableSet<String> NORMALIZERS = ImmutableSet.of("NFC", "none");

  /** Ids beyond this are no vocabulary but a damaged file. */
  private static final int MAX_TOKENS = 1 << 22;

  static TokenizerFile read(Path file) {
    byte[] json;
    try {
      json = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new CheckpointException("checkpoint has no tokenizer: " + file + " is missing", e);
    } catch (IOException e) {
      throw new CheckpointException("cannot read " + file + ": " + e, e);
    }
    try {
      return new Reader(file, json).read();
    } catch (IOException e) {
      throw new CheckpointException("malformed " + file + ": " + JsonFault.of(e), e);
    }
  }

  /** The file with an empty list of added tokens. */
  InputStream withoutAddedTokens() {
    return new SequenceInputStream(
        Collections.enumeration(
            List.of(
                new ByteArrayInputStream(json, 0, cutFrom),
                new ByteArrayInputStream("[]".getBytes(UTF_8)),
                new ByteArrayInputStream(json, cutTo, json.length - cutTo))));
  }

  private static final class Reader {
    private final Path file;
    private final byte[] json;
    private byte[] @Nullable [] tokenBytes = new byte[1 << 12][];
    private int tokenCount;
    private final ImmutableList.Builder<AddedToken> added = ImmutableList.builder();
    private int cutFrom = -1;
    private int cutTo = -1;
    private boolean hasVocabulary;
    private String decoder = "none";
    private String normalizer = "none";

    Reader(Path file, byte[] json) {
      this.file = file;
      this.json = json;
    }

    TokenizerFile read() throws IOException {
      JsonFactory factory =
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
              .build();
      ObjectMapper mapper = new ObjectMapper(factory);
      try (JsonParser parser = factory.createParser(json)) {
        parser.setCodec(mapper);
        expect(parser, parser.nextToken(), JsonToken.START_OBJECT, "the file");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String field = parser.currentName();
          parser.nextToken();
          switch (field) {
            case "added_tokens" -> readAddedTokens(parser);
            case "model" -> readModel(parser);
            case "normalizer" ->
                normalizer = parser.<JsonNode>readValueAsTree().path("type").asText("none");
            case "decoder" -> decoder = parser.<JsonNode>readValueAsTree().path("type").asText();
            default -> parser.skipChildren();
          }
        }
        if (parser.nextToken() != null) {
          throw new CheckpointException(file + " goes on after its end");
        }
      }
      if (!hasVocabulary) {
        throw new CheckpointException(file + " has no vocabulary (model.vocab)");
      }
      if (!decoder.equals("ByteLevel")) {
        throw new CheckpointException(
            file + " has a decoder of type " + decoder + ", supported is ByteLevel");
      }
      if (cutFrom < 0) {
        throw new CheckpointException(file + " has no added_tokens");
      }
      ImmutableList<AddedToken> tokens = added.build();
      for (AddedToken token : tokens) {
        if (token.normalized() && !NORMALIZERS.contains(normalizer)) {
          throw new CheckpointException(
              file
                  + ": added token "
                  + token.content()
                  + " has normalized = true under a normalizer of type "
                  + normalizer
                  + ", supported are "
                  + NORMALIZERS);
        }
      }
      return new TokenizerFile(Arrays.copyOf(tokenBytes, tokenCount), tokens, json, cutFrom, cutTo);
    }

    private void readAddedTokens(JsonParser parser) throws IOException {
      expect(parser, parser.currentToken(), JsonToken.START_ARRAY, "added_tokens");
      cutFrom = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        JsonNode node = parser.readValueAsTree();
        String content = node.path("content").asText();
        int id = node.path("id").asInt(-1);
        if (content.isEmpty()) {
          throw new CheckpointException(file + ": added token " + id + " has no content");
        }
        for (String flag : List.of("single_word", "lstrip", "rstrip")) {
          if (node.path(flag).asBoolean()) {
            throw new CheckpointException(
                file + ": added token " + content + " has " + flag + " = true, supported is false");
          }
        }
        boolean control =
            node.path("special").asBoolean() || ChatTemplate.CONTROL_TOKENS.contains(content);
        added.add(new AddedToken(content, id, control, node.path("normalized").asBoolean()));
        put(id, content, content.getBytes(UTF_8));
      }
      expect(parser, parser.currentToken(), JsonToken.END_ARRAY, "added_tokens");
      cutTo = Math.toIntExact(parser.currentTokenLocation().getByteOffset()) + 1;
    }

    private void readModel(JsonParser parser) throws IOException {
      expect(parser, parser.currentToken(), JsonToken.START_OBJECT, "model");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (!field.equals("vocab")) {
          parser.skipChildren();
          continue;
        }
        expect(parser, value, JsonToken.START_OBJECT, "model.vocab");
        hasVocabulary = true;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String token = parser.currentName();
          expect(parser, parser.nextToken(), JsonToken.VALUE_NUMBER_INT, "a token's id");
          put(parser.getIntValue(), token, ByteLevel.bytes(token));
        }
      }
    }

    private void put(int id, String token, byte[] bytes) {
      if (id < 0 || id >= MAX_TOKENS) {
        throw new CheckpointException(
            file + ": id " + id + " of token " + token + " is not in 0.." + (MAX_TOKENS - 1));
      }
      if (id >= tokenBytes.length) {
        tokenBytes = Arrays.copyOf(tokenBytes, Math.max(id + 1, tokenBytes.length * 2));
      }
      tokenBytes[id] = bytes;
      tokenCount = Math.max(tokenCount, id + 1);
    }

    private void expect(
        JsonParser parser, @Nullable JsonToken found, JsonToken wanted, String what) {
      if (found != wanted) {
        throw new CheckpointException(
            String.format(
                "malformed %s: %s is %s, not %s, at byte %d",
                file, what, found, wanted, parser.currentTokenLocation().getByteOffset()));
      }
    }
  }
}
