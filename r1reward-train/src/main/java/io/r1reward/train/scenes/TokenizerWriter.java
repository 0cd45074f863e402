package io.r1reward.train.scenes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.core.model.qwen2_5_vl.Qwen25Chat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a {@link Vocabulary} into a checkpoint folder as {@code tokenizer.json}, {@code
 * tokenizer_config.json}, {@code vocab.json}, {@code merges.txt} and {@code chat_template.json}, in
 * the layout of the published Qwen2.5-VL checkpoints. Stateless, thread-safe.
 */
final class TokenizerWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenizerWriter() {}

  /** Writes the files. */
  public static void write(Vocabulary vocabulary, Path folder) throws IOException {
    ObjectNode vocab = JSON.createObjectNode();
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      vocab.put(vocabulary.tokens().get(id), id);
    }
    StringBuilder merges = new StringBuilder("#version: 0.2\n");
    ArrayNode mergeList = JSON.createArrayNode();
    for (Vocabulary.Merge merge : vocabulary.merges()) {
      merges.append(merge.left()).append(' ').append(merge.right()).append('\n');
      mergeList.add(merge.left() + " " + merge.right());
    }
    put(folder, "tokenizer.json", tokenizer(vocabulary, vocab, mergeList));
    put(folder, "tokenizer_config.json", config(vocabulary));
    put(folder, "vocab.json", vocab);
    Files.writeString(folder.resolve("merges.txt"), merges);
    put(
        folder,
        "chat_template.json",
        JSON.createObjectNode().put("chat_template", Qwen25Chat.SOURCE));
  }

  private static ObjectNode tokenizer(Vocabulary vocabulary, ObjectNode vocab, ArrayNode merges) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    int id = vocabulary.tokens().size();
    for (String phrase : vocabulary.phrases()) {
      added.add(addedToken(phrase, false).put("id", id++));
    }
    for (String control : vocabulary.controls()) {
      added.add(addedToken(control, true).put("id", id++));
    }
    root.putObject("normalizer").put("type", "NFC");
    ObjectNode sequence = root.putObject("pre_tokenizer").put("type", "Sequence");
    ArrayNode steps = sequence.putArray("pretokenizers");
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", BpeTrainer.WORDS);
    split.put("behavior", "Isolated").put("invert", false);
    steps.add(byteLevel());
    root.set("post_processor", byteLevel());
    root.set("decoder", byteLevel());
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    model.set("vocab", vocab);
    model.set("merges", merges);
    return root;
  }

  private static ObjectNode byteLevel() {
    return JSON.createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
  }

  private static ObjectNode addedToken(String content, boolean special) {
    return JSON.createObjectNode()
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", special);
  }

  private static ObjectNode config(Vocabulary vocabulary) {
    ObjectNode root = JSON.createObjectNode();
    root.put("add_bos_token", false).put("add_prefix_space", false);
    ObjectNode decoder = root.putObject("added_tokens_decoder");
    int id = vocabulary.tokens().size();
    for (String phrase : vocabulary.phrases()) {
      decoder.set(Integer.toString(id++), addedToken(phrase, false));
    }
    for (String control : vocabulary.controls()) {
      decoder.set(Integer.toString(id++), addedToken(control, true));
    }
    root.putNull("bos_token").put("clean_up_tokenization_spaces", false);
    root.put("eos_token", "<|im_end|>").put("errors", "replace");
    root.put("model_max_length", 131072).put("pad_token", "<|endoftext|>");
    root.put("split_special_tokens", false).put("tokenizer_class", "Qwen2Tokenizer");
    root.putNull("unk_token");
    return root;
  }

  private static void put(Path folder, String name, ObjectNode content) throws IOException {
    Files.writeString(
        folder.resolve(name), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content));
  }
}
