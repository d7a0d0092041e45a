package dev.drover.connector.task;

/**
 * Why a task failed, in the words that the state machine matches: {@code Connector.<code>}.
 * Renaming one is an interface change.
 */
public enum FailureCode {
  /** It may pass: the same task may succeed when it is handed over again. */
  RETRY("Retry", true),
  /** The data changed while it was read. */
  SOURCE_CHANGED("SourceChanged", false),
  /** The source cannot be read until a person changes something. */
  SOURCE_UNREADABLE("SourceUnreadable", false),
  /** The source has no such server. */
  SERVER_UNKNOWN("ServerUnknown", false),
  /** The plan, or what it names, is not what it should be. */
  PLAN_UNREADABLE("PlanUnreadable", false),
  /** The bucket refuses this connector. */
  STORE_REFUSED("StoreRefused", false),
  /** The task is of another environment. */
  WRONG_ENVIRONMENT("WrongEnvironment", false),
  /** The task came, or would have begun, after its deadline. */
  DEADLINE_PASSED("DeadlinePassed", false),
  /** A defect of the connector. */
  UNEXPECTED("Unexpected", false);

  private static final String PREFIX = "Connector.";

  private final String code;
  private final boolean retryable;

  FailureCode(String code, boolean retryable) {
    this.code = code;
    this.retryable = retryable;
  }

  /** For example {@code SourceChanged}. */
  public String code() {
    return code;
  }

  /** For example {@code Connector.SourceChanged}. */
  public String error() {
    return PREFIX + code;
  }

  /** Whether the same may succeed when it is tried again. */
  public boolean retryable() {
    return retryable;
  }
}
