package io.r1reward.onnx.runtime;

import com.google.common.collect.ImmutableMap;
import io.r1reward.CheckpointException;
import io.r1reward.RewardModelException;
import io.r1reward.core.generate.Prompt;
import java.nio.file.Path;
import java.util.List;

/** Tries out an export as its user will. Stateless. */
public final class ExportTrial {
  /** Whatever they say: any three tokens of any vocabulary. */
  private static final int[] TOKENS = {0, 1, 2};

  private ExportTrial() {}

  /**
   * Opens a folder and reads three tokens.
   *
   * @throws CheckpointException if it cannot be opened, or its logits are no numbers
   */
  public static void run(Path folder) {
    OnnxSettings settings = new OnnxSettings("cpu", 0, false, 0, ImmutableMap.of());
    try (OnnxEngine engine = OnnxEngine.open(folder, settings)) {
      for (float logit : engine.logits(Prompt.of(TOKENS, List.of()))) {
        if (!Float.isFinite(logit)) {
          throw new CheckpointException(
              "the export was made, but a logit of it is " + logit + "; is the checkpoint sound?");
        }
      }
    } catch (CheckpointException e) {
      throw e;
    } catch (RewardModelException e) {
      throw new CheckpointException(
          "the export was made, but cannot be opened: " + e.getMessage(), e);
    }
  }
}
