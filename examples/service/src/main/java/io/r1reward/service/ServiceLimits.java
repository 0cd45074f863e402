package io.r1reward.service;

import io.r1reward.InvalidInputException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties that begin with {@code r1reward.service.}: what one request may ask for. Immutable.
 *
 * @param maxBody Most bytes of a request's body, less than 1 GB. Default: 32 MB.
 * @param maxImage Most bytes of one encoded picture. Default: 10 MB.
 * @param maxImages Most pictures of one request, from 0 to 32. Default: 8.
 * @param maxText Most characters of the question, and of each answer. Default: 20000.
 * @param maxVotes Most votes of one request; in both orders each is two judgements. Default: 15.
 * @param maxNewTokens Most tokens of one judgement. Default: 4096.
 * @param timeLimit Longest time for one score, waiting included. Default: 2 minutes.
 * @param grace What a judge may take beyond the time limit it was given, before it is given up.
 *     Default: 10 seconds.
 * @param maxWaiting Most requests that are read, wait or run; one more is refused. Default: 64.
 */
@ConfigurationProperties("r1reward.service")
public record ServiceLimits(
    @DefaultValue("32MB") DataSize maxBody,
    @DefaultValue("10MB") DataSize maxImage,
    @DefaultValue("8") int maxImages,
    @DefaultValue("20000") int maxText,
    @DefaultValue("15") int maxVotes,
    @DefaultValue("4096") int maxNewTokens,
    @DefaultValue("2m") Duration timeLimit,
    @DefaultValue("10s") Duration grace,
    @DefaultValue("64") int maxWaiting) {

  /** Checks every limit. */
  public ServiceLimits {
    range("max-body", maxBody.toBytes(), 1, (1 << 30) - 1);
    range("max-image", maxImage.toBytes(), 1, (1 << 30) - 1);
    range("max-images", maxImages, 0, 32);
    range("max-text", maxText, 1, Integer.MAX_VALUE);
    range("max-votes", maxVotes, 1, 4096);
    range("max-new-tokens", maxNewTokens, 1, Integer.MAX_VALUE);
    range("max-waiting", maxWaiting, 1, Integer.MAX_VALUE);
    if (grace.isNegative() || grace.compareTo(LONGEST) > 0) {
      throw new InvalidInputException(
          "r1reward.service.grace must be at least 0 and at most " + LONGEST + ", got " + grace);
    }
    if (timeLimit.isNegative() || timeLimit.isZero() || timeLimit.compareTo(LONGEST) > 0) {
      throw new InvalidInputException(
          "r1reward.service.time-limit must be positive and at most "
              + LONGEST
              + ", got "
              + timeLimit);
    }
  }

  private static final Duration LONGEST = Duration.ofDays(1);

  private static void range(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new InvalidInputException(
          "r1reward.service." + name + " must be from " + least + " to " + most + ", got " + value);
    }
  }
}
