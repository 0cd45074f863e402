package io.r1reward.core.checkpoint;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.JsonFields;
import io.r1reward.core.model.ModelConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code generation_config.json} says about decoding. Keys that are missing have the defaults
 * of the public implementation, given below.
 *
 * @param doSample whether tokens are drawn; false, the default, is greedy whatever the temperature
 * @param temperature divisor of the logits; default 1
 * @param topK keep the k most likely tokens; default 50, 0 keeps all, and so does -1 in the file
 * @param topP keep the smallest set of tokens whose probability reaches p; default 1, which keeps
 *     all
 * @param minP drop tokens less likely than p times the most likely one; default 0, which keeps all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens seen before;
 *     default 1, which changes nothing
 * @param eosTokenIds tokens that end a completion; default those of {@code config.json};
 *     unmodifiable
 * @param padTokenId filler of shorter rows; null where nothing is said
 */
public record GenerationConfig(
    boolean doSample,
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    List<Integer> eosTokenIds,
    @Nullable Integer padTokenId) {

  /** Settings of other ways to decode, by the value with which they do nothing. */
  private static final ImmutableMap<String, Double> NEUTRAL =
      ImmutableMap.<String, Double>builder()
          .put("num_beams", 1.0)
          .put("num_beam_groups", 1.0)
          .put("num_return_sequences", 1.0)
          .put("typical_p", 1.0)
          .put("epsilon_cutoff", 0.0)
          .put("eta_cutoff", 0.0)
          .put("diversity_penalty", 0.0)
          .put("length_penalty", 1.0)
          .put("encoder_repetition_penalty", 1.0)
          .put("no_repeat_ngram_size", 0.0)
          .put("encoder_no_repeat_ngram_size", 0.0)
          .put("presence_penalty", 0.0)
          .put("frequency_penalty", 0.0)
          .put("min_length", 0.0)
          .put("min_new_tokens", 0.0)
          .put("guidance_scale", 1.0)
          .buildOrThrow();

  /** Keys that change no token: names, caches, forms of the result; lengths are the caller's. */
  private static final ImmutableSet<String> HARMLESS =
      ImmutableSet.of(
          "_from_model_config",
          "transformers_version",
          "bos_token_id",
          "decoder_start_token_id",
          "max_length",
          "max_new_tokens",
          "max_time",
          "use_cache",
          "cache_implementation",
          "attn_implementation",
          "trust_remote_code",
          "return_dict_in_generate",
          "output_scores",
          "output_logits",
          "output_attentions",
          "output_hidden_states",
          "early_stopping",
          "chat_format",
          "max_window_size",
          "num_assistant_tokens",
          "num_assistant_tokens_schedule",
          "assistant_confidence_threshold",
          "assistant_early_exit",
          "assistant_lookbehind",
          "target_lookbehind",
          "prompt_lookup_num_tokens",
          "max_matching_ngram_size",
          "disable_compile");

  /** Checks every value. */
  public GenerationConfig {
    eosTokenIds = List.copyOf(eosTokenIds);
    check(temperature >= 0, "temperature is %s, expected at least 0", temperature);
    check(topK >= 0, "top_k is %s, expected at least 0", topK);
    check(topP > 0 && topP <= 1, "top_p is %s, expected more than 0 and at most 1", topP);
    check(minP >= 0 && minP <= 1, "min_p is %s, expected 0 to 1", minP);
    check(repetitionPenalty > 0, "repetition_penalty is %s, expected above 0", repetitionPenalty);
    check(
        eosTokenIds.stream().allMatch(id -> id >= 0),
        "eos_token_id is %s, expected no negative token",
        eosTokenIds);
  }

  /** What holds where there is no file: greedy, ending at the model's own tokens. */
  public static GenerationConfig defaults(ModelConfig model) {
    return new GenerationConfig(false, 1, 50, 1, 0, 1, model.eosTokenIds().asList(), null);
  }

  /**
   * Reads a {@code generation_config.json}, or returns the defaults where there is none.
   *
   * @throws CheckpointException if the file is malformed or a value is of a wrong type or out of
   *     range
   */
  public static GenerationConfig read(Path file, ModelConfig model) {
    GenerationConfig defaults = defaults(model);
    if (!Files.exists(file)) {
      return defaults;
    }
    JsonFields fields = JsonFields.read(file);
    NEUTRAL.forEach(
        (key, value) -> {
          if (fields.number(key, value) != value) {
            fields.forget(key);
          }
        });
    GenerationConfig config =
        fields.naming(
            () ->
                new GenerationConfig(
                    fields.bool("do_sample", defaults.doSample),
                    fields.number("temperature", defaults.temperature),
                    topK(fields.integer("top_k", defaults.topK)),
                    fields.number("top_p", defaults.topP),
                    fields.number("min_p", defaults.minP),
                    fields.number("repetition_penalty", defaults.repetitionPenalty),
                    fields.integers("eos_token_id", model.eosTokenIds()).asList(),
                    fields.integerOrNull("pad_token_id")));
    fields.warnOfOthers(HARMLESS);
    return config;
  }

  /** Other tools write -1 for what the public implementation writes 0 for. */
  private static int topK(int written) {
    return written == -1 ? 0 : written;
  }

  private static void check(boolean valid, String message, Object value) {
    if (!valid) {
      throw new CheckpointException(String.format(message, value));
    }
  }
}
