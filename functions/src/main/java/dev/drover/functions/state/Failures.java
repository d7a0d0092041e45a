package dev.drover.functions.state;

import dev.drover.functions.account.TransientException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** What DynamoDB's failures mean for the caller. */
final class Failures {
  private static final int FIRST_SERVER_ERROR = 500;

  private Failures() {}

  /**
   * The same failure as one of ours when it passes (throttling, a 5xx, a lost connection, two
   * transactions on one item), and as it is when it does not.
   */
  static RuntimeException transientOrItself(SdkException failure) {
    return passes(failure)
        ? new TransientException(String.valueOf(failure.getMessage()), failure)
        : failure;
  }

  private static boolean passes(SdkException failure) {
    return switch (failure) {
      // Of a transaction that is no failed condition: a conflict or throttling is the reason.
      case TransactionCanceledException cancelled -> true;
      case TransactionConflictException conflict -> true;
      case AwsServiceException service ->
          service.isThrottlingException() || service.statusCode() >= FIRST_SERVER_ERROR;
      case SdkClientException client -> true;
      default -> failure.retryable();
    };
  }
}
