package io.r1reward.onnx.graph;

import com.google.common.collect.ImmutableSet;
import io.r1reward.core.model.VisionConfig;

/**
 * The vision tower of a family of models as one ONNX graph, for one picture or video at a time.
 * What a family's tower consists of stands in a package of its own below this one; it is found
 * among the services of this type, see {@link VisionGraphs}.
 *
 * <p>Patches come in computing order (frame after frame, the patches of a merged unit together) and
 * features leave in that order; see {@code io.r1reward.core.model.VisionLayout}.
 *
 * <p>Inputs of all families, for N patches in F frames:
 *
 * <ul>
 *   <li>{@code pixel_values} {@code [N, channels * temporalPatch * patch * patch]}
 *   <li>{@code cos}, {@code sin} {@code [N, headDim / 2]}: of each patch's rotary angles
 *   <li>{@code frames} int64 {@code [1]}: F
 * </ul>
 *
 * <p>Those of {@link #WINDOWS}, for W windows of at most M patches in all frames:
 *
 * <ul>
 *   <li>{@code window_rows} int64 {@code [W, M]}: rows of N; padding repeats any row
 *   <li>{@code window_mask} int32 {@code [W, M]}: 1 for a patch, 0 for padding
 *   <li>{@code window_places} int64 {@code [N]}: where each row stands in {@code [W * M]}
 * </ul>
 *
 * <p>Those of {@link #POSITIONS}, the same in every frame:
 *
 * <ul>
 *   <li>{@code corners} int64 {@code [4, N / F]}: rows of the table of positions between which each
 *       patch stands
 *   <li>{@code shares} {@code [4, N / F]}: how much of each of them it takes
 * </ul>
 *
 * <p>Output: {@code image_features} float32 {@code [N / mergeSize^2, (1 + k) * outHidden]}: the
 * embedding of each unit and, behind it, what is to be added behind the first k decoder layers
 * (DeepStack), where k may be 0.
 *
 * <p>Implementations have a public constructor without arguments, no state, and are thread-safe.
 */
public interface VisionGraph {
  /** The inputs that say where the windows of a frame are. */
  ImmutableSet<String> WINDOWS = ImmutableSet.of("window_rows", "window_mask", "window_places");

  /** The inputs that say where patches stand in a table of positions. */
  ImmutableSet<String> POSITIONS = ImmutableSet.of("corners", "shares");

  /** Returns the {@code model_type} of the family. */
  String modelType();

  /** Returns the inputs beside those of all families: of {@link #WINDOWS}, {@link #POSITIONS}. */
  ImmutableSet<String> layoutInputs();

  /** Writes the graph. */
  GraphBuilder write(Weights weights, VisionConfig config);
}
