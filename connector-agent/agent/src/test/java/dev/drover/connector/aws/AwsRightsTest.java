package dev.drover.connector.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.aws.AwsRights.Answer;
import dev.drover.connector.aws.AwsRights.Right;
import dev.drover.connector.site.MemoryStore;
import dev.drover.connector.site.WireCloud;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real SDK against a cloud on the loopback. */
class AwsRightsTest {
  private static final List<String> SETTINGS =
      List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.endpointUrl");

  private final MemoryStore store = new MemoryStore();
  private WireCloud cloud;
  private AwsWiring aws;

  @BeforeEach
  void openCloud() throws IOException {
    cloud = new WireCloud(store);
    List<String> values = List.of("test", "test", cloud.endpoint().toString());
    for (int i = 0; i < values.size(); i++) {
      System.setProperty(SETTINGS.get(i), values.get(i));
    }
    aws = new AwsWiring("us-east-1", WireCloud.BUCKET, cloud.queueUrl(), 1);
  }

  @AfterEach
  void closeCloud() {
    SETTINGS.forEach(System::clearProperty);
    aws.close();
    cloud.close();
  }

  @Test
  void rights_allGranted_changeNothing() {
    cloud.sendText("{}");
    assertThat(all()).hasSize(10).allMatch(right -> right.answer() == Answer.GRANTED);
    assertThat(store.keys("")).isEmpty();
    assertThat(cloud.messagesLeft()).isEqualTo(1);
    assertThat(cloud.deleted()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT staging/, s3:PutObject, staging/site/x",
    "PUT reports/, s3:PutObject, reports/site/c/x",
    "GetQueueAttributes, sqs:GetQueueAttributes, /tasks",
    "ReceiveMessage, sqs:ReceiveMessage, /tasks",
    "DeleteMessage, sqs:DeleteMessage, /tasks",
    "SendTaskHeartbeat, states:SendTaskHeartbeat, state machine",
    "SendTaskSuccess, states:SendTaskSuccess, state machine",
    "SendTaskFailure, states:SendTaskFailure, state machine"
  })
  void right_denied_isNamedWithItsResource(String call, String action, String resource) {
    cloud.refuseCall(call, "AccessDenied", "User: arn:aws:iam::1:user/a is not authorized");
    List<Right> denied = all().stream().filter(r -> r.answer() != Answer.GRANTED).toList();
    assertThat(denied).hasSize(1);
    assertThat(denied.getFirst().answer()).isEqualTo(Answer.REFUSED);
    assertThat(denied.getFirst().sentence())
        .startsWith("AWS refused " + action + " on ")
        .contains(resource, "(AccessDenied)", "policy")
        .doesNotContain("arn:", "Request ID", "Exception: ");
  }

  /** S3 says "denied" of what is not there to a caller who may not list. */
  @ParameterizedTest
  @CsvSource({
    "not authorized to perform: s3:ListBucket on resource, GRANTED",
    "not authorized to perform: s3:GetObject on resource, REFUSED",
    "Access Denied, UNKNOWN"
  })
  void right_toRead_isToldByTheActionThatS3Names(String message, Answer answer) {
    cloud.refuseCall("GET tasks/", "AccessDenied", message);
    assertThat(all())
        .filteredOn(right -> right.sentence().contains("tasks/site/x"))
        .singleElement()
        .extracting(Right::answer)
        .isEqualTo(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ExpiredToken", "ExpiredTokenException"})
  void right_expiredCredentials_saysRenew(String code) {
    cloud.refuseCall("", code, "The provided token has expired");
    assertThat(all())
        .allSatisfy(
            right -> {
              assertThat(right.answer()).isEqualTo(Answer.NOBODY);
              assertThat(right.sentence()).endsWith("expired, renew the credentials.");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, NoSuchBucket, There is no such thing as bucket drover-test",
    "PUT, PermanentRedirect, AWS has bucket drover-test",
    "ReceiveMessage, QueueDoesNotExist, There is no such thing as queue http"
  })
  void right_onAWrongThing_namesTheSetting(String call, String code, String beginning) {
    cloud.refuseCall(call, code, "raw words");
    assertThat(all())
        .anySatisfy(
            right -> {
              assertThat(right.answer()).isEqualTo(Answer.UNREACHED);
              assertThat(right.sentence())
                  .startsWith(beginning)
                  .contains("check ", "region in the configuration")
                  .doesNotContain("raw words");
            });
  }

  private List<Right> all() {
    AwsRights rights = aws.rights();
    List<Supplier<Right>> trials = new ArrayList<>();
    trials.addAll(
        rights.ofBucket(
            List.of("staging/site/x", "reports/site/c/x"),
            List.of("tasks/site/x", "digests/site/x")));
    trials.addAll(rights.ofQueue());
    trials.addAll(rights.ofTasks());
    return trials.stream().map(Supplier::get).toList();
  }
}
