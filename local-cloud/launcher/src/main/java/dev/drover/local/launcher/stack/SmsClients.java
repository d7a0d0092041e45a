package dev.drover.local.launcher.stack;

import dev.drover.local.launcher.cloud.CloudEnvironment;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sms.SmsClient;

/** The real SMS client, told to sign for API Gateway: what any user of the old service changes. */
final class SmsClients {
  /** A function that starts cold takes up to 15 s on a busy laptop. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(35);

  private SmsClients() {}

  static SmsClient create(URI endpoint) {
    return SmsClient.builder()
        .endpointOverride(endpoint)
        .region(Region.of(CloudEnvironment.REGION))
        .credentialsProvider(CloudEnvironment.credentials())
        .authSchemeProvider(
            parameters ->
                List.of(
                    AuthSchemeOption.builder()
                        .schemeId("aws.auth#sigv4")
                        .putSignerProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "execute-api")
                        .putSignerProperty(AwsV4HttpSigner.REGION_NAME, CloudEnvironment.REGION)
                        .build()))
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(READ_TIMEOUT))
        .build();
  }
}
