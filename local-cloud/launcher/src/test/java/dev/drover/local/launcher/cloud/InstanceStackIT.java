package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A CloudFormation stack makes, replaces and deletes instances of the simulator.
 *
 * <p>Needs what {@code ./drover setup} installs.
 */
class InstanceStackIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String BUCKET = "instance-stacks";

  private static LocalCloud cloud;
  private static HttpClient http;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    cloud = LocalCloud.start(LocalCloudSettings.privateCloud(Path.of("target", "cloud-instances")));
    http = HttpClient.newHttpClient();
    put("/" + BUCKET, "");
  }

  @AfterAll
  static void end() {
    http.close();
    cloud.close();
  }

  @Test
  void stack_createsReplacesAndDeletesItsInstances() throws IOException, InterruptedException {
    String first = registerImage("first");
    String second = registerImage("second");
    createStack("tiers", template(first, subnet()));
    assertThat(awaitStack("tiers")).isEqualTo("CREATE_COMPLETE");

    String running = instances("tiers", "running");
    assertThat(count(running, "<imageId>" + first)).isEqualTo(2);
    assertThat(running)
        .contains("<key>application</key><value>shop</value>")
        .contains("<key>aws:cloudformation:logical-id</key><value>Web</value>");
    String events = cloudFormation("DescribeStackEvents", Map.of("StackName", "tiers"));
    assertThat(events).contains("Db").contains("Web");

    cloudFormation(
        "CreateChangeSet",
        Map.of(
            "StackName",
            "tiers",
            "ChangeSetName",
            "next",
            "TemplateURL",
            upload("next", template(second, subnet())),
            "Tags.member.1.Key",
            "application",
            "Tags.member.1.Value",
            "shop"));
    String changes = awaitChangeSet("tiers", "next");
    assertThat(count(changes, "<Replacement>True")).isEqualTo(2);
    cloudFormation("ExecuteChangeSet", Map.of("StackName", "tiers", "ChangeSetName", "next"));
    assertThat(awaitStack("tiers")).isEqualTo("UPDATE_COMPLETE");

    assertThat(count(instances("tiers", "running"), "<imageId>" + second)).isEqualTo(2);
    assertThat(count(instances("tiers", "terminated"), "<imageId>" + first)).isEqualTo(2);
    assertThat(
            count(
                ec2(
                    "DescribeVolumes",
                    Map.of(
                        "Filter.1.Name",
                        "tag:aws:cloudformation:stack-name",
                        "Filter.1.Value.1",
                        "tiers")),
                "<status>available"))
        .isEqualTo(2);

    cloudFormation("DeleteStack", Map.of("StackName", "tiers"));
    assertThat(awaitStack("tiers")).isEqualTo("DELETE_COMPLETE");
    assertThat(instances("tiers", "running")).doesNotContain("<instanceId>");
  }

  @Test
  void stack_whoseInstanceIsRefused_rollsBackWithEc2sReason()
      throws IOException, InterruptedException {
    String image = registerImage("refused");
    createStack("refused", template(image, "subnet-00000000000000000"));

    assertThat(awaitStack("refused")).isEqualTo("ROLLBACK_COMPLETE");
    assertThat(cloudFormation("DescribeStackEvents", Map.of("StackName", "refused")))
        .contains("CREATE_FAILED")
        .contains("InvalidSubnetID.NotFound");
    assertThat(instances("refused", "running")).doesNotContain("<instanceId>");
    assertThat(instances("refused", "terminated")).contains("<value>Db</value>");
  }

  /** A database in the default subnet, then a web server in the given one. */
  private static String template(String image, String webSubnet) {
    String instance =
        """
        {"Type": "AWS::EC2::Instance", "DependsOn": [%s], "Properties": {
          "ImageId": "%s", "InstanceType": "t3.small" %s,
          "PropagateTagsToVolumeOnCreation": true,
          "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"DeleteOnTermination": false}}]}}
        """;
    return "{\"Resources\": {\"Web\": "
        + instance.formatted("\"Db\"", image, ", \"SubnetId\": \"" + webSubnet + "\"")
        + ", \"Db\": "
        + instance.formatted("", image, "")
        + "}, \"Outputs\": {\"Address\": {\"Value\": {\"Fn::GetAtt\": [\"Web\", \"PrivateIp\"]}}}}";
  }

  private static void createStack(String name, String template)
      throws IOException, InterruptedException {
    cloudFormation(
        "CreateStack",
        Map.of(
            "StackName",
            name,
            "TemplateURL",
            upload(name, template),
            "Tags.member.1.Key",
            "application",
            "Tags.member.1.Value",
            "shop"));
  }

  private static String upload(String name, String template)
      throws IOException, InterruptedException {
    put("/" + BUCKET + "/" + name + ".json", template);
    return "https://s3.amazonaws.com/" + BUCKET + "/" + name + ".json";
  }

  private static String awaitStack(String name) throws IOException, InterruptedException {
    String stackId = "";
    Instant deadline = Instant.now().plus(LIMIT);
    while (Instant.now().isBefore(deadline)) {
      String all = cloudFormation("ListStacks", Map.of());
      Matcher stack =
          Pattern.compile(
                  "<StackName>" + name + "</StackName>.*?<StackStatus>([A-Z_]+)</StackStatus>",
                  Pattern.DOTALL)
              .matcher(all);
      stackId = stack.find() ? stack.group(1) : "none";
      if (!stackId.endsWith("_IN_PROGRESS")) {
        return stackId;
      }
      Pause.interruptibly(Duration.ofMillis(200));
    }
    return stackId;
  }

  private static String awaitChangeSet(String stack, String name)
      throws IOException, InterruptedException {
    Map<String, String> which = Map.of("StackName", stack, "ChangeSetName", name);
    Instant deadline = Instant.now().plus(LIMIT);
    String changes = cloudFormation("DescribeChangeSet", which);
    while (!changes.contains("<Status>CREATE_COMPLETE") && Instant.now().isBefore(deadline)) {
      Pause.interruptibly(Duration.ofMillis(200));
      changes = cloudFormation("DescribeChangeSet", which);
    }
    return changes;
  }

  private static String instances(String stack, String state)
      throws IOException, InterruptedException {
    return ec2(
        "DescribeInstances",
        Map.of(
            "Filter.1.Name",
            "tag:aws:cloudformation:stack-name",
            "Filter.1.Value.1",
            stack,
            "Filter.2.Name",
            "instance-state-name",
            "Filter.2.Value.1",
            state));
  }

  private static String subnet() throws IOException, InterruptedException {
    return only(ec2("DescribeSubnets", Map.of()), "subnetId");
  }

  private static String registerImage(String name) throws IOException, InterruptedException {
    HttpResponse<String> started =
        send(
            cloud.ebsUrl() + "/snapshots", "ebs", "POST", "{\"VolumeSize\":1}", "application/json");
    Matcher id = Pattern.compile("snap-[0-9a-f]+").matcher(started.body());
    assertThat(id.find()).as(started.body()).isTrue();
    HttpRequest complete =
        request(cloud.ebsUrl() + "/snapshots/completion/" + id.group(), "ebs")
            .header("x-amz-ChangedBlocksCount", "0")
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    assertThat(http.send(complete, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(202);
    Pause.interruptibly(Duration.ofSeconds(1));
    String answer =
        ec2(
            "RegisterImage",
            Map.of(
                "Name",
                name,
                "Architecture",
                "x86_64",
                "VirtualizationType",
                "hvm",
                "RootDeviceName",
                "/dev/sda1",
                "BlockDeviceMapping.1.DeviceName",
                "/dev/sda1",
                "BlockDeviceMapping.1.Ebs.SnapshotId",
                id.group()));
    Pause.interruptibly(Duration.ofSeconds(1));
    return only(answer, "imageId");
  }

  private static String only(String xml, String name) {
    Matcher value = Pattern.compile("<" + name + ">([^<]*)<").matcher(xml);
    assertThat(value.find()).as(name + " in " + xml).isTrue();
    return value.group(1);
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private static String cloudFormation(String action, Map<String, String> parameters)
      throws IOException, InterruptedException {
    return query(cloud.endpointUrl() + "/", "cloudformation", "2010-05-15", action, parameters);
  }

  private static String ec2(String action, Map<String, String> parameters)
      throws IOException, InterruptedException {
    return query(cloud.ebsUrl() + "/", "ec2", "2016-11-15", action, parameters);
  }

  private static String query(
      String url, String service, String version, String action, Map<String, String> parameters)
      throws IOException, InterruptedException {
    Map<String, String> form = new TreeMap<>(parameters);
    form.put("Action", action);
    form.put("Version", version);
    String body =
        form.entrySet().stream()
            .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
            .collect(Collectors.joining("&"));
    HttpResponse<String> answer =
        send(url, service, "POST", body, "application/x-www-form-urlencoded");
    assertThat(answer.statusCode()).as(action + ": " + answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static void put(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(cloud.endpointUrl() + path, "s3", "PUT", body, "application/json");
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
  }

  private static HttpResponse<String> send(
      String url, String service, String method, String body, String contentType)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(url, service)
            .header("Content-Type", contentType)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String url, String service) {
    return HttpRequest.newBuilder(URI.create(url))
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/"
                + service
                + "/aws4_request, SignedHeaders=host, Signature=00");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
