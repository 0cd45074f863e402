package io.r1reward.spark;

import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this process: every task with the same settings on the same device shares one,
 * which stays open for the next until the process ends. Thread-safe.
 */
final class ProcessJudges {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessJudges.class);
  private static final Map<Key, RewardModel> OPEN = new HashMap<>();

  private record Key(JudgeSettings settings, String device) {}

  private ProcessJudges() {}

  /** Returns the model of a task, which is not the task's to close. */
  static RewardModel of(JudgeSettings settings, TaskContext task) {
    Key key = new Key(model(settings), device(settings.device(), task));
    synchronized (OPEN) {
      RewardModel model = OPEN.get(key);
      if (model == null || !model.isOpen()) {
        model = settings.builder(key.device).load();
        LOG.info("{}", model.info());
        if (OPEN.isEmpty()) {
          Runtime.getRuntime().addShutdownHook(new Thread(ProcessJudges::close, "close-judges"));
        }
        OPEN.put(key, model);
      }
      return model;
    }
  }

  /** How a model is asked makes no other model. */
  private static JudgeSettings model(JudgeSettings settings) {
    return new JudgeSettings(
        settings.checkpoint(),
        settings.device(),
        settings.dtype(),
        settings.protocol(),
        settings.maxPixels(),
        settings.threads(),
        1,
        false,
        null,
        Sampling.DEFAULT_MAX_NEW_TOKENS,
        0,
        settings.together(),
        settings.imageRoot());
  }

  /** Returns the device of a task: with {@code auto} the GPU that Spark gave it. */
  static String device(String wanted, TaskContext task) {
    var gpu = task.resourcesJMap().get("gpu");
    return wanted.equals("auto") && gpu != null && gpu.addresses().length > 0
        ? "cuda:" + gpu.addresses()[0]
        : wanted;
  }

  private static void close() {
    synchronized (OPEN) {
      OPEN.values().forEach(RewardModel::close);
    }
  }
}
