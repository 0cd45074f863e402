package io.r1reward.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.MoreFiles;
import io.r1reward.InvalidInputException;
import io.r1reward.train.advantage.KlEstimator;
import io.r1reward.train.loss.ClippedSurrogate;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.reward.ConsistencyJudge;
import io.r1reward.train.reward.LengthPenalty;
import io.r1reward.train.reward.RewardFunction;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.Algorithm;
import io.r1reward.train.rl.RlSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must be the same when a run goes on, and what need not. */
class ResumeTest {
  private static final Algorithm ALGORITHM =
      Algorithm.stableReinforce().klInReward(0.1, KlEstimator.K3);
  private static final RewardFunction ONES = input -> 1;

  @TempDir Path folder;

  private static RlSettings.Builder sizes(long iterations) {
    return RlSettings.paper(iterations)
        .rollouts(1, 2)
        .train(2, 1)
        .maxNewTokens(2)
        .schedule(LearningRateSchedule.constant(1e-4));
  }

  private StableReinforce.Builder trainer() {
    return StableReinforce.builder()
        .policy(TinyTask.CHECKPOINT)
        .run(folder.resolve("run"))
        .device("cpu")
        .threads(1)
        .algorithm(ALGORITHM)
        .settings(sizes(1).build())
        .reward(Rewards.result(ONES));
  }

  private static void refuses(StableReinforce.Builder other, String difference) {
    assertThatThrownBy(() -> other.build().fit(TinyTask.data()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cannot resume with other settings")
        .hasMessageContaining(difference);
  }

  @BeforeEach
  void first_iteration() {
    trainer().build().fit(TinyTask.data());
  }

  private Path copy() throws IOException {
    Path moved = Files.createDirectory(folder.resolve("moved"));
    for (Path file : files(TinyTask.CHECKPOINT)) {
      Files.copy(file, moved.resolve(file.getFileName()));
    }
    return moved;
  }

  private static List<Path> files(Path from) throws IOException {
    try (Stream<Path> all = Files.list(from)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void goes_on_with_a_policy_that_was_moved_and_more_iterations_and_checkpoints()
      throws IOException {
    RlSettings more = sizes(2).checkpoints(1, 3).evaluateEvery(1).build();
    TrainingRun run = trainer().policy(copy()).settings(more).build().fit(TinyTask.data());
    assertThat(run.state().step()).isEqualTo(2);
  }

  @Test
  void refuses_a_policy_with_other_weights_in_the_same_place() throws IOException {
    Path moved = copy();
    Path weights =
        files(moved).stream()
            .filter(file -> MoreFiles.getFileExtension(file).equals("safetensors"))
            .findFirst()
            .orElseThrow();
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 2]++;
    Files.write(weights, bytes);
    refuses(trainer().policy(moved), "policy=");
  }

  @Test
  void refuses_another_reward() {
    refuses(trainer().reward(Rewards.result()), "reward.result=");
    refuses(trainer().reward(Rewards.result(ONES).format(0.5)), "reward.format=0.0 in");
    refuses(
        trainer().reward(Rewards.result(ONES).consistency(ConsistencyJudge.rules(), 0.5)),
        "reward.consistency=");
    refuses(
        trainer().reward(Rewards.result(ONES).plus("length", new LengthPenalty(9, 3), 1)),
        "reward.length=(none) in");
  }

  @Test
  void refuses_other_rollouts() {
    refuses(trainer().settings(sizes(1).temperature(0.5).build()), "temperature=1.0 in");
    refuses(trainer().settings(sizes(1).maxNewTokens(3).build()), "max_new_tokens=2 in");
    refuses(trainer().maxPixels(12_544), "max_pixels=501760 in");
  }

  @Test
  void refuses_another_algorithm_of_the_same_name() {
    refuses(trainer().algorithm(ALGORITHM.klInReward(0.2, KlEstimator.K3)), "kl=");
    refuses(trainer().clipRange(0.3), "loss=");
    refuses(trainer().loss(ClippedSurrogate.ppo()), "loss=");
    refuses(
        trainer().algorithm(ALGORITHM.dynamicSampling(true)),
        "dynamic_sampling=false, rounds 4 in");
  }
}
