package io.r1reward.core.model;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.Optional;
import java.util.ServiceLoader;

/** The families of models that there are. Thread-safe. */
public final class ModelFamilies {
  private static final ImmutableMap<String, ModelFamily> BY_TYPE =
      ServiceLoader.load(ModelFamily.class, ModelFamilies.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .collect(ImmutableMap.toImmutableMap(ModelFamily::modelType, family -> family));

  private ModelFamilies() {}

  /** Finds a family by its {@code model_type}; always the same object. */
  public static Optional<ModelFamily> find(String modelType) {
    return Optional.ofNullable(BY_TYPE.get(modelType));
  }

  /**
   * Returns a family that is known to be there.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static ModelFamily require(String modelType) {
    return find(modelType)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no family '" + modelType + "', only " + modelTypes()));
  }

  /** Returns the {@code model_type} of each. */
  public static ImmutableSortedSet<String> modelTypes() {
    return ImmutableSortedSet.copyOf(BY_TYPE.keySet());
  }
}
