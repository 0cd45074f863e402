package io.r1reward.service;

import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import io.r1reward.ScoreStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
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
  /** What a judge may take beyond the time limit that it was given, before it is left alone. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final RewardModel model;
  private final RequestReader reader;
  private final Waiting waiting;
  private final Problems problems;
  private final ServiceLimits limits;

  ScoreController(
      RewardModel model,
      RequestReader reader,
      Waiting waiting,
      Problems problems,
      ServiceLimits limits) {
    this.model = model;
    this.reader = reader;
    this.waiting = waiting;
    this.problems = problems;
    this.limits = limits;
  }

  /** What is read from a request. */
  private interface Reading {
    ScoreRequest.Builder read(HttpServletRequest request) throws IOException;
  }

  @PostMapping(
      path = "/score",
      consumes = {MediaType.APPLICATION_JSON_VALUE, MediaType.MULTIPART_FORM_DATA_VALUE})
  Object score(HttpServletRequest request) throws IOException, HttpMediaTypeNotAcceptableException {
    return wantsEvents(request) ? stream(request, reader::ofBody) : answer(request);
  }

  @GetMapping(path = "/score/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  SseEmitter streamWithoutPictures(HttpServletRequest request) throws IOException {
    return stream(request, reader::ofQuery);
  }

  private DeferredResult<ResponseEntity<ScoreAnswer>> answer(HttpServletRequest request)
      throws IOException {
    DeferredResult<ResponseEntity<ScoreAnswer>> result = new DeferredResult<>(longest());
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
    result.onTimeout(
        () -> {
          var unused = result.setErrorResult(new TimeIsUpException(limits.timeLimit()));
          future.cancel(true);
        });
    result.onError(failure -> future.cancel(true));
    return result;
  }

  private SseEmitter stream(HttpServletRequest request, Reading reading) throws IOException {
    SseEmitter emitter = new SseEmitter(longest());
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
    var unused =
        future.whenComplete(
            (score, failure) -> {
              waiting.leave();
              if (score != null && score.status() == ScoreStatus.NO_VOTE) {
                outcome.accept(null, new TimeIsUpException(limits.timeLimit()));
              } else {
                outcome.accept(score, failure);
              }
            });
    return future;
  }

  private long longest() {
    return limits.timeLimit().plus(GRACE).toMillis();
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
