package io.r1reward.train.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.core.json.Json;
import io.r1reward.core.json.JsonFields;
import java.nio.file.Path;

/**
 * An {@code adapter_config.json} of PEFT. What changes the adapted model and is not applied here is
 * refused. Immutable.
 *
 * @param file it was read from
 * @param rank inner width of an adapter
 * @param alpha numerator of the scale {@code alpha / rank}
 * @param dropout share of the adapter's inputs that are zeroed while training
 * @param targets the layers that have adapters
 * @param listed whether all layers that a list of names fits have one
 */
record AdapterConfig(
    Path file, int rank, double alpha, double dropout, NameChoice targets, boolean listed) {
  static final String NAME = "adapter_config.json";
  private static final String TARGETS = "target_modules";
  private static final String EXCLUDED = "exclude_modules";
  private static final String START = "init_lora_weights";

  /** Defaults of PEFT. */
  private static final int RANK = 8;

  private static final double ALPHA = 8;

  /** Settings that change what the adapters compute, and are not applied here. */
  private static final ImmutableList<String> REFUSED =
      ImmutableList.of(
          "use_dora",
          "use_qalora",
          "use_bdlora",
          "fan_in_fan_out",
          "lora_bias",
          "modules_to_save",
          "layers_to_transform",
          "layers_pattern",
          "rank_pattern",
          "alpha_pattern",
          "layer_replication",
          "target_parameters",
          "trainable_token_indices",
          "alora_invocation_tokens",
          "arrow_config");

  /** Starts of A and B that leave the base model's weights as they are. */
  private static final ImmutableSet<String> STARTS =
      ImmutableSet.of("true", "false", "gaussian", "eva", "orthogonal");

  /** Keys that tell where an adapter comes from, or how its training started. */
  private static final ImmutableSet<String> HARMLESS =
      ImmutableSet.of(
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config",
          "ensure_weight_tying",
          "eva_config",
          "inference_mode",
          "loftq_config",
          "megatron_config",
          "megatron_core",
          "peft_version",
          "qalora_group_size",
          "revision",
          "task_type");

  /**
   * Reads the file in a folder.
   *
   * @param warn whether to warn of settings that are not known
   */
  static AdapterConfig read(Path folder, boolean warn) {
    Path file = folder.resolve(NAME);
    JsonNode values = Json.object(file);
    JsonFields fields = JsonFields.read(file);
    one(fields, "peft_type", "", ImmutableSet.of("LORA"));
    one(fields, "bias", "none", ImmutableSet.of("none"));
    one(fields, START, "true", STARTS);
    for (String key : REFUSED) {
      fields.leave(key);
      JsonNode value = values.path(key);
      if (!isOff(value)) {
        throw fields.wrong(key, value, "null, false or empty, as it is not applied here");
      }
    }
    int rank = fields.integer("r", RANK);
    if (rank < 1) {
      throw fields.wrong("r", rank, "at least 1");
    }
    double alpha = fields.number("lora_alpha", ALPHA);
    double dropout = fields.number("lora_dropout", 0);
    if (!(dropout >= 0 && dropout < 1)) {
      throw fields.wrong("lora_dropout", dropout, "a number in [0, 1)");
    }
    // rank-stabilised (Kalajdzievski, arXiv 2312.03732): alpha / sqrt(r) = (alpha sqrt(r)) / r
    double numerator = fields.bool("use_rslora", false) ? alpha * Math.sqrt(rank) : alpha;
    NameChoice targets = targets(file, values, fields);
    fields.leave(TARGETS, EXCLUDED);
    if (warn) {
      fields.warnOfOthers(HARMLESS);
    }
    boolean listed = targets.names() != null && isOff(values.path(EXCLUDED));
    return new AdapterConfig(file, rank, numerator, dropout, targets, listed);
  }

  private static NameChoice targets(Path file, JsonNode values, JsonFields fields) {
    if (isOff(values.path(TARGETS))) {
      throw fields.wrong(TARGETS, values.path(TARGETS), "at least 1 layer");
    }
    NameChoice targets = NameChoice.read(file, TARGETS, values.path(TARGETS));
    if (!isOff(values.path(EXCLUDED))) {
      targets = targets.except(NameChoice.read(file, EXCLUDED, values.path(EXCLUDED)));
    }
    String outOfReach = targets.outOfReach();
    if (outOfReach != null) {
      throw fields.wrong(
          TARGETS, outOfReach, "linear layers of the decoder and the vision tower alone");
    }
    return targets;
  }

  private static void one(
      JsonFields fields, String key, String otherwise, ImmutableSet<String> known) {
    String value = fields.scalar(key, otherwise);
    if (!known.contains(value)) {
      throw fields.wrong(
          key, value.isEmpty() ? "missing" : value, String.join(" or ", known) + " here");
    }
  }

  private static boolean isOff(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isTextual() && value.textValue().isEmpty())
        || (value.isContainerNode() && value.isEmpty());
  }
}
