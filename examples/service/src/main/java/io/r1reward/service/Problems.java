package io.r1reward.service;

import io.r1reward.CancelledException;
import io.r1reward.InvalidInputException;
import io.r1reward.QueueFullException;
import io.r1reward.RewardModelException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Tells what went wrong as {@code application/problem+json}. Thread-safe. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final String RETRY_SECONDS = "5";

  private final ServiceLimits limits;

  Problems(ServiceLimits limits) {
    this.limits = limits;
  }

  @ExceptionHandler({
    RewardModelException.class,
    TooLargeException.class,
    TimeIsUpException.class,
    CompletionException.class,
    CancellationException.class,
    MultipartException.class
  })
  ResponseEntity<Object> failed(Exception failure) {
    return response(of(failure), new HttpHeaders());
  }

  /** Says what a failure is to a client; what is the service's own fault is logged, not told. */
  ProblemDetail of(Throwable thrown) {
    Throwable failure = thrown;
    while (failure instanceof CompletionException && failure.getCause() != null) {
      failure = failure.getCause();
    }
    if (failure instanceof InvalidInputException) {
      return problem(HttpStatus.BAD_REQUEST, failure.getMessage());
    } else if (failure instanceof TooLargeException) {
      return problem(HttpStatus.CONTENT_TOO_LARGE, failure.getMessage());
    } else if (failure instanceof MaxUploadSizeExceededException) {
      return of(new TooLargeException("the body", limits.maxBody().toBytes()));
    } else if (failure instanceof MultipartException) {
      return problem(HttpStatus.BAD_REQUEST, "the body is no form that can be read");
    } else if (failure instanceof QueueFullException) {
      return problem(HttpStatus.TOO_MANY_REQUESTS, failure.getMessage());
    } else if (failure instanceof TimeIsUpException) {
      return problem(HttpStatus.GATEWAY_TIMEOUT, failure.getMessage());
    } else if (failure instanceof CancelledException || failure instanceof CancellationException) {
      return problem(HttpStatus.SERVICE_UNAVAILABLE, "the service is closing");
    }
    LOG.error("a score failed", failure);
    return problem(
        HttpStatus.SERVICE_UNAVAILABLE, "the judge failed; the log of the service says why");
  }

  private static ProblemDetail problem(HttpStatus status, @Nullable String detail) {
    return ProblemDetail.forStatusAndDetail(status, String.valueOf(detail));
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMaxUploadSizeExceededException(
      MaxUploadSizeExceededException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return response(of(failure), headers);
  }

  @Override
  protected ResponseEntity<Object> createResponseEntity(
      @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    return body instanceof ProblemDetail problem
        ? response(problem, headers)
        : super.createResponseEntity(body, headers, status, request);
  }

  /** Sends a problem as what it is, also to who asked for events. */
  private static ResponseEntity<Object> response(ProblemDetail problem, HttpHeaders headers) {
    var response =
        ResponseEntity.status(problem.getStatus())
            .headers(headers)
            .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    if (problem.getStatus() == HttpStatus.TOO_MANY_REQUESTS.value()) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
    }
    return response.body(problem);
  }
}
