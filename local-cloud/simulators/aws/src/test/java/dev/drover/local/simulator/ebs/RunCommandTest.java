package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.local.simulator.fault.FaultRule;
import dev.drover.local.simulator.fault.When;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ssm.model.Command;
import software.amazon.awssdk.services.ssm.model.CommandInvocationStatus;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.InvalidCommandIdException;
import software.amazon.awssdk.services.ssm.model.InvalidDocumentException;
import software.amazon.awssdk.services.ssm.model.InvalidInstanceIdException;
import software.amazon.awssdk.services.ssm.model.InvalidParametersException;
import software.amazon.awssdk.services.ssm.model.InvalidPluginNameException;
import software.amazon.awssdk.services.ssm.model.InvocationDoesNotExistException;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;
import software.amazon.awssdk.services.ssm.model.SsmException;

/** Commands of Systems Manager on an instance whose guest runs, with the real client. */
final class RunCommandTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String SCRIPT = "runShellScript";
  private static final String NO_COMMAND = "00000000-0000-4000-8000-000000000000";

  @TempDir Path directory;
  private Neighbour neighbour;
  private Cloud cloud;
  private String image;
  private String instance;

  @BeforeEach
  void start() throws IOException {
    neighbour = new Neighbour(RunCommandTest::answer);
    URI url = neighbour.url();
    cloud = Cloud.start(directory.resolve("data"), settings -> settings.withForwardUrl(url));
    image = cloud.register("web", cloud.completed(r -> r.volumeSize(1L), new TreeMap<>()), r -> {});
    cloud.passTime(Cloud.COMPLETION_DELAY);
    cloud.simulator.allowGuests(Map.of());
    instance = launch("sms-app-profile");
    cloud.passTime(Cloud.COMPLETION_DELAY);
    awaitNodes(1);
  }

  @AfterEach
  void stop() throws IOException {
    cloud.close();
    neighbour.close();
  }

  private static String answer(String call) {
    if (call.contains("/cdk-bootstrap/version")) {
      return "{\"Parameter\":{\"Value\":\"21\"}}";
    }
    if (call.contains("InstanceProfileName=missing")) {
      return "<R><Errors><Error><Code>NoSuchEntity</Code></Error></Errors></R>";
    }
    return call.contains("InstanceProfileName=none")
        ? "<R><InstanceProfileName>none</InstanceProfileName></R>"
        : GuestsTest.answer(call);
  }

  private String launch(String profile) {
    return cloud
        .ec2
        .runInstances(
            r ->
                r.imageId(image)
                    .instanceType("t3.small")
                    .subnetId("subnet-0a")
                    .iamInstanceProfile(p -> p.name(profile))
                    .minCount(1)
                    .maxCount(1))
        .instances()
        .getFirst()
        .instanceId();
  }

  @Test
  void instance_withAProfileThatThereIsNot_isNotLaunched() {
    assertThatThrownBy(() -> launch("missing"))
        .isInstanceOfSatisfying(
            Ec2Exception.class,
            refused ->
                assertThat(refused.awsErrorDetails().errorCode())
                    .isEqualTo("InvalidParameterValue"))
        .hasMessageContaining(
            "Value (missing) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name");
    assertThat(cloud.ec2.describeInstances().reservations()).hasSize(1);
  }

  private void awaitNodes(int count) {
    Instant deadline = Instant.now().plus(LIMIT);
    while (nodes().size() != count) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  private List<String> nodes() {
    return cloud.ssm.describeInstanceInformation(r -> {}).instanceInformationList().stream()
        .map(node -> node.instanceId() + " " + node.pingStatus() + " " + node.platformType())
        .toList();
  }

  private String send(String commandLine) {
    return send(commandLine, r -> {});
  }

  private String send(String commandLine, Consumer<SendCommandRequest.Builder> change) {
    return cloud
        .ssm
        .sendCommand(
            r ->
                change.accept(
                    r.documentName("AWS-RunRemoteScript")
                        .instanceIds(instance)
                        .comment("of a test")
                        .outputS3BucketName("sms-app-out")
                        .outputS3KeyPrefix("app/val")
                        .parameters(parameters(commandLine))))
        .command()
        .commandId();
  }

  private static Map<String, List<String>> parameters(String commandLine) {
    return Map.of(
        "sourceType", List.of("S3"),
        "sourceInfo",
            List.of("{\"path\":\"https://s3.us-east-1.amazonaws.com/sms-app-scripts/a/smoke.sh\"}"),
        "commandLine", List.of(commandLine),
        "executionTimeout", List.of("60"));
  }

  private GetCommandInvocationResponse step(String id, String step) {
    return cloud.ssm.getCommandInvocation(
        r -> r.commandId(id).instanceId(instance).pluginName(step));
  }

  private GetCommandInvocationResponse ended(String id) {
    cloud.passTime(Cloud.COMPLETION_DELAY);
    return stepOnce(
        id,
        CommandInvocationStatus.SUCCESS,
        CommandInvocationStatus.FAILED,
        CommandInvocationStatus.TIMED_OUT,
        CommandInvocationStatus.CANCELLED);
  }

  private GetCommandInvocationResponse stepOnce(String id, CommandInvocationStatus... statuses) {
    Instant deadline = Instant.now().plus(LIMIT);
    GetCommandInvocationResponse seen = step(id, SCRIPT);
    while (!List.of(statuses).contains(seen.status())) {
      assertThat(Instant.now()).as(seen.toString()).isBefore(deadline);
      seen = step(id, SCRIPT);
    }
    return seen;
  }

  @Test
  void script_isFetchedRunAndItsOutputKept_withTheKeysOfTheRole() {
    neighbour.objects.put("/sms-app-scripts/a/smoke.sh", "#!/bin/sh\necho \"$1 answers\"; pwd\n");
    String id = send("smoke.sh db");

    GetCommandInvocationResponse seen = ended(id);

    assertThat(seen.status()).as(seen.toString()).isEqualTo(CommandInvocationStatus.SUCCESS);
    assertThat(seen.responseCode()).isZero();
    assertThat(seen.standardOutputContent())
        .startsWith("db answers\n" + directory.resolve("data/guests/" + instance));
    String key = "app/val/%s/%s/awsrunShellScript/runShellScript/stdout".formatted(id, instance);
    assertThat(seen.standardOutputUrl())
        .isEqualTo("https://s3.us-east-1.amazonaws.com/sms-app-out/" + key);
    assertThat(neighbour.objects.get("/sms-app-out/" + key)).startsWith("db answers\n");
    assertThat(neighbour.objects).doesNotContainKey("/sms-app-out/" + key.replace("out", "err"));
    assertThat(neighbour.callers).containsExactly("ASIA-" + instance);
    assertThat(step(id, "downloadContent").status()).isEqualTo(CommandInvocationStatus.SUCCESS);
    assertThat(step(id, "runPowerShellScript").standardOutputContent()).contains("skipped");
  }

  @Test
  void script_thatFails_hasItsCodeAndItsErrors() {
    neighbour.objects.put("/sms-app-scripts/a/smoke.sh", "echo tried; echo no >&2; exit 3\n");

    GetCommandInvocationResponse seen = ended(send("sh smoke.sh"));

    assertThat(seen.statusAsString() + " " + seen.statusDetails()).isEqualTo("Failed Failed");
    assertThat(seen.responseCode()).isEqualTo(3);
    assertThat(seen.standardOutputContent()).isEqualTo("tried\n");
    assertThat(seen.standardErrorContent()).startsWith("no\n");
  }

  @Test
  void script_thatIsNotThere_failsItsOwnStep() {
    String id = send("echo done");

    assertThat(ended(id).standardOutputContent()).isEqualTo("done\n");
    assertThat(step(id, "downloadContent").status()).isEqualTo(CommandInvocationStatus.FAILED);
    assertThat(listed(id).status().toString()).isEqualTo("Failed");
  }

  private Command listed(String id) {
    return cloud.ssm.listCommands(r -> r.commandId(id)).commands().getFirst();
  }

  @Test
  void command_isSeenAMomentAfterItWasSent() {
    String id = send("true");

    assertThatThrownBy(() -> step(id, SCRIPT)).isInstanceOf(InvocationDoesNotExistException.class);
    assertThat(cloud.ssm.listCommands(r -> r.instanceId(instance)).commands()).isEmpty();
    cloud.passTime(Cloud.COMPLETION_DELAY);
    assertThat(cloud.ssm.listCommands(r -> r.instanceId(instance)).commands())
        .singleElement()
        .satisfies(command -> assertThat(command.comment()).isEqualTo("of a test"));
    assertThat(cloud.ssm.listCommands(r -> r.instanceId("i-0fffffffffffffff0")).commands())
        .isEmpty();
  }

  @Test
  void command_thatIsCancelled_endsWhatItRuns() throws IOException {
    neighbour.objects.put("/sms-app-scripts/a/smoke.sh", "sleep 600\n");
    String id = send("sh smoke.sh");
    cloud.passTime(Cloud.COMPLETION_DELAY);
    stepOnce(id, CommandInvocationStatus.IN_PROGRESS);

    cloud.ssm.cancelCommand(r -> r.commandId(id));

    assertThat(step(id, SCRIPT).status()).isEqualTo(CommandInvocationStatus.CANCELLED);
    assertThatThrownBy(() -> cloud.ssm.cancelCommand(r -> r.commandId(NO_COMMAND)))
        .isInstanceOf(InvalidCommandIdException.class);
  }

  @Test
  void instance_thatEnds_tellsNoEnd_untilTheServiceGivesUp() {
    neighbour.objects.put("/sms-app-scripts/a/smoke.sh", "sleep 600\n");
    String id = send("sh smoke.sh", r -> r.timeoutSeconds(30));
    cloud.passTime(Cloud.COMPLETION_DELAY);
    stepOnce(id, CommandInvocationStatus.IN_PROGRESS);

    cloud.ec2.terminateInstances(r -> r.instanceIds(instance));

    assertThat(step(id, SCRIPT).status()).isEqualTo(CommandInvocationStatus.IN_PROGRESS);
    cloud.passTime(Duration.ofSeconds(91));
    assertThat(step(id, SCRIPT).statusDetails()).isEqualTo("ExecutionTimedOut");
    assertThatThrownBy(() -> send("true")).isInstanceOf(InvalidInstanceIdException.class);
  }

  @Test
  void instance_withoutARole_isNotManaged() {
    String bare = launch("none");
    cloud.passTime(Cloud.COMPLETION_DELAY);

    assertThatThrownBy(() -> send("true", r -> r.instanceIds(bare)))
        .isInstanceOf(InvalidInstanceIdException.class)
        .hasMessageContaining(bare);
    assertThat(nodes()).containsExactly(instance + " Online Linux");
  }

  @Test
  void document_thatIsNotThere_isRefused() {
    assertThatThrownBy(() -> send("true", r -> r.documentName("AWS-RunShellScript")))
        .isInstanceOf(InvalidDocumentException.class);
    assertThatThrownBy(() -> step(sentAndSeen(), ""))
        .isInstanceOf(InvalidPluginNameException.class);
  }

  private String sentAndSeen() {
    String id = send("true");
    cloud.passTime(Cloud.COMPLETION_DELAY);
    return id;
  }

  @ParameterizedTest
  @CsvSource({
    "sourceType, GitHub",
    "executionTimeout, 28801",
    "executionTimeout, 1 h",
    "shell, sh"
  })
  void parameter_thatTheDocumentDoesNotTake_isRefused(String name, String value) {
    Map<String, List<String>> parameters = new HashMap<>(parameters("true"));
    parameters.put(name, List.of(value));

    assertThatThrownBy(() -> send("true", r -> r.parameters(parameters)))
        .isInstanceOf(InvalidParametersException.class);
  }

  @Test
  void member_thatIsNotKnown_orTooLong_isRefused() {
    assertThatThrownBy(() -> send("true", r -> r.maxErrors("1")))
        .isInstanceOf(SsmException.class)
        .hasMessageContaining("MaxErrors");
    assertThatThrownBy(() -> send("true", r -> r.comment("x".repeat(101))))
        .hasMessageContaining("Comment");
    assertThatThrownBy(() -> send("true", r -> r.timeoutSeconds(29)))
        .hasMessageContaining("TimeoutSeconds");
  }

  @Test
  void call_thatAFaultStrikes_isThrottled_orHasItsEffectUnheard() {
    cloud.simulator.replaceFaults(
        List.of(
            new FaultRule.Refuse(
                "ListCommands", new When.Nth(1), FaultRule.Refusal.THROTTLE_ACCOUNT),
            new FaultRule.LoseAnswer("SendCommand", new When.Nth(1))));

    assertThatThrownBy(() -> cloud.ssm.listCommands(r -> {}))
        .isInstanceOfSatisfying(
            SsmException.class, thrown -> assertThat(thrown.isThrottlingException()).isTrue());
    assertThatThrownBy(() -> send("true"))
        .isInstanceOfSatisfying(
            SsmException.class, thrown -> assertThat(thrown.statusCode()).isEqualTo(500));
    cloud.passTime(Cloud.COMPLETION_DELAY);
    assertThat(cloud.ssm.listCommands(r -> {}).commands()).hasSize(1);
  }

  @Test
  void operation_thatIsNotSimulated_isPassedOn() {
    assertThat(cloud.ssm.getParameter(r -> r.name("/cdk-bootstrap/version")).parameter().value())
        .isEqualTo("21");
  }
}
