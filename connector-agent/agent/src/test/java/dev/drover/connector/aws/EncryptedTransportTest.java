package dev.drover.connector.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.store.ObjectContent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Promise 8: nothing leaves the site but over TLS. */
class EncryptedTransportTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://s3.eu-central-1.amazonaws.com",
        "HTTPS://example.org",
        "http://127.0.0.1:4566",
        "http://127.1.2.3",
        "http://localhost:4566/x",
        "http://[::1]:4566"
      })
  void require_encryptedOrLoopback_passes(String endpoint) {
    assertThatCode(() -> EncryptedTransport.require(URI.create(endpoint)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://s3.amazonaws.com",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://127.0.0.1@example.org",
        "http://10.0.0.1",
        "http://[::2]",
        "ftp://example.org",
        "http:///bucket"
      })
  void require_anythingElse_isRefused(String endpoint) {
    assertThatThrownBy(() -> EncryptedTransport.require(URI.create(endpoint)))
        .isInstanceOf(PlainHttpException.class)
        .hasMessageContaining("use https");
  }

  @Test
  void put_overPlainHttp_sendsNothing() {
    // 192.0.2.0/24 is for documentation (RFC 5737): a request would hang, not be refused at once.
    try (SdkHttpClient http = ApacheHttpClient.create();
        S3Client s3 =
            S3Client.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create("http://192.0.2.1:9"))
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .httpClient(http)
                .overrideConfiguration(o -> o.addExecutionInterceptor(new EncryptedTransport()))
                .build()) {
      S3ObjectStore store = new S3ObjectStore(s3, "bucket", "123456789012");
      ObjectContent content = ObjectContent.ofJson("{}".getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> store.put("key", content))
          .satisfies(e -> assertThat(e).hasStackTraceContaining("PlainHttpException"));
    }
  }
}
