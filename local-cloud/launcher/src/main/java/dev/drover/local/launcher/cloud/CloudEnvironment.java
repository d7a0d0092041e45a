package dev.drover.local.launcher.cloud;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The environment variables of a cloud: for its own processes, and for who wants to talk to it. */
public final class CloudEnvironment {
  /** MiniStack's only region here; an account of twelve zeros goes with the access key "test". */
  public static final String REGION = "us-east-1";

  public static final String ACCOUNT = "000000000000";
  public static final String ACCESS_KEY = "test";
  public static final String SECRET_KEY = "test";

  /** Every service that has no variable of its own. */
  public static final String ENDPOINT = "AWS_ENDPOINT_URL";

  public static final String EBS_ENDPOINT = "AWS_ENDPOINT_URL_EBS";
  public static final String EC2_ENDPOINT = "AWS_ENDPOINT_URL_EC2";
  public static final String SSM_ENDPOINT = "AWS_ENDPOINT_URL_SSM";

  /** The SMS API of the deployed stack. */
  static final String API_URL = "DROVER_API_URL";

  /** The stage URL as CloudFormation gives it: a host of AWS that means nothing here. */
  private static final Pattern AWS_API_URL =
      Pattern.compile("https?://([a-z0-9]+)\\.execute-api\\.[^/]+/([^/]+)/?");

  private CloudEnvironment() {}

  /** The credentials with which clients in this JVM reach the cloud. */
  public static AwsCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY));
  }

  /**
   * What a client needs to reach the cloud: the text of {@code .local/env}.
   *
   * @param endpoints the variables by which the cloud's servers are found
   */
  static Map<String, String> ofClients(Map<String, String> endpoints, Map<String, String> outputs) {
    Map<String, String> variables = new LinkedHashMap<>(new TreeMap<>(endpoints));
    variables.put("AWS_ACCESS_KEY_ID", ACCESS_KEY);
    variables.put("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    variables.put("AWS_REGION", REGION);
    variables.put("AWS_DEFAULT_REGION", REGION);
    String endpoint = endpoints.get(ENDPOINT);
    String apiUrl = outputs.get("ApiUrl");
    if (endpoint != null && apiUrl != null) {
      variables.put(API_URL, localApiUrl(endpoint, apiUrl));
    }
    if (outputs.containsKey("BucketName")) {
      variables.put("DROVER_BUCKET", outputs.get("BucketName"));
    }
    return variables;
  }

  /** MiniStack serves a stage under a path of its own host. */
  public static String localApiUrl(String endpointUrl, String apiUrl) {
    Matcher aws = AWS_API_URL.matcher(apiUrl);
    return aws.matches()
        ? endpointUrl + "/_aws/execute-api/" + aws.group(1) + "/" + aws.group(2) + "/"
        : apiUrl;
  }

  /**
   * The environment of a process of the cloud: what it inherits without what the list removes (a
   * real account's credentials must never meet local commands), then the cloud's variables.
   */
  static Map<String, String> ofProcess(
      EnvironmentList list,
      Map<String, String> inherited,
      Map<String, String> clients,
      CloudHome home,
      String cloudId) {
    Map<String, String> variables = list.applyTo(inherited);
    variables.putAll(clients);
    variables.put(CloudProcesses.MARKER, cloudId);
    variables.put("TMPDIR", home.temporary().toString());
    // Java alone does not heed TMPDIR; hsperfdata would stay in /tmp after a kill.
    variables.put(
        "JDK_JAVA_OPTIONS", "-XX:-UsePerfData -Djava.io.tmpdir=\"" + home.temporary() + "\"");
    return variables;
  }
}
