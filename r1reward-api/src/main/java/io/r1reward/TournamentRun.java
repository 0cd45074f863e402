package io.r1reward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Orders candidates by comparisons; {@link Tournament} and {@link Ranking} say how. */
final class TournamentRun {
  /** Sums of shares that differ by less are one: rounding decides nothing. */
  private static final double GRAIN = 1e-9;

  private final RankRequest request;
  private final Matches matches;
  private final double[] points;
  private final double[] soft;
  private final int[] played;

  /** How far a candidate has come in a knock-out: the round in which it lost, or more. */
  private final double[] reached;

  private final double[] lastShare;
  private final double[] lastSoft;
  private final List<Ranking.Comparison> comparisons = new ArrayList<>();

  TournamentRun(RewardModel model, RankRequest request) {
    this.request = request;
    int count = request.candidates().size();
    boolean all = request.tournament() == Tournament.ROUND_ROBIN;
    this.matches =
        new Matches(
            model,
            request,
            // shares of votes that stopped when decided are not comparable
            all ? request.voting().toTheEnd() : request.voting(),
            all ? Math.toIntExact((long) count * (count - 1) / 2) : count - 1);
    this.points = new double[count];
    this.soft = new double[count];
    this.played = new int[count];
    this.reached = new double[count];
    this.lastShare = new double[count];
    this.lastSoft = new double[count];
  }

  /** Ranks on a thread of its own: it waits for scores, which the model's executor completes. */
  static CompletableFuture<Ranking> start(RewardModel model, RankRequest request) {
    TournamentRun tournament = new TournamentRun(model, request);
    CompletableFuture<Ranking> ranking = new CompletableFuture<>();
    CompletableFuture<?> unused =
        ranking.whenComplete(
            (result, failure) -> {
              if (failure != null) {
                tournament.matches.cancel();
              }
            });
    Thread thread =
        new Thread(
            () -> {
              try {
                ranking.complete(tournament.run());
              } catch (RuntimeException | Error e) {
                ranking.completeExceptionally(e);
              }
            },
            "r1reward-ranking");
    thread.setDaemon(true);
    thread.start();
    return ranking;
  }

  Ranking run() {
    Comparator<Integer> better =
        switch (request.tournament()) {
          case ROUND_ROBIN -> {
            roundRobin();
            // all have played as often, but where the time was over
            yield by(i -> mean(points, i)).thenComparing(by(i -> mean(soft, i)));
          }
          case KNOCK_OUT -> {
            knockOut();
            yield by(i -> reached[i])
                .thenComparing(by(i -> lastShare[i]))
                .thenComparing(by(i -> lastSoft[i]));
          }
        };
    return new Ranking(
        IntStream.range(0, points.length).boxed().sorted(better).toList(),
        Arrays.stream(points).boxed().toList(),
        comparisons,
        !matches.timedOut());
  }

  /** The larger first. */
  private static Comparator<Integer> by(ToDoubleFunction<Integer> value) {
    return Comparator.comparingDouble((Integer i) -> Math.rint(value.applyAsDouble(i) / GRAIN))
        .reversed();
  }

  private double mean(double[] sums, int candidate) {
    return played[candidate] == 0 ? 0.5 : sums[candidate] / played[candidate];
  }

  private void roundRobin() {
    List<int[]> all = new ArrayList<>();
    for (int first = 0; first < points.length; first++) {
      for (int second = first + 1; second < points.length; second++) {
        all.add(new int[] {first, second});
      }
    }
    matches.play(all).values().forEach(this::count);
  }

  private void knockOut() {
    List<Integer> standing = new ArrayList<>(IntStream.range(0, points.length).boxed().toList());
    for (int round = 0; standing.size() > 1; round++) {
      List<Integer> playing = new ArrayList<>(standing);
      List<Integer> next = new ArrayList<>();
      if (round == 0) {
        next.addAll(byes(standing.size()));
        playing.removeAll(next);
      }
      List<int[]> pairs = new ArrayList<>();
      for (int i = 0; i < playing.size(); i += 2) {
        pairs.add(new int[] {playing.get(i), playing.get(i + 1)});
      }
      SortedMap<Integer, Ranking.Comparison> outcomes = matches.play(pairs);
      if (outcomes.size() < pairs.size()) { // the time was over
        for (int candidate : standing) {
          reached[candidate] = round + 0.5; // more than who loses in this round
        }
      }
      for (Ranking.Comparison comparison : outcomes.values()) {
        count(comparison);
        boolean secondWins = secondWins(comparison.score());
        int winner = secondWins ? comparison.second() : comparison.first();
        reached[winner] = round + 1;
        reached[secondWins ? comparison.first() : comparison.second()] = round;
        next.add(winner);
      }
      if (outcomes.size() < pairs.size()) {
        return;
      }
      next.sort(Comparator.naturalOrder());
      standing = next;
    }
  }

  /** Draws who need not play in the first round, so that a power of two play in the second. */
  private List<Integer> byes(int count) {
    int full = Integer.highestOneBit(count) == count ? count : 2 * Integer.highestOneBit(count);
    List<Integer> left = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Random random = new Random(request.sampling().seed()); // its numbers are specified
    return IntStream.range(0, full - count)
        .mapToObj(i -> left.remove(random.nextInt(left.size())))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** A tie is broken by the soft score; where that is even, the one given first wins. */
  private static boolean secondWins(PreferenceScore score) {
    return switch (score.preferred()) {
      case FIRST -> false;
      case SECOND -> true;
      case UNDECIDED -> soft(score) < 0.5;
    };
  }

  /** The soft score of the first response, its vote share where there is none. */
  private static double soft(PreferenceScore score) {
    return score.softFirst().orElse(score.first());
  }

  private void count(Ranking.Comparison comparison) {
    PreferenceScore score = comparison.score();
    comparisons.add(comparison);
    count(comparison.first(), score.first(), soft(score));
    count(comparison.second(), score.second(), 1 - soft(score));
  }

  private void count(int candidate, double share, double softShare) {
    points[candidate] += share;
    soft[candidate] += softShare;
    played[candidate]++;
    lastShare[candidate] = share;
    lastSoft[candidate] = softShare;
  }
}
