package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.TransientException;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.SendTaskSuccessRequest;
import software.amazon.awssdk.services.sfn.model.SendTaskSuccessResponse;
import software.amazon.awssdk.services.sfn.model.SfnException;
import software.amazon.awssdk.services.sfn.model.TaskDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;

/** What Step Functions says of a token that it does not take; no double at the wire says it all. */
final class SfnTaskTokensTest {
  private record Failing(Exception failure) implements SfnClient {
    @Override
    public SendTaskSuccessResponse sendTaskSuccess(SendTaskSuccessRequest request) {
      throw (RuntimeException) failure;
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  private static boolean succeed(Exception failure) {
    return new SfnTaskTokens(new Failing(failure)).succeed("token", "{}");
  }

  @Test
  void succeed_taskIsOverOrTheTokenUnknown_findsNobodyWaiting() {
    List<Exception> over =
        List.of(
            TaskTimedOutException.builder().build(),
            TaskDoesNotExistException.builder().build(),
            InvalidTokenException.builder().build());
    assertThat(over).noneMatch(SfnTaskTokensTest::succeed);
  }

  @Test
  void succeed_anyOtherError_isOneOfThePorts() {
    assertThatThrownBy(() -> succeed(error("ThrottlingException", 400)))
        .isInstanceOf(TransientException.class);
    assertThatThrownBy(() -> succeed(error("AccessDeniedException", 400)))
        .isInstanceOf(RefusedException.class);
  }

  private static Exception error(String code, int status) {
    return SfnException.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("No.").build())
        .build();
  }
}
