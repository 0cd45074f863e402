package io.r1reward.train.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.io.Resources;
import io.r1reward.core.testing.TestDevice;
import io.r1reward.train.StableReinforce;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.reward.ConsistencyJudge;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.RlSettings;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What reinforcement learning is for, in seconds: a judge that looks at a third of its pairs and
 * guesses at the rest finds out that looking pays. Of five seeds the careful share began at 0.23 to
 * 0.45 and the last two iterations had 0.86 to 0.95, the reward rose by 0.32 to 0.64; the bounds
 * leave as much room again.
 */
class TwoAnnotatorsTest {
  private static final String CAREFUL = "careful";

  @TempDir Path folder;

  @Test
  void judge_that_guesses_learns_to_look() throws URISyntaxException {
    List<StepReport> reports = new ArrayList<>();
    StableReinforce.builder()
        .policy(Path.of(Resources.getResource("two-annotators").toURI()))
        .run(folder.resolve("run"))
        .device(TestDevice.NAME)
        .threads(1)
        .reward(
            Rewards.paper(ConsistencyJudge.rules())
                .plus(CAREFUL, input -> SceneTask.isCareful(input.completion()) ? 1 : 0, 0))
        .settings(
            RlSettings.paper(6)
                .rollouts(64, 1)
                .train(32, 2)
                .maxNewTokens(60)
                .tokenBudget(4000)
                .schedule(LearningRateSchedule.constant(3e-4))
                .seed(3)
                .build())
        .listener(reports::add)
        .build()
        .fit(ColourTask.samples(7));

    StepReport first = reports.get(0);
    assertThat(careful(first)).isBetween(0.1, 0.6);
    List<StepReport> last = reports.subList(4, 6);
    assertThat(last).allMatch(report -> careful(report) > 0.7);
    assertThat(last.stream().mapToDouble(r -> r.value(Metric.REWARD)).average().orElseThrow())
        .isGreaterThan(first.value(Metric.REWARD) + 0.15);
    // what the sampler said is what the trainer's first step starts from
    assertThat(first.value(Metric.LOGPROB_GAP_MAX)).isLessThan(1e-3);
    assertThat(reports)
        .allSatisfy(
            report -> {
              assertThat(report.value(Metric.RATIO)).isCloseTo(1, within(0.05));
              assertThat(report.value(Metric.UPDATE_KL)).isLessThan(0.1);
            });
  }

  private static double careful(StepReport report) {
    return report.values().getOrDefault("reward/" + CAREFUL, Double.NaN);
  }
}
