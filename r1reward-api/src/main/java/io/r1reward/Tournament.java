package io.r1reward;

import static io.r1reward.Given.copy;
import static io.r1reward.Given.given;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Orders candidates by comparisons. The comparisons of one round run together, up to a limit that
 * keeps a long list of candidates from filling the model's queue and memory.
 */
final class Tournament {
  /** Most comparisons under way; two of the default batch. */
  static final int IN_FLIGHT = 32;

  private final RewardModel model;
  private final String question;
  private final List<Media> media;
  private final List<String> candidates;
  private final Voting voting;
  private final Sampling sampling;

  private Voting comparing;
  private final double[] points;
  private final int[] roundOfLoss;
  private final double[] shareAtLoss;
  private final List<Ranking.Comparison> comparisons = new ArrayList<>();

  Tournament(
      RewardModel model,
      String question,
      List<? extends Media> media,
      List<String> candidates,
      Voting voting,
      Sampling sampling) {
    this.model = model;
    this.question = given(question, "question");
    this.media = copy(media, "media");
    this.candidates = copy(candidates, "candidates");
    this.voting = given(voting, "voting");
    this.comparing = voting;
    this.sampling = given(sampling, "sampling");
    if (candidates.isEmpty()) {
      throw new InvalidInputException("ranking needs at least 1 candidate, got 0");
    }
    this.points = new double[candidates.size()];
    this.roundOfLoss = new int[candidates.size()];
    this.shareAtLoss = new double[candidates.size()];
  }

  Ranking run(BestOfN plan) {
    Comparator<Integer> better =
        switch (given(plan, "comparisons")) {
          case ROUND_ROBIN -> {
            // shares of votes that stopped when decided are not comparable
            comparing = voting.toTheEnd();
            roundRobin();
            yield Comparator.comparingDouble((Integer i) -> points[i]).reversed();
          }
          case KNOCK_OUT -> {
            knockOut();
            yield Comparator.comparingInt((Integer i) -> roundOfLoss[i])
                .thenComparingDouble(i -> shareAtLoss[i])
                .reversed();
          }
        };
    return new Ranking(
        IntStream.range(0, points.length).boxed().sorted(better).toList(),
        Arrays.stream(points).boxed().toList(),
        comparisons);
  }

  private void roundRobin() {
    List<int[]> matches = new ArrayList<>();
    for (int first = 0; first < points.length; first++) {
      for (int second = first + 1; second < points.length; second++) {
        matches.add(new int[] {first, second});
      }
    }
    play(matches);
  }

  private void knockOut() {
    List<Integer> standing = new ArrayList<>(IntStream.range(0, points.length).boxed().toList());
    for (int round = 0; standing.size() > 1; round++) {
      List<int[]> matches = new ArrayList<>();
      for (int i = 0; i + 1 < standing.size(); i += 2) {
        matches.add(new int[] {standing.get(i), standing.get(i + 1)});
      }
      List<PreferenceScore> scores = play(matches);
      List<Integer> next = new ArrayList<>();
      for (int i = 0; i < matches.size(); i++) {
        boolean secondWins = scores.get(i).preferred() == Preferred.SECOND;
        int winner = matches.get(i)[secondWins ? 1 : 0];
        int loser = matches.get(i)[secondWins ? 0 : 1];
        roundOfLoss[loser] = round;
        shareAtLoss[loser] = secondWins ? scores.get(i).first() : scores.get(i).second();
        next.add(winner);
      }
      if (standing.size() % 2 == 1) {
        next.add(standing.get(standing.size() - 1));
      }
      standing = next;
    }
    roundOfLoss[standing.get(0)] = Integer.MAX_VALUE;
  }

  private List<PreferenceScore> play(List<int[]> matches) {
    Deque<CompletableFuture<PreferenceScore>> running = new ArrayDeque<>();
    try {
      List<PreferenceScore> scores = new ArrayList<>();
      int submitted = 0;
      while (scores.size() < matches.size()) {
        while (submitted < matches.size() && running.size() < IN_FLIGHT) {
          running.add(submit(matches.get(submitted++)));
        }
        int[] match = matches.get(scores.size());
        PreferenceScore score = Await.result(running.element());
        running.remove();
        points[match[0]] += score.first();
        points[match[1]] += score.second();
        comparisons.add(new Ranking.Comparison(match[0], match[1], score));
        scores.add(score);
      }
      return scores;
    } finally {
      running.forEach(future -> future.cancel(true));
    }
  }

  private CompletableFuture<PreferenceScore> submit(int[] match) {
    PreferencePair pair =
        PreferencePair.builder()
            .question(question)
            .media(media)
            .first(candidates.get(match[0]))
            .second(candidates.get(match[1]))
            .build();
    return model.submit(ScoreRequest.builder(pair).voting(comparing).sampling(sampling).build());
  }
}
