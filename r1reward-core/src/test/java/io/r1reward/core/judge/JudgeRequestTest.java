package io.r1reward.core.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.MediaException;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.PromptTooLongException;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Tournament;
import io.r1reward.Voting;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.Verdict;
import io.r1reward.core.text.Message;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Settings, media, failures, cancellation and closing. */
class JudgeRequestTest extends ScriptedJudge {
  @Test
  void what_a_listener_or_protocol_throws_fails_the_score() throws Exception {
    IllegalStateException thrown = new IllegalStateException("screen is full");
    generator.immediately = false;
    CompletableFuture<PreferenceScore> future = model.submit(request(Voting.majority(3)));
    generator.runs.get(0).fail(thrown); // as a generator does when its listener throws
    assertThat(failure(future)).isSameAs(thrown);

    JudgeProtocol broken =
        new JudgeProtocol() {
          @Override
          public List<Message> messages(PreferencePair shown) {
            return List.of(Message.user(shown.question()));
          }

          @Override
          public Verdict read(String completion) {
            throw thrown;
          }
        };
    JudgeRewardModel other =
        JudgeRewardModel.builder(generator, tokenizer).protocol(broken).build();
    CompletableFuture<PreferenceScore> second = other.submit(request(Voting.majority(3)));
    ScriptedGenerator.Run run = generator.runs.get(1);
    run.finish(0, 1);
    assertThat(failure(second)).isSameAs(thrown);
    assertThat(run.ended(0, 0)).isTrue(); // the rest was cancelled
  }

