package io.r1reward.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.CheckpointException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.json.Json;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters as releases of PEFT write them. The model has 4 decoder layers and 4 vision blocks. */
class AdapterFilesTest {
  private static final Path BASE = ReferenceCase.of("b-one-image-140x196").checkpoint();
  private static final Lora DECODER = Lora.rank(4).alpha(16).targets("q_proj", "down_proj");
  private static final Lora BOTH = new Lora(4, 16, 0, DECODER.targets(), true);

  @TempDir Path folder;

  private Path config;
  private Path weights;

  @BeforeEach
  void names() {
    config = folder.resolve("adapter_config.json");
    weights = folder.resolve("adapter_model.safetensors");
  }

  private static String newer(String name) {
    return name.replace("base_model.model.model.", "base_model.model.model.language_model.")
        .replace("base_model.model.visual.", "base_model.model.model.visual.");
  }

  private static PolicyNetwork network(Lora lora) {
    NetworkSettings settings = NetworkSettings.builder().device("cpu").lora(lora).build();
    try (Checkpoint checkpoint = Checkpoint.open(BASE)) {
      return PolicyNetwork.load(checkpoint, settings, 1);
    }
  }

  private static Map<String, float[]> values(PolicyNetwork network) {
    Map<String, float[]> values = new TreeMap<>();
    network.trainable().forEach(p -> values.put(p.name(), network.values(p)));
    return values;
  }

  /** Saves adapters whose values are all different, and returns them. */
  private Map<String, float[]> save(Lora lora) throws IOException {
    try (PolicyNetwork network = network(lora)) {
      float next = 0;
      for (Parameter parameter : network.trainable()) {
        float[] values = network.values(parameter);
        for (int i = 0; i < values.length; i++) {
          values[i] = next++;
        }
        network.set(parameter, values);
      }
      AdapterFiles.save(network, "base", folder);
      return values(network);
    }
  }

