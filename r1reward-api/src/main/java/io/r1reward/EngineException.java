package io.r1reward;

/** The compute engine failed or is not available. */
public final class EngineException extends RewardModelException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the thing, the value and the limit. */
  public EngineException(String message) {
    super(message);
  }

  /** With a message and what caused it. */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
