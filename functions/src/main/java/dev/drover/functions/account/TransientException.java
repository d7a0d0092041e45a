package dev.drover.functions.account;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.ebs.model.ConcurrentLimitExceededException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;

/**
 * Something that passes: throttling, a conflict, a snapshot that is not visible yet. The state
 * machine retries it by this name, so the class's name is part of the interface.
 */
public final class TransientException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int FIRST_SERVER_ERROR = 500;

  /** Says what could not be done now. */
  public TransientException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says what could not be done now. */
  public TransientException(String message) {
    super(message);
  }

  /**
   * The same failure as one of ours when it passes (throttling, a 5xx, a lost connection, two
   * transactions on one item), and as it is when it does not.
   */
  public static RuntimeException orItself(SdkException failure) {
    return passes(failure)
        ? new TransientException(String.valueOf(failure.getMessage()), failure)
        : failure;
  }

  private static boolean passes(SdkException failure) {
    return switch (failure) {
      // Table.transact lets through only what is no failed condition: conflicts and throttling.
      case TransactionCanceledException cancelled -> true;
      case TransactionConflictException conflict -> true;
      // EBS: too many snapshots are pending or too many requests are under way; neither is forever.
      case ConcurrentLimitExceededException limit -> true;
      case ServiceQuotaExceededException quota -> true;
      case AwsServiceException service ->
          service.isThrottlingException() || service.statusCode() >= FIRST_SERVER_ERROR;
      case SdkClientException client -> true;
      default -> failure.retryable();
    };
  }
}
