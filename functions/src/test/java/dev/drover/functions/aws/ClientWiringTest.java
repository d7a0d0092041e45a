package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ssm.SsmClient;

final class ClientWiringTest {
  private static final String REGION = "aws.region";

  @Test
  void endpointIsLoopback_onlyForLoopback() {
    assertThat(loopback("http://127.0.0.1:4566")).isTrue();
    assertThat(loopback("http://[::1]:4566")).isTrue();
    assertThat(loopback("https://s3.us-east-1.amazonaws.com")).isFalse();
    assertThat(loopback("http://127.0.0.1.example.com")).isFalse();
    assertThat(new ClientWiring(Map.of()).endpointIsLoopback()).isFalse();
  }

  @Test
  void discoveryRegion_isThatOfTheSetting() {
    assertThat(
            new ClientWiring(Map.of("DROVER_DISCOVERY_REGION", "eu-central-1")).discoveryRegion())
        .isEqualTo(Region.EU_CENTRAL_1);
    assertThat(new ClientWiring(Map.of()).discoveryRegion()).isNull();
  }

  /** A command that is sent twice runs twice. */
  @Test
  void ssm_triesNoCallAgain() {
    String before = System.getProperty(REGION);
    System.setProperty(REGION, "eu-central-1");
    try (SsmClient ssm = new ClientWiring(Map.of()).ssm()) {
      assertThat(
              ssm.serviceClientConfiguration()
                  .overrideConfiguration()
                  .retryStrategy()
                  .orElseThrow()
                  .maxAttempts())
          .isEqualTo(1);
    } finally {
      if (before == null) {
        System.clearProperty(REGION);
      } else {
        System.setProperty(REGION, before);
      }
    }
  }

  private static boolean loopback(String url) {
    return new ClientWiring(Map.of("AWS_ENDPOINT_URL", url)).endpointIsLoopback();
  }
}
