package io.r1reward.spark;

import com.google.errorprone.annotations.Immutable;
import io.r1reward.examples.score.Cascade;
import java.io.Serializable;

/**
 * A judge that the executors ask first; goes over the network. Immutable.
 *
 * @param first the judge, how it is asked, and its seed
 * @param margin least {@link Cascade#margin} with which its verdict stands, in [0, 1]
 */
@Immutable
public record CascadeSettings(JudgeSettings first, double margin) implements Serializable {

  /** Checks the margin. */
  public CascadeSettings {
    double unused = Cascade.requireMargin(margin);
  }
}
