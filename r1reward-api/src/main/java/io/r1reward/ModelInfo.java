package io.r1reward;

import static io.r1reward.Given.given;

/**
 * What was loaded, for logs and reports.
 *
 * @param engine name of the engine, such as {@code pytorch} or {@code onnx}
 * @param device where it computes, such as {@code cpu} or {@code cuda:0}
 * @param dtype number format of the weights, such as {@code bfloat16}
 * @param layout how the engine keeps the weights, such as {@code packed}; in the engine's words
 * @param instructionSet of the processor, such as {@code AVX512_CORE_BF16}, and to what it was
 *     limited
 * @param threads inside one operator on a CPU; 0 where the native library chooses and does not tell
 * @param parameters number of weights, the vision tower included
 * @param contextLength most tokens of prompt and completion together
 * @param vocabularySize number of logits
 */
public record ModelInfo(
    String engine,
    String device,
    String dtype,
    String layout,
    String instructionSet,
    int threads,
    long parameters,
    int contextLength,
    int vocabularySize) {

  /** Checks that nothing is null. */
  public ModelInfo {
    given(engine, "engine");
    given(device, "device");
    given(dtype, "dtype");
    given(layout, "layout");
    given(instructionSet, "instructionSet");
  }
}
