package io.r1reward.onnx.graph;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import io.r1reward.CheckpointException;
import io.r1reward.core.model.ModelFamily;
import java.util.ServiceLoader;

/** The vision towers that there are, by family. Thread-safe. */
public final class VisionGraphs {
  private static final ImmutableMap<String, VisionGraph> BY_TYPE =
      ServiceLoader.load(VisionGraph.class, VisionGraphs.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .collect(ImmutableMap.toImmutableMap(VisionGraph::modelType, graph -> graph));

  private VisionGraphs() {}

  /**
   * Returns the tower of a family.
   *
   * @throws CheckpointException if the family has none
   */
  public static VisionGraph of(ModelFamily family) {
    return of(family.modelType());
  }

  /** As the other {@code of}, by the {@code model_type}. */
  static VisionGraph of(String modelType) {
    VisionGraph graph = BY_TYPE.get(modelType);
    if (graph == null) {
      throw new CheckpointException(
          "model_type '"
              + modelType
              + "' has no ONNX graph, only "
              + ImmutableSortedSet.copyOf(BY_TYPE.keySet())
              + " have; the PyTorch engine may run it");
    }
    return graph;
  }
}
