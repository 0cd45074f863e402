package io.r1reward.train.reward;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSet;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.model.qwen2_5_vl.Qwen25Chat;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.PromptEncoder;
import io.r1reward.core.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Asks a local model greedily, in the chat format of Qwen2 models. Thread-safe; owns neither
 * generator nor tokenizer.
 */
record GeneratorTextModel(
    Generator generator, Tokenizer tokenizer, Set<Integer> endTokens, int maxNewTokens)
    implements TextModel {

  GeneratorTextModel {
    requireNonNull(generator, "generator");
    requireNonNull(tokenizer, "tokenizer");
    endTokens = ImmutableSet.copyOf(requireNonNull(endTokens, "endTokens")); // keeps the order
    if (maxNewTokens < 1) {
      throw new InvalidInputException("maxNewTokens must be at least 1, got " + maxNewTokens);
    }
  }

  @Override
  public List<String> replies(List<String> questions) {
    if (questions.isEmpty()) {
      return List.of();
    }
    PromptEncoder encoder = new PromptEncoder(tokenizer, Qwen25Chat.published(), 2);
    List<Prompt> prompts = new ArrayList<>();
    for (String question : questions) {
      prompts.add(encoder.encode(List.of(Message.user(question)), List.of()));
    }
    Decoding decoding = Decoding.greedy(maxNewTokens, endTokens);
    return generator.generate(GenerationRequest.of(prompts, 1, decoding, 0)).stream()
        .map(completion -> tokenizer.decode(completion.tokens(), true))
        .toList();
  }
}
