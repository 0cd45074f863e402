package io.r1reward.service;

/** A body or a picture has more bytes than it may have. */
final class TooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooLargeException(String thing, long limit) {
    super(thing + " must have at most " + limit + " bytes, got more");
  }
}