  @Test
  void a_request_that_is_null_is_refused_by_name() {
    assertThatThrownBy(() -> model.submit(null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("request must not be null");
    assertThatThrownBy(() -> model.submitAsync(null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("request must not be null");
  }

  @Test
  void a_question_that_cannot_fit_is_refused_before_media_are_read() {
    List<Object> read = new ArrayList<>();
    JudgeRewardModel seeing =
        JudgeRewardModel.builder(generator, tokenizer)
            .vision(
                media -> {
                  read.add(media);
                  throw new IllegalStateException("read");
                })
            .build();
    PreferencePair pair =
        PreferencePair.builder()
            .question("how many cats ".repeat(75_000))
            .image(Image.of(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)))
            .first("a")
            .second("b")
            .build();
    assertThatThrownBy(() -> seeing.score(pair))
        .isInstanceOf(PromptTooLongException.class)
        .hasMessageMatching(
            "a prompt of 105\\d{4} characters has at least 225\\d{3} tokens, which leaves no room"
                + " in a context of 4096 tokens");
    assertThat(read).isEmpty();
    assertThat(generator.runs).isEmpty();
  }

  @Test
  void an_engine_failure_fails_the_score() throws Exception {
    CompletableFuture<PreferenceScore> future = model.submit(request(Voting.majority(3)));
    generator.runs.get(0).finish(0, 0);
    generator.runs.get(0).fail(new EngineException("a decoding step failed"));
    assertThat(failure(future))
        .isInstanceOf(EngineException.class)
        .hasMessage("a decoding step failed");
  }

  @Test
  void cancelling_the_future_ends_the_judgements() {
    CompletableFuture<PreferenceScore> future = model.submit(request(Voting.majority(3)));
    ScriptedGenerator.Run run = generator.runs.get(0);
    run.say(0, 1, 2);
    assertThat(future.cancel(true)).isTrue();
    for (int sample = 0; sample < 3; sample++) {
      assertThat(run.ended(0, sample)).isTrue();
    }
  }

  @Test
  void closing_the_model_fails_what_runs() throws Exception {
    CompletableFuture<PreferenceScore> running = model.submit(request(Voting.majority(3)));
    generator.runs.get(0).finish(0, 0);
    model.close();
    assertThat(failure(running))
        .isInstanceOf(CancelledException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> model.submit(request(Voting.single())))
        .isInstanceOf(CancelledException.class)
        .hasMessage("the model is closed");
    model.close(); // again
  }

  @Test
  void settings_that_are_not_given_come_from_the_checkpoint() {
    scoreNow(request(Voting.single()));
    Decoding single = generator.runs.get(0).request.decoding();
    assertThat(single.temperature()).isEqualTo(1e-6);
    assertThat(single.topK()).isEqualTo(50);
    assertThat(single.topP()).isEqualTo(1);
    assertThat(single.minP()).isEqualTo(0);
    assertThat(single.repetitionPenalty()).isEqualTo(1.05);
    assertThat(single.maxNewTokens()).isEqualTo(2048);
    assertThat(single.endTokens()).containsExactlyInAnyOrder(918, 916);

    scoreNow(request(Voting.majority(3)));
    // a vote is drawn from the model's own distribution: nothing of the file binds it
    assertThat(generator.runs.get(1).request.decoding())
        .isEqualTo(new Decoding(1, 0, 1, 0, 1, 2048, single.endTokens()));
    // both orders of one sample are no vote of several samples
    scoreNow(request(Voting.single().inBothOrders()));
    assertThat(generator.runs.get(2).request.decoding().temperature()).isEqualTo(1e-6);

    Sampling all =
        Sampling.builder()
            .temperature(0.5)
            .topK(7)
            .topP(0.9)
            .minP(0.1)
            .repetitionPenalty(1.2)
            .maxNewTokens(99)
            .seed(77)
            .build();
    scoreNow(ScoreRequest.builder(PAIR).voting(Voting.majority(3)).sampling(all).build());
    assertThat(generator.runs.get(3).request.decoding())
        .isEqualTo(new Decoding(0.5, 7, 0.9, 0.1, 1.2, 99, single.endTokens()));
    assertThat(generator.runs.get(3).request.seed()).isEqualTo(77);
  }

  @Test
  void a_checkpoint_that_does_not_sample_is_greedy_but_in_votes() {
    JudgeRewardModel greedy = JudgeRewardModel.builder(generator, tokenizer).build();
    generator.immediately = true;
    greedy.score(PAIR);
    assertThat(generator.runs.get(0).request.decoding().isGreedy()).isTrue();
    assertThat(generator.runs.get(0).request.decoding().endTokens())
        .containsExactly(tokenizer.eosId().getAsInt());
    greedy.score(PAIR, Voting.majority(3));
    assertThat(generator.runs.get(1).request.decoding().temperature()).isEqualTo(1);
    assertThat(generator.runs.get(1).request.decoding().topK()).isEqualTo(0);
  }

  @Test
  void media_are_read_once_for_requests_that_share_them() {
    List<Object> read = new ArrayList<>();
    JudgeRewardModel seeing =
        JudgeRewardModel.builder(generator, tokenizer)
            .vision(
                media -> {
                  read.add(media);
                  return new VisionInput(VisionInput.Kind.IMAGE, new float[16 * 4], 1, 4, 4, 0);
                })
            .build();
    Image image = Image.of(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
    generator.immediately = true;
    seeing.rank(
        "Which?",
        List.of(image),
        List.of("a", "b", "c"),
        Tournament.ROUND_ROBIN,
        Voting.single().inBothOrders(),
        Sampling.defaults());
    assertThat(read).containsExactly(image);
    List<ScriptedGenerator.Run> runs = generator.runs;
    assertThat(runs).hasSize(3);
    VisionInput shared = runs.get(0).request.prompts().get(0).vision().get(0);
    assertThat(runs.get(0).request.prompts().get(1).vision().get(0)).isSameAs(shared);
    assertThat(runs.get(2).request.prompts().get(1).vision().get(0)).isSameAs(shared);
    // a 4 x 4 grid makes four placeholders
    int pad = tokenizer.controlToken("<|image_pad|>");
    assertThat(
            Arrays.stream(runs.get(0).request.prompts().get(0).tokens())
                .filter(token -> token == pad)
                .count())
        .isEqualTo(4);
  }

  @Test
  void media_that_cannot_be_read_fail_at_submission() {
    PreferencePair pair =
        PreferencePair.builder()
            .question("?")
            .image(Image.of(new byte[] {1, 2, 3}))
            .first("a")
            .second("b")
            .build();
    assertThatThrownBy(() -> model.submit(ScoreRequest.of(pair)))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("without a vision processor");
    assertThat(generator.runs).isEmpty();
  }
}
