package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What ministack_drover.py adds, by real state machines and queues on a running MiniStack.
 *
 * <p>Needs what {@code ./drover setup} installs.
 */
class MiniStackExtensionIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static LocalCloud cloud;
  private static HttpClient http;

  @BeforeAll
  static void start() {
    cloud = LocalCloud.start(LocalCloudSettings.privateCloud(Path.of("target", "cloud-extension")));
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void end() {
    http.close();
    cloud.close();
  }

  @Test
  void task_noHeartbeatInTime_isCaughtAsHeartbeatTimeout()
      throws IOException, InterruptedException {
    String queue = createQueue("silent");
    String execution = startMachine("silent", queue, "\"HeartbeatSeconds\": 2", "");

    JsonNode ended = awaitEnd(execution);

    assertThat(ended.path("status").asText()).isEqualTo("SUCCEEDED");
    assertThat(ended.path("output").asText()).contains("States.HeartbeatTimeout");
    assertThat(seconds(ended)).isBetween(1.5, 8.0);
  }

  @Test
  void task_heartbeatAsJsonataExpression_isEnforcedToo() throws IOException, InterruptedException {
    String queue = createQueue("expression");
    String execution =
        startMachine("expression", queue, "\"HeartbeatSeconds\": \"{% $states.input.beat %}\"", "");

    assertThat(awaitEnd(execution).path("output").asText()).contains("States.HeartbeatTimeout");
  }

  @Test
  void task_heartbeatsArrive_lastsUntilItsAnswer() throws IOException, InterruptedException {
    String queue = createQueue("alive");
    String execution = startMachine("alive", queue, "\"HeartbeatSeconds\": 2", "");
    String token = receiveToken(queue);
    for (int beat = 0; beat < 4; beat++) {
      Pause.interruptibly(Duration.ofSeconds(1));
      assertThat(states("SendTaskHeartbeat", Map.of("taskToken", token)).status()).isEqualTo(200);
    }
    states("SendTaskSuccess", Map.of("taskToken", token, "output", "{\"kept\":true}"));

    assertThat(awaitEnd(execution).path("output").asText()).contains("kept");
  }

  @Test
  void task_functionThatGetsItsTokenFails_failsWithItsError()
      throws IOException, InterruptedException {
    createFunction("failing", "#!/bin/sh\nexit 1\n");
    String task =
        """
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {"FunctionName": "failing", "Payload": {}}, "TimeoutSeconds": 600""";
    String execution = start("failing", task, "");

    assertThat(awaitEnd(execution).path("output").asText())
        .contains("bootstrap exited")
        .doesNotContain("States.Timeout");
  }

  /** As on a full disk: /dev/full refuses every byte with ENOSPC. */
  @Test
  void function_whoseLogCannotBeWritten_answersAllTheSame()
      throws IOException, InterruptedException {
    Path log = Files.createDirectories(new CloudHome(cloud.home()).functionLogs());
    Files.createSymbolicLink(log.resolve("unlogged.log"), Path.of("/dev/full"));
    createFunction("unlogged", "#!/bin/sh\nexit 1\n");

    assertThat(awaitEnd(start("unlogged", invocation("unlogged"), "")).path("output").asText())
        .contains("bootstrap exited")
        .doesNotContain("Errno");
  }

  @Test
  void function_thatFindsTheDiskFull_saysWhereAndWhatToDo()
      throws IOException, InterruptedException {
    createFunction(
        "filled",
        """
        #!/usr/bin/env python3
        import os, urllib.request
        urllib.request.urlopen(
            "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/init/error",
            b'{"errorMessage": "[Errno 28] No space left on device", "errorType": "OSError"}')
        """);

    assertThat(awaitEnd(start("filled", invocation("filled"), "")).path("output").asText())
        .contains("The disk of the local cloud is full", "the function filled")
        .contains(cloud.home().toString(), "free space there, then start the run again.")
        .doesNotContain("Errno");
  }

  private static String invocation(String function) {
    return """
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "%s", "Payload": {}}, "TimeoutSeconds": 600"""
        .formatted(function);
  }

  @Test
  void token_afterItsTimeout_isRefused() throws IOException, InterruptedException {
    String queue = createQueue("late");
    String execution = startMachine("late", queue, "\"HeartbeatSeconds\": 1", "");
    String token = receiveToken(queue);
    awaitEnd(execution);

    Answer late = states("SendTaskSuccess", Map.of("taskToken", token, "output", "{}"));

    assertThat(late.status()).isEqualTo(400);
  }

  @Test
  void token_ofAnExecutionThatWasStopped_isRefusedAndTheEndStays()
      throws IOException, InterruptedException {
    String queue = createQueue("stopped");
    String execution = startMachine("stopped", queue, "\"TimeoutSeconds\": 600", "");
    String token = receiveToken(queue);

    states("StopExecution", Map.of("executionArn", execution));

    assertThat(awaitRefusal(token)).isTrue();
    assertThat(awaitEnd(execution).path("status").asText()).isEqualTo("ABORTED");
  }

  @Test
  void machine_itsOwnTimeout_endsItAsTimedOut() throws IOException, InterruptedException {
    String queue = createQueue("machine");
    String execution =
        startMachine("machine", queue, "\"TimeoutSeconds\": 600", "\"TimeoutSeconds\": 2,");

    assertThat(awaitEnd(execution).path("status").asText()).isEqualTo("TIMED_OUT");
  }

  @Test
  void message_withDelay_isHiddenUntilThen() throws IOException, InterruptedException {
    String queue = createQueue("delay");
    sqs("SendMessage", Map.of("QueueUrl", queue, "MessageBody", "x", "DelaySeconds", 2));

    assertThat(receive(queue, 0).path("Messages")).isEmpty();
    assertThat(receive(queue, 5).path("Messages")).hasSize(1);
  }

  @Test
  void schedule_movedToALaterTime_firesAgain() throws IOException, InterruptedException {
    String queue = createQueue("schedule");
    schedule("POST", queue, Instant.now().minusSeconds(60));
    assertThat(receive(queue, 10).path("Messages")).hasSize(1);

    schedule("PUT", queue, Instant.now().minusSeconds(1));

    assertThat(receive(queue, 10).path("Messages")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "31 32 33 34 35 36 37 38 39, 4waSgw==", // E3069283, the check value of CRC-32C
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00, ipE2qg==",
    "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF, YqirQw==",
  })
  void object_knownCrc32c_isTakenAndAnyOtherRefused(String hex, String checksum)
      throws IOException, InterruptedException {
    byte[] body = HexFormat.ofDelimiter(" ").parseHex(hex);
    assertThat(put("/checksums", new byte[0], "")).isEqualTo(200);

    assertThat(put("/checksums/right", body, checksum)).isEqualTo(200);
    assertThat(put("/checksums/wrong", body, "AAAAAA==")).isEqualTo(400);
  }

  @Test
  void crc32c_withWhatIsInstalled_isTheOneInC() throws IOException, InterruptedException {
    String look =
        "import ministack_drover, google_crc32c;"
            + " print(google_crc32c.implementation, ministack_drover.s3._crc32c.__module__)";

    assertThat(python(look)).endsWith("c ministack_drover\n");
  }

  @Test
  void worker_idleForLong_isEndedAlsoAsTheOnlyOneOfItsFunction()
      throws IOException, InterruptedException {
    String reap =
        """
        import ministack_drover as drover, time
        pools = drover.lambda_runtime._workers
        for name, idle_seconds, in_use in ("idle", 301, False), ("called", 299, False), ("busy", 900, True):
            worker = drover.lambda_runtime.ProvidedWorker(name, {}, b"")
            worker.last_used, worker.in_use = time.time() - idle_seconds, in_use
            pools[name] = [worker]
        print(drover.lambda_svc.reap_idle_workers(), [name for name in pools if pools[name]])
        """;

    assertThat(python(reap)).endsWith("1 ['called', 'busy']\n");
  }

  @Test
  void launchTemplates_askedForByImage_areThoseThatNameItNow()
      throws IOException, InterruptedException {
    String ask =
        """
        import ministack_drover as drover
        def call(action, **more):
            return drover.ec2._ACTION_MAP[action]({name.replace("_", "."): [value] for name, value in more.items()})[2]
        def create(action, image):
            call(action, LaunchTemplateName="web", LaunchTemplateData_ImageId=image)
        create("CreateLaunchTemplate", "ami-1")
        for image in "ami-2", "ami-3":
            create("CreateLaunchTemplateVersion", image)
        def named(image):
            answer = call("DescribeLaunchTemplateVersions", LaunchTemplateVersion_1="$Default",
                          LaunchTemplateVersion_2="$Latest", Filter_1_Name="image-id", Filter_1_Value_1=image)
            return str(answer).count("<versionNumber>")
        print([named(f"ami-{i}") for i in (1, 2, 3, 4)])
        """;

    assertThat(python(ask)).endsWith("[1, 0, 1, 0]\n");
  }

  @Test
  void keyForEbs_askedForByArnOrAlias_isThereAndCanBeDisabled()
      throws IOException, InterruptedException {
    String ask =
        """
        import ministack_drover as drover, json
        def state(key):
            answer = json.loads(drover.kms._describe_key({"KeyId": key})[2])
            return answer.get("KeyMetadata", {}).get("KeyState")
        arn = drover.kms._arn(drover.EBS_KEY)
        before = [state(key) for key in (arn, "alias/aws/ebs", "alias/other")]
        drover.kms._keys[drover.EBS_KEY]["KeyState"] = "Disabled"
        print(before, state(arn), len(drover.kms._keys))
        """;

    assertThat(python(ask)).endsWith("['Enabled', 'Enabled', None] Disabled 1\n");
  }

  /** What a program says beside the extension, without a cloud. */
  private static String python(String program) throws IOException, InterruptedException {
    ProcessBuilder python =
        new ProcessBuilder(
                Repository.containing(Path.of("")).cloudPython().toString(), "-c", program)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    python.environment().put("PYTHONPATH", "src/main/resources/dev/drover/local/launcher/cloud");
    python.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process running = python.start();
    String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(running.waitFor()).isZero();
    return said;
  }

  @Test
  void function_versionIsPublished_isStartedBeforeItsFirstCall(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path started = folder.resolve("started");
    String bootstrap = "#!/bin/sh\ntouch '" + started + "'\n";
    createFunction("prepared", bootstrap);
    assertThat(started).doesNotExist();

    lambda("/prepared/versions", Map.of());

    Instant deadline = Instant.now().plus(LIMIT);
    while (!Files.exists(started) && Instant.now().isBefore(deadline)) {
      Pause.interruptibly(Duration.ofMillis(50));
    }
    assertThat(started).exists();
  }

  private static void createFunction(String name, String bootstrap)
      throws IOException, InterruptedException {
    lambda(
        "",
        Map.of(
            "FunctionName",
            name,
            "Runtime",
            "provided.al2023",
            "Handler",
            "x.Handler",
            "Role",
            "arn:aws:iam::000000000000:role/x",
            "Code",
            Map.of("ZipFile", zipOf("bootstrap", bootstrap))));
  }

  private static void lambda(String path, Map<String, Object> body)
      throws IOException, InterruptedException {
    HttpRequest request =
        request("lambda", "/2015-03-31/functions" + path)
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    assertThat(send(request).status()).isEqualTo(201);
  }

  private static String zipOf(String name, String content) throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry(name));
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return Base64.getEncoder().encodeToString(zip.toByteArray());
  }

  private static int put(String path, byte[] body, String checksum)
      throws IOException, InterruptedException {
    HttpRequest.Builder put = request("s3", path).PUT(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!checksum.isEmpty()) {
      put.header("x-amz-checksum-crc32c", checksum);
    }
    return http.send(put.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static void schedule(String method, String queue, Instant at)
      throws IOException, InterruptedException {
    String name = queue.substring(queue.lastIndexOf('/') + 1);
    String arn = "arn:aws:sqs:us-east-1:000000000000:" + name;
    Map<String, Object> body =
        Map.of(
            "ScheduleExpression", "at(" + at.toString().substring(0, 19) + ")",
            "FlexibleTimeWindow", Map.of("Mode", "OFF"),
            "Target", Map.of("Arn", arn, "RoleArn", "arn:aws:iam::000000000000:role/x"));
    HttpRequest request =
        request("scheduler", "/schedules/job-1")
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    assertThat(send(request).status()).isEqualTo(200);
  }

  /** A machine whose one task waits for its token, and whose Catch passes the error on. */
  private static String startMachine(String name, String queue, String limits, String machineLimits)
      throws IOException, InterruptedException {
    String task =
        """
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": {"QueueUrl": "%s", "MessageBody": {"token": "{%% $states.context.Task.Token %%}"}},
        %s"""
            .formatted(queue, limits);
    return start(name, task, machineLimits);
  }

  private static String start(String name, String task, String machineLimits)
      throws IOException, InterruptedException {
    String definition =
        """
        {"QueryLanguage": "JSONata", %s "StartAt": "Wait", "States": {
          "Wait": {"Type": "Task", %s,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{%% $states.errorOutput %%}", "Next": "Caught"}],
            "End": true},
          "Caught": {"Type": "Succeed"}}}
        """
            .formatted(machineLimits, task);
    JsonNode machine =
        states(
                "CreateStateMachine",
                Map.of(
                    "name",
                    name,
                    "definition",
                    definition,
                    "roleArn",
                    "arn:aws:iam::000000000000:role/x"))
            .body();
    return states(
            "StartExecution",
            Map.of(
                "stateMachineArn",
                machine.path("stateMachineArn").asText(),
                "input",
                "{\"beat\": 2}"))
        .body()
        .path("executionArn")
        .asText();
  }

  private static JsonNode awaitEnd(String execution) throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(LIMIT);
    while (Instant.now().isBefore(deadline)) {
      JsonNode state = states("DescribeExecution", Map.of("executionArn", execution)).body();
      if (!state.path("status").asText().equals("RUNNING")) {
        return state;
      }
      Pause.interruptibly(Duration.ofMillis(100));
    }
    throw new AssertionError(execution + " still runs after " + LIMIT);
  }

  /** The stop reaches the waiting task by another thread. */
  private static boolean awaitRefusal(String token) throws IOException, InterruptedException {
    Instant deadline = Instant.now().plusSeconds(5);
    while (Instant.now().isBefore(deadline)) {
      if (states("SendTaskHeartbeat", Map.of("taskToken", token)).status() == 400) {
        return true;
      }
      Pause.interruptibly(Duration.ofMillis(50));
    }
    return false;
  }

  private static double seconds(JsonNode execution) {
    return execution.path("stopDate").asDouble() - execution.path("startDate").asDouble();
  }

  private static String createQueue(String name) throws IOException, InterruptedException {
    return sqs("CreateQueue", Map.of("QueueName", name)).body().path("QueueUrl").asText();
  }

  private static String receiveToken(String queue) throws IOException, InterruptedException {
    JsonNode message = receive(queue, 10).path("Messages").path(0);
    return JSON.readTree(message.path("Body").asText()).path("token").asText();
  }

  private static JsonNode receive(String queue, int waitSeconds)
      throws IOException, InterruptedException {
    return sqs(
            "ReceiveMessage",
            Map.of("QueueUrl", queue, "WaitTimeSeconds", waitSeconds, "VisibilityTimeout", 60))
        .body();
  }

  private static Answer sqs(String action, Map<String, Object> body)
      throws IOException, InterruptedException {
    return call("sqs", "AmazonSQS." + action, body);
  }

  private static Answer states(String action, Map<String, Object> body)
      throws IOException, InterruptedException {
    return call("states", "AWSStepFunctions." + action, body);
  }

  private static Answer call(String service, String target, Map<String, Object> body)
      throws IOException, InterruptedException {
    return send(
        request(service, "/")
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("X-Amz-Target", target)
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build());
  }

  private static HttpRequest.Builder request(String service, String path) {
    return HttpRequest.newBuilder(URI.create(cloud.endpointUrl() + path))
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/%s/aws4_request".formatted(service)
                + ", SignedHeaders=host, Signature=0");
  }

  private static Answer send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), JSON.readTree(response.body()));
  }

  private record Answer(int status, JsonNode body) {}
}
