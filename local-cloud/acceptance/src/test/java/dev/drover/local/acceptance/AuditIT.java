package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.DroverApi;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Tag;

/** What is left in a deployed account is found by the real API, and goes when it is told to. */
@ExtendWith(SharedCloud.class)
class AuditIT {
  private static final String JOB = "sms-job-0000ffff";
  private static final String RUN = "sms-run-0000ffff";

  /** No connector is of that environment, so that no function hears of its objects. */
  private static final String STAGING = "nowhere/" + JOB + "/" + RUN;

  private static final String DIGEST_LIST =
      "nowhere/" + JOB + "/d-0123456789abcdef0/snap-0123456789abcdef0";

  private static final String TEMPLATE = "app-0123456789abcdef0/template.json";

  @Test
  void audit_whatNobodyNeeds_isListedAndRemovedOnRequest(DeployedStack stack) {
    DroverApi api = new DroverApi(stack.apiUrl());
    try (CloudStorage storage = new CloudStorage(stack)) {
      storage.put("staging/" + STAGING + "/d-1/none/g-1/0000000", new byte[7]);
      storage.put("staging/" + STAGING + "/d-1/none/g-1/0000001", new byte[5]);
      storage.put("digests/" + DIGEST_LIST, new byte[32]);
      storage.put("applications/" + TEMPLATE, new byte[9]);
      String snapshot = "snapshot/" + startedByAnotherStack(stack);

      Map<String, JsonNode> found = audit(api);

      String[] ids = {
        "staging/" + STAGING, "digest-list/" + DIGEST_LIST, "application-object/" + TEMPLATE
      };
      assertThat(found).containsKeys(ids).containsKey(snapshot);
      assertThat(String.valueOf(found.get("staging/" + STAGING)))
          .contains("\"sizeBytes\":12", "\"sizeIs\":\"exact\"", "there is no run " + RUN);
      assertThat(String.valueOf(found.get(snapshot)))
          .contains("\"sizeIs\":\"atMost\"", "\"monthlyDollars\":0.05", "\"removal\":\"byHand\"");

      for (String id : ids) {
        assertThat(api.call("RemoveLeftovers", "{\"leftoverId\":\"%s\"}".formatted(id)).toString())
            .contains(id);
      }
      assertThatThrownBy(
              () -> api.call("RemoveLeftovers", "{\"leftoverId\":\"%s\"}".formatted(snapshot)))
          .isInstanceOf(LocalCloudException.class)
          .hasMessageContaining("this stack knows no run " + RUN);

      assertThat(audit(api)).containsKey(snapshot).doesNotContainKeys(ids);
      assertThat(storage.keys("staging/nowhere/")).isEmpty();
      assertThat(storage.keys("applications/app-0123456789abcdef0/")).isEmpty();
    }
  }

  private static Map<String, JsonNode> audit(DroverApi api) {
    Map<String, JsonNode> found = new TreeMap<>();
    String request = "{}";
    JsonNode page;
    do {
      page = api.call("Audit", request);
      page.path("leftovers").forEach(each -> found.put(each.path("leftoverId").asText(), each));
      request = "{\"nextToken\":\"%s\"}".formatted(page.path("nextToken").asText());
    } while (page.has("nextToken"));
    return found;
  }

  private static String startedByAnotherStack(DeployedStack stack) {
    try (EbsClient ebs =
        EbsClient.builder()
            .endpointOverride(URI.create(stack.cloud().ebsUrl()))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build()) {
      return ebs.startSnapshot(
              start ->
                  start
                      .volumeSize(1L)
                      .clientToken("audit")
                      .tags(tag("drover:job", JOB), tag("drover:run", RUN)))
          .snapshotId();
    }
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }
}
