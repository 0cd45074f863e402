package io.r1reward.service;

import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import io.r1reward.ScoreStatus;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Scores pairs, as one answer or as a stream of events. Thread-safe. */
@RestController
final class ScoreController {
  private static final long NEVER = 0; // the clock of a score is its own

  private final RewardModel model;
  private final RequestReader reader;
  private final Waiting waiting;
  private final Problems problems;
  private final ServiceLimits limits;

  ScoreController(
      ObjectProvider<RewardModel> model,
      RequestReader reader,
      Waiting waiting,
      Problems problems,
      ServiceLimits limits) {
    this.model = model.getIfAvailable(ScoreController::missing);
    this.reader = reader;
    this.waiting = waiting;
    this.problems = problems;
    this.limits = limits;
  }

  private static RewardModel missing() {
    throw new IllegalStateException(
        "there is no judge: set r1reward.checkpoint, or R1REWARD_CHECKPOINT in the environment, to"
            + " a folder or hf:owner/name@revision");
  }

  /** What is read from a request. */
  private interface Reading {
    ScoreRequest.Builder read(HttpServletRequest request) throws IOException;
  }

  @PostMapping(
      path = "/score",
      consumes = {MediaType.APPLICATION_JSON_VALUE, MediaType.MULTIPART_FORM_DATA_VALUE})
  Object score(HttpServletRequest request, HttpServletResponse response)
      throws IOException, HttpMediaTypeNotAcceptableException {
    return wantsEvents(request) ? stream(request, response, reader::ofBody) : answer(request);
  }

  @GetMapping(path = "/score/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  SseEmitter streamWithoutPictures(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    return stream(request, response, reader::ofQuery);
  }

  private DeferredResult<ResponseEntity<ScoreAnswer>> answer(HttpServletRequest request)
      throws IOException {
    DeferredResult<ResponseEntity<ScoreAnswer>> result = new DeferredResult<>(NEVER);
    var future =
        started(
            () -> reader.ofBody(request).build(),
            (score, failure) -> {
              var unused =
                  score == null
                      ? result.setErrorResult(failure)
                      : result.setResult(
                          ResponseEntity.ok()
                              .contentType(MediaType.APPLICATION_JSON)
                              .body(ScoreAnswer.of(score)));
            });
    result.onError(failure -> future.cancel(true));
    return result;
  }

  private SseEmitter stream(
      HttpServletRequest request, HttpServletResponse response, Reading reading)
      throws IOException {
    SseEmitter emitter = new SseEmitter(NEVER);
    EventStream events = new EventStream(emitter);
    events.of(
        started(
            () -> reading.read(request).listener(events::text).build(),
            (score, failure) -> {
              if (score == null) {
                events.end("error", problems.of(failure));
              } else {
                events.end("score", ScoreAnswer.of(score));
              }
            }));
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader("X-Accel-Buffering", "no"); // a proxy is to hand on what it has
    return emitter;
  }

  /** Makes a request. */
  private interface Making {
    ScoreRequest make() throws IOException;
  }

  /**
   * Starts a score within a place of those that wait; the outcome is heard once, with no vote as a
   * failure.
   */
  private CompletableFuture<PreferenceScore> started(
      Making making, BiConsumer<@Nullable PreferenceScore, Throwable> outcome) throws IOException {
    waiting.enter();
    CompletableFuture<PreferenceScore> future;
    try {
      future = model.submit(making.make());
    } catch (IOException | RuntimeException | Error e) {
      waiting.leave();
      throw e;
    }
    long longest = limits.timeLimit().plus(limits.grace()).toMillis();
    var unused =
        future
            .copy()
            .orTimeout(longest, TimeUnit.MILLISECONDS)
            .whenComplete(
                (score, failure) -> {
                  waiting.leave();
                  if (failure instanceof TimeoutException) {
                    future.cancel(true);
                    // the thread of the clock is not to wait for a client
                    var unusedTold =
                        CompletableFuture.runAsync(() -> outcome.accept(null, timeIsUp()));
                  } else if (score != null && score.status() == ScoreStatus.NO_VOTE) {
                    outcome.accept(null, timeIsUp());
                  } else {
                    outcome.accept(score, failure);
                  }
                });
    return future;
  }

  private TimeIsUpException timeIsUp() {
    return new TimeIsUpException(limits.timeLimit());
  }

  private static boolean wantsEvents(HttpServletRequest request)
      throws HttpMediaTypeNotAcceptableException {
    String header = request.getHeader(HttpHeaders.ACCEPT);
    List<MediaType> accepted;
    try {
      accepted = MediaType.parseMediaTypes(header);
    } catch (InvalidMediaTypeException e) {
      throw new HttpMediaTypeNotAcceptableException("Accept cannot be read: " + e.getMessage());
    }
    if (accepted.isEmpty()) {
      return false;
    }
    MimeTypeUtils.sortBySpecificity(accepted);
    for (MediaType type : accepted) {
      if (type.includes(MediaType.APPLICATION_JSON)) {
        return false;
      } else if (type.includes(MediaType.TEXT_EVENT_STREAM)) {
        return true;
      }
    }
    throw new HttpMediaTypeNotAcceptableException(
        List.of(MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM));
  }
}
