package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.TransientException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.ebs.model.ConcurrentLimitExceededException;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;

final class SdkErrorsTest {
  private static boolean passes(SdkException failure) {
    return SdkErrors.translated(failure) instanceof TransientException;
  }

  private static AwsServiceException service(int status, String code) {
    return DynamoDbException.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
        .build();
  }

  @Test
  void translated_whatPasses_isTransient() {
    assertThat(passes(service(503, "ServiceUnavailable"))).isTrue();
    assertThat(passes(service(400, "ThrottlingException"))).isTrue();
    assertThat(passes(SdkClientException.create("connection reset"))).isTrue();
    assertThat(passes((SdkException) ServiceQuotaExceededException.builder().build())).isTrue();
    assertThat(passes((SdkException) ConcurrentLimitExceededException.builder().build())).isTrue();
    assertThat(passes((SdkException) TransactionCanceledException.builder().build())).isTrue();
  }

  @Test
  void translated_whatDoesNot_isRefusedByAwssCodeInAwssWords() {
    assertThat(passes(service(400, "ValidationException"))).isFalse();
    assertThat(passes(service(403, "AccessDeniedException"))).isFalse();
    SdkException refusal =
        EbsException.builder()
            .statusCode(403)
            .requestId("1a2b-3c")
            .numAttempts(1)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .errorCode("AccessDeniedException")
                    .errorMessage("You may not.")
                    .serviceName("Ebs")
                    .build())
            .build();
    assertThat(refusal).hasMessageContaining("Request ID");
    assertThat(SdkErrors.translated(refusal))
        .isInstanceOf(RefusedException.class)
        .hasMessage("AccessDeniedException: You may not.")
        .hasCause(refusal);
  }

  @Test
  void sentence_withoutDetails_isWithoutWhatTheSdkAdds() {
    assertThat(
            SdkErrors.sentence(
                SdkException.create(
                    "no such key (Service: Kms, Status Code: 400, Request ID: 1a) (SDK Attempt"
                        + " Count: 1)",
                    null)))
        .isEqualTo("no such key");
    assertThat(
            SdkErrors.sentence(
                SdkClientException.builder()
                    .message("connection reset (by peer)")
                    .numAttempts(3)
                    .build()))
        .isEqualTo("connection reset (by peer)");
  }

  @Test
  void translatedPages_laterPageFails_isOursToo() {
    Iterator<String> failing = Stream.of("one", "two").peek(item -> failAt(item, "two")).iterator();

    Stream<String> pages = SdkErrors.translatedPages(() -> failing);

    List<String> seen = new ArrayList<>();
    assertThatThrownBy(() -> pages.forEach(seen::add)).isInstanceOf(TransientException.class);
    assertThat(seen).containsExactly("one");
  }

  private static void failAt(String item, String failing) {
    if (item.equals(failing)) {
      throw SdkClientException.create("connection reset");
    }
  }

  @Test
  void translatedBody_failsWhileItIsRead_isOursToo() {
    InputStream failing = new FailingBody();

    InputStream body = SdkErrors.translatedBody(failing);

    assertThatThrownBy(body::read).isInstanceOf(TransientException.class);
    assertThatThrownBy(body::readAllBytes).isInstanceOf(TransientException.class);
  }

  /** As the SDK's own body fails when the object is not what its checksum says. */
  private static final class FailingBody extends InputStream {
    private static SdkClientException failure() {
      return SdkClientException.create("Data read has a different checksum than expected");
    }

    @Override
    public int read() {
      throw failure();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      throw failure();
    }
  }
}
