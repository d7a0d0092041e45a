package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CloudEnvironmentTest {
  private static final String ENDPOINT = "http://127.0.0.1:20001";
  private static final String SIMULATOR = "http://127.0.0.1:20002";
  private static final Map<String, String> ENDPOINTS = endpoints();
  private static final EnvironmentList LIST =
      EnvironmentList.ofProcesses(Repository.containing(Path.of("")));
  private static final CloudHome HOME = new CloudHome(Path.of("/somewhere/cloud"));

  @Test
  void ofClients_stackWithOutputs_namesEverythingThatAClientNeeds() {
    Map<String, String> outputs =
        Map.of(
            "ApiUrl",
            "https://abc123.execute-api.us-east-1.amazonaws.com/prod/",
            "BucketName",
            "bucket-1");

    assertThat(CloudEnvironment.ofClients(ENDPOINTS, outputs))
        .containsExactly(
            Map.entry("AWS_ENDPOINT_URL", ENDPOINT),
            Map.entry("AWS_ENDPOINT_URL_EBS", SIMULATOR),
            Map.entry("AWS_ENDPOINT_URL_EC2", SIMULATOR),
            Map.entry("AWS_ENDPOINT_URL_SSM", SIMULATOR),
            Map.entry("AWS_ACCESS_KEY_ID", "test"),
            Map.entry("AWS_SECRET_ACCESS_KEY", "test"),
            Map.entry("AWS_REGION", "us-east-1"),
            Map.entry("AWS_DEFAULT_REGION", "us-east-1"),
            Map.entry("DROVER_API_URL", ENDPOINT + "/_aws/execute-api/abc123/prod/"),
            Map.entry("DROVER_BUCKET", "bucket-1"));
  }

  @Test
  void localApiUrl_urlOfThisMachine_staysAsItIs() {
    String local = ENDPOINT + "/_aws/execute-api/abc123/prod/";

    assertThat(CloudEnvironment.localApiUrl(ENDPOINT, local)).isEqualTo(local);
  }

  @Test
  void ofProcess_userWithARealAccount_doesNotTakeItAlong() {
    Map<String, String> inherited =
        Map.of(
            "AWS_PROFILE", "production",
            "AWS_SESSION_TOKEN", "secret",
            "AWS_ENDPOINT_URL_S3", "https://elsewhere",
            "CDK_DEFAULT_ACCOUNT", "123456789012",
            "PATH", "/usr/bin");

    Map<String, String> variables =
        CloudEnvironment.ofProcess(
            LIST, inherited, CloudEnvironment.ofClients(ENDPOINTS, Map.of()), HOME, "id-1");

    assertThat(variables)
        .doesNotContainKeys(
            "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "CDK_DEFAULT_ACCOUNT")
        .containsEntry("PATH", "/usr/bin")
        .containsEntry("AWS_ACCESS_KEY_ID", "test")
        .containsEntry(CloudProcesses.MARKER, "id-1");
  }

  @Test
  void ofProcess_anyProcess_keepsItsTemporaryFilesInTheHome() {
    Map<String, String> variables =
        CloudEnvironment.ofProcess(LIST, Map.of(), Map.of(), HOME, "id-1");

    assertThat(variables.get("TMPDIR")).isEqualTo("/somewhere/cloud/tmp");
    assertThat(variables.get("JDK_JAVA_OPTIONS")).contains("\"/somewhere/cloud/tmp\"");
  }

  @Test
  void ofProcess_siteWithAProxy_goesToThisMachineDirectly() {
    Map<String, String> variables =
        CloudEnvironment.ofProcess(
            LIST, Map.of("NO_PROXY", "corp.example"), Map.of(), HOME, "id-1");

    assertThat(variables.get("NO_PROXY")).isEqualTo("corp.example,127.0.0.1,localhost,::1");
    assertThat(variables.get("no_proxy")).isEqualTo(variables.get("NO_PROXY"));
  }

  private static Map<String, String> endpoints() {
    Map<String, String> endpoints = new HashMap<>(new MiniStack().endpoints(ENDPOINT));
    endpoints.putAll(new AwsSimulator().endpoints(SIMULATOR));
    return endpoints;
  }
}
