package dev.drover.connector.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Sentences about calls that got no answer of AWS's own. */
class AwsTroubleTest {
  private static final AwsTrouble.Call CALL =
      new AwsTrouble.Call("s3:PutObject", "bucket b, object k", "bucket");

  @Test
  void of_noCredentials_isOneSentence() {
    String dump =
        "Unable to load credentials from any of the providers in the chain"
            + " AwsCredentialsProviderChain(credentialsProviders=[SystemProperty\u2026";
    AwsTrouble trouble = AwsTrouble.of(CALL, SdkClientException.create(dump));
    assertThat(trouble.kind()).isEqualTo(AwsTrouble.Kind.NO_CREDENTIALS);
    assertThat(trouble.lasts()).isFalse();
    assertThat(trouble.sentence())
        .startsWith("There are no AWS credentials: set AWS_ACCESS_KEY_ID")
        .doesNotContain("Provider");
  }

  @Test
  void of_noNetwork_namesTheCause() {
    assertThat(sentence(new UnknownHostException("s3.example.org: Name or service not known")))
        .contains("(the host s3.example.org is unknown): check region, network and proxy.");
    assertThat(sentence(new ConnectException("Connection refused"))).contains("(no connection)");
    assertThat(sentence(new IllegalStateException("odd"))).contains("(no answer)");
  }

  /** A proxy's own page has a status alone. */
  @Test
  void of_answerWithoutACode_hasItsStatus() {
    AwsTrouble trouble = AwsTrouble.of(CALL, S3Exception.builder().statusCode(403).build());
    assertThat(trouble.kind()).isEqualTo(AwsTrouble.Kind.DENIED);
    assertThat(trouble.sentence()).contains("(HTTP 403)").doesNotContain("null");
    assertThat(AwsTrouble.of(CALL, S3Exception.builder().statusCode(502).build()).lasts())
        .isFalse();
  }

  private static String sentence(Exception cause) {
    return AwsTrouble.of(CALL, SdkClientException.create("Unable to execute HTTP request", cause))
        .sentence();
  }
}