  /** Gives the tensors other names; those without one are left out. */
  private void rename(UnaryOperator<String> names) throws IOException {
    Path renamed = folder.resolve("renamed");
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      List<TensorData> tensors = new ArrayList<>();
      for (MappedTensor tensor : file.tensors().values()) {
        String name = names.apply(tensor.info().name());
        if (!name.isEmpty()) {
          TensorInfo info = new TensorInfo(name, tensor.dtype(), tensor.shape());
          tensors.add(TensorData.of(info, tensor.bytes()));
        }
      }
      SafetensorsWriter.write(renamed, tensors);
    }
    Files.delete(weights);
    Files.move(renamed, weights);
  }

  private void set(String key, String json) throws IOException {
    ObjectNode values = (ObjectNode) Json.object(config);
    values.set(key, Json.MAPPER.readTree(json));
    Files.writeString(config, values.toString());
  }

  private Lora settings() {
    return AdapterFiles.settings(folder);
  }

  private void restore() {
    try (PolicyNetwork network = network(settings())) {
      AdapterFiles.restore(network, folder);
    }
  }

  private void assertRestores(Map<String, float[]> expected) {
    try (PolicyNetwork network = network(settings())) {
      AdapterFiles.restore(network, folder);
      Map<String, float[]> found = values(network);
      assertThat(found.keySet()).isEqualTo(expected.keySet());
      expected.forEach((name, values) -> assertThat(found.get(name)).as(name).isEqualTo(values));
    }
  }

  private void assertRefuses(String message) {
    assertThatThrownBy(this::restore)
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "model., visual., .default",
    "model.language_model., model.visual., ''",
    "model.language_model., model.visual., .default",
    "language_model., visual., ''",
    "language_model.model., visual., .policy",
  })
  void loads_the_names_of_other_releases(String decoder, String vision, String adapter)
      throws IOException {
    Map<String, float[]> saved = save(BOTH);
    rename(
        name ->
            name.replace("base_model.model.model.", "base_model.model." + decoder)
                .replace("base_model.model.visual.", "base_model.model." + vision)
                .replaceFirst("\\.weight$", adapter + ".weight"));
    assertThat(settings()).isEqualTo(BOTH);
    assertRestores(saved);
  }

  @Test
  void loads_full_names_and_writes_them_so_that_they_fit_all_releases() throws IOException {
    Lora one = BOTH.targets("layers.2.mlp.up_proj", "visual.blocks.1.attn.qkv", "merger.mlp.0");
    Map<String, float[]> saved = save(one);
    assertThat(saved).hasSize(6);
    assertThat(settings()).isEqualTo(one);
    assertRestores(saved);
    rename(AdapterFilesTest::newer);
    set(
        "target_modules",
        "[\"model.language_model.layers.2.mlp.up_proj\", \"model.visual.blocks.1.attn.qkv\","
            + " \"merger.mlp.0\", \"c_attn\"]");
    assertThat(settings()).isEqualTo(one);
    assertRestores(saved);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^(?!.*visual).*(?:q_proj|down_proj)$",
        "model\\\\.language_model\\\\.layers\\\\.[\\\\d]{1,}\\\\.(self_attn\\\\.q|mlp\\\\.down)_proj"
      })
  void loads_a_regular_expression_for_whole_names(String expression) throws IOException {
    Map<String, float[]> saved = save(DECODER);
    rename(AdapterFilesTest::newer);
    set("target_modules", "\"" + expression + "\"");
    assertThat(settings().targets()).hasSize(8).contains("layers.3.mlp.down_proj");
    assertThat(settings().vision()).isFalse();
    assertRestores(saved);
  }

  @Test
  void loads_targets_less_excluded_ones() throws IOException {
    Map<String, float[]> saved = save(DECODER.targets("layers.0.mlp.up_proj", "q_proj"));
    set("target_modules", "[\"q_proj\", \"up_proj\"]");
    set("exclude_modules", "\".*(visual|layers.[123]).*up_proj\"");
    assertRestores(saved);
  }

  @Test
  void loads_all_linear_layers_with_those_of_the_vision_tower() throws IOException {
    Map<String, float[]> saved =
        save(
            new Lora(
                4,
                16,
                0,
                ImmutableList.<String>builder()
                    .addAll(Lora.ALL_LINEAR)
                    .add("qkv", "proj", "mlp.0", "mlp.2")
                    .build(),
                true));
    assertThat(saved).hasSize(2 * (4 * 7 + 4 * 5 + 2));
    rename(AdapterFilesTest::newer);
    set("target_modules", "\"all-linear\"");
    assertRestores(saved);
    rename(name -> name.contains("visual.merger.mlp.2") ? "" : name);
    assertRefuses(
        "tensor base_model.model.model.visual.merger.mlp.2.lora_A.weight is missing, though"
            + " target_modules");
  }

  @Test
  void scales_by_the_root_of_the_rank_where_the_adapter_is_rank_stabilised() throws IOException {
    Map<String, float[]> saved = save(DECODER);
    set("use_rslora", "true");
    assertThat(settings().scale()).isEqualTo(16 / Math.sqrt(4));
    assertRestores(saved);
    try (PolicyNetwork network = network(settings())) {
      AdapterFiles.save(network, "base", folder);
    }
    assertThat(settings().scale()).isEqualTo(8);
  }

  @Test
  void writes_a_config_that_it_and_peft_read_without_a_warning() throws IOException {
    save(DECODER);
    assertThat(Json.object(config))
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "base",
                 "inference_mode": true, "r": 4, "lora_alpha": 16.0, "lora_dropout": 0.0,
                 "bias": "none", "use_rslora": false, "use_dora": false,
                 "target_modules": ["q_proj", "down_proj"]}
                """));
    assertThat(Warnings.of(this::restore)).doesNotContain(config.toString());
  }

  @Test
  void warns_once_of_settings_it_does_not_know_and_of_no_default_of_peft() throws IOException {
    save(DECODER);
    String defaults =
        """
        {"alora_invocation_tokens": null, "alpha_pattern": {}, "arrow_config": null,
         "auto_mapping": {"base_model_class": "Qwen2_5_VLForConditionalGeneration"},
         "corda_config": null, "ensure_weight_tying": false, "eva_config": null,
         "exclude_modules": null, "fan_in_fan_out": false, "init_lora_weights": true,
         "layer_replication": null, "layers_pattern": null, "layers_to_transform": null,
         "loftq_config": {}, "lora_bias": false, "megatron_config": null,
         "megatron_core": "megatron.core", "modules_to_save": null, "peft_version": "0.18.0",
         "qalora_group_size": 16, "rank_pattern": {}, "revision": null, "target_parameters": null,
         "trainable_token_indices": null, "use_qalora": false}
        """;
    for (Map.Entry<String, JsonNode> value : Json.MAPPER.readTree(defaults).properties()) {
      set(value.getKey(), value.getValue().toString());
    }
    assertThat(Warnings.of(this::restore)).doesNotContain(config.toString());
    set("use_sparkle", "0.5");
    set("other", "[]");
    assertThat(Warnings.of(this::restore))
        .containsOnlyOnce(
            config + ": these settings are not known and have no effect here: [use_sparkle = 0.5]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "peft_type | \"IA3\" | peft_type is IA3, expected LORA here",
        "peft_type | null | peft_type is missing, expected LORA here",
        "bias | \"lora_only\" | bias is lora_only, expected none here",
        "init_lora_weights | \"pissa_niter_16\" | init_lora_weights is pissa_niter_16, expected",
        "use_dora | true | use_dora is true, expected null, false or empty",
        "use_qalora | true | use_qalora is true",
        "fan_in_fan_out | true | fan_in_fan_out is true",
        "lora_bias | true | lora_bias is true",
        "modules_to_save | [\"lm_head\"] | modules_to_save is [\"lm_head\"]",
        "layers_to_transform | 0 | layers_to_transform is 0",
        "layers_pattern | \"layers\" | layers_pattern is \"layers\"",
        "rank_pattern | {\"q_proj\":8} | rank_pattern is {\"q_proj\":8}",
        "alpha_pattern | {\"q_proj\":8} | alpha_pattern is {\"q_proj\":8}",
        "layer_replication | [[0,4]] | layer_replication is [[0,4]]",
        "target_parameters | [\"w\"] | target_parameters is [\"w\"]",
        "trainable_token_indices | [1] | trainable_token_indices is [1]",
        "alora_invocation_tokens | [1] | alora_invocation_tokens is [1]",
        "r | 0 | r is 0, expected at least 1",
        "lora_dropout | 1 | lora_dropout is 1.0, expected a number in [0, 1)",
        "lora_alpha | \"16\" | lora_alpha is \"16\", expected a number",
        "target_modules | null | target_modules is null, expected at least 1 layer",
        "target_modules | [1] | target_modules is [1], expected names",
        "target_modules | {\"a\":1} | target_modules is {\"a\":1}, expected names",
        "target_modules | \"(q_proj\" | target_modules is no regular expression",
        "target_modules | [\"q_proj\",\"lm_head\"] | target_modules is lm_head, expected linear",
        "target_modules | [\"q_proj\"] | layers.0.mlp.down_proj, which is none of the target_mod",
        "target_modules | [\"q_proj\",\"down_proj\",\"v_proj\"] | v_proj.lora_A.weight is missing",
        "target_modules | \".*[qn]_proj\" | visual.blocks.0.mlp.down_proj.lora_A.weight is mi",
        "exclude_modules | [\"layers.0.self_attn.q_proj\"] | layers.0.self_attn.q_proj, which is"
      })
  void refuses_settings_that_are_not_applied(String key, String value, String message)
      throws IOException {
    save(DECODER);
    set(key, value);
    assertRefuses(message);
  }

  @ParameterizedTest
  @CsvSource({
    "model.layers.0.self_attn.q_proj.lora_A.weight, lm_head.lora_A.weight,"
        + " is of a layer that cannot have adapters here",
    "model.layers.0.self_attn.q_proj.lora_A.weight, lm_head.weight,"
        + " is not lora_A or lora_B of a layer",
    "model.layers.0.self_attn.q_proj.lora_A.weight,"
        + " model.layers.0.self_attn.q_proj.lora_magnitude_vector, is not lora_A or lora_B",
    "model.layers.0.self_attn.q_proj.lora_A.weight, visual.patch_embed.proj.lora_A.weight,"
        + " is of a layer that cannot have adapters here",
    "model.layers.0.self_attn.q_proj.lora_A.weight,"
        + " model.language_model.layers.0.self_attn.q_proj.lora_A.weight, is of a layer that the",
    "model.layers.0.self_attn.q_proj.lora_A.weight,"
        + " model.layers.0.self_attn.q_proj.lora_A.b.weight, is of another adapter",
    "model.layers.3.self_attn.q_proj.lora_B.weight,"
        + " model.layers.7.self_attn.q_proj.lora_B.weight, has tensors of model.layers.7.self",
    "model.layers.3.self_attn.q_proj.lora_B.weight, '',"
        + " model.layers.3.self_attn.q_proj.lora_B.weight is missing",
    "model.layers.3.self_attn., '',"
        + " model.layers.3.self_attn.q_proj.lora_A.weight is missing, though target_modules",
  })
  void refuses_tensors_that_do_not_fit(String from, String to, String message) throws IOException {
    save(DECODER);
    String prefix = "base_model.model.";
    rename(name -> !name.startsWith(prefix + from) ? name : to.isEmpty() ? "" : prefix + to);
    assertRefuses(message);
  }

  @Test
  void refuses_another_rank_than_that_of_the_tensors() throws IOException {
    save(DECODER);
    set("r", "8");
    assertRefuses("lora_A.weight has shape [4, ");
  }

  @Test
  void asks_for_safetensors_in_place_of_a_pickle() throws IOException {
    save(DECODER);
    Files.move(weights, folder.resolve("adapter_model.bin"));
    assertRefuses("adapter_model.bin is pickled, which is not read; save it as adapter_model.safe");
  }
}
