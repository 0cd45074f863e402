package io.r1reward.train.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.CheckpointException;
import io.r1reward.core.model.ModelTensors;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A choice of layers in PEFT's words: a list of names or ends of names, one regular expression for
 * whole names, or {@code all-linear}. Names are those of the model that the adapters were trained
 * on. Thread-safe.
 *
 * @param names of the list; null for one of the other forms
 * @param chosen says whether a layer is chosen, by its name
 */
record NameChoice(@Nullable ImmutableList<String> names, Predicate<String> chosen) {
  private static final String ALL_LINEAR = "all-linear";

  /** Linear layers of a model that cannot have adapters here. */
  private static final ImmutableList<String> OUT_OF_REACH =
      ImmutableList.of("lm_head", "model.embed_tokens");

  /**
   * Reads a choice; nothing is chosen by null.
   *
   * @throws CheckpointException if it is of another form, or names what cannot have adapters
   */
  static NameChoice read(Path file, String key, JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return new NameChoice(null, name -> false);
    }
    if (value.isTextual()) {
      String text = value.textValue();
      return text.equals(ALL_LINEAR)
          ? new NameChoice(null, name -> true)
          : new NameChoice(null, NamePattern.of(file + ": " + key, text)::matches);
    }
    ImmutableList.Builder<String> names = ImmutableList.builder();
    for (JsonNode name : value) {
      if (!name.isTextual() || name.textValue().isEmpty()) {
        throw wrong(file, key, value);
      }
      names.add(name.textValue());
    }
    if (!value.isArray() || value.isEmpty()) {
      throw wrong(file, key, value);
    }
    return ofNames(names.build());
  }

  private static CheckpointException wrong(Path file, String key, JsonNode value) {
    return new CheckpointException(
        file
            + ": "
            + key
            + " is "
            + value
            + ", expected names, a regular expression or all-linear");
  }

  private static NameChoice ofNames(ImmutableList<String> names) {
    return new NameChoice(
        names, layer -> names.stream().anyMatch(name -> Lora.endsWith(layer, name)));
  }

  /** Returns what is chosen, but for what another choice has chosen. */
  NameChoice except(NameChoice excluded) {
    return new NameChoice(names, chosen.and(excluded.chosen.negate()));
  }

  /** Returns the name of a chosen layer that cannot have adapters, or null where there is none. */
  @Nullable String outOfReach() {
    if (names == null) {
      return null; // an expression may well fit more than the file has tensors for
    }
    for (String layer : OUT_OF_REACH) {
      for (String name : names) {
        if (Lora.endsWith(layer, ModelTensors.classicName(name)) && chosen.test(name)) {
          return name;
        }
      }
    }
    return null;
  }
}
