package io.r1reward;

/** The judgement that a model computes to get ready. */
final class WarmUp {

  private WarmUp() {}

  /** Returns a request for one token. */
  static ScoreRequest request() {
    PreferencePair pair =
        PreferencePair.builder().question("Ready?").first("Yes.").second("No.").build();
    return ScoreRequest.builder(pair)
        .sampling(Sampling.builder().temperature(0).maxNewTokens(1).build())
        .build();
  }
}
