package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.TransientException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.ebs.model.ConcurrentLimitExceededException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;

final class TransientExceptionTest {
  private static boolean passes(SdkException failure) {
    return TransientException.orItself(failure) instanceof TransientException;
  }

  private static AwsServiceException service(int status, String code) {
    return DynamoDbException.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
        .build();
  }

  @Test
  void orItself_whatPasses_isTransient() {
    assertThat(passes(service(503, "ServiceUnavailable"))).isTrue();
    assertThat(passes(service(400, "ThrottlingException"))).isTrue();
    assertThat(passes(SdkClientException.create("connection reset"))).isTrue();
    assertThat(passes((SdkException) ServiceQuotaExceededException.builder().build())).isTrue();
    assertThat(passes((SdkException) ConcurrentLimitExceededException.builder().build())).isTrue();
    assertThat(passes((SdkException) TransactionCanceledException.builder().build())).isTrue();
  }

  @Test
  void orItself_whatDoesNot_staysAsItIs() {
    assertThat(passes(service(400, "ValidationException"))).isFalse();
    assertThat(passes(service(403, "AccessDeniedException"))).isFalse();
  }
}
