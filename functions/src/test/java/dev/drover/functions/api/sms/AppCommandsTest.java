package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.account.Commands;
import dev.drover.functions.account.Commands.Invocation;
import dev.drover.functions.account.Commands.Request;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.Stacks;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.world.World;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts of an application that Systems Manager runs; a test says what comes of them. */
final class AppCommandsTest {
  private static final String MONITOR = "i-0123456789abcdef0";
  private static final String SCRIPT = "smoke.sh";

  private final LaunchableApp app = new LaunchableApp();
  private final TestApi api = app.api;
  private final World world = app.world;

  @BeforeEach
  void configure() {
    app.configureLaunch("");
    app.replicate(Map.of());
    validate("");
    world.instances.tags.put(MONITOR, Map.of("UserForSMSApplicationValidation", "true"));
    world.commands.nodes.put(MONITOR, new Commands.Node("Linux", "Online"));
    world.customerObjects.put("sms-app-scripts", SCRIPT, "echo all answer");
    comes(Commands.Status.PENDING, "Pending", null, "", "");
  }

  private void validate(String more) {
    validate(MONITOR, "SHELL_SCRIPT", more);
  }

  private void validate(String instanceId, String type, String more) {
    api.ok(
        "PutAppValidationConfiguration",
        app.put(
            """
            "appValidationConfigurations": [{"name": "smoke", "appValidationStrategy": "SSM",
              "ssmValidationParameters": {"instanceId": "%s", "scriptType": "%s",
                "command": "sh smoke.sh db", "outputS3BucketName": "sms-app-out"%s,
                "source": {"s3Location": {"bucket": "sms-app-scripts", "key": "%s"}}}}]
            """
                .formatted(instanceId, type, more, SCRIPT)));
  }

  private void comes(
      Commands.Status status, String said, @Nullable Integer code, String output, String error) {
    world.commands.outcomes.put(SCRIPT, new Invocation(status, said, code, output, error, null));
  }

  private void succeeds() {
    comes(Commands.Status.SUCCEEDED, "Success", 0, "all answer\n", "");
  }

  private JsonNode output() {
    return api.ok("GetAppValidationOutput", app.byId).at("/validationOutputList/0");
  }

  private String status() {
    return output().get("status").asText();
  }

  private String message() {
    return output().path("statusMessage").asText();
  }

  /** It is launched, and no step has seen that yet. */
  private void stackComplete() {
    api.ok("LaunchApp", app.byId);
    assertThat(app.advance()).isFalse();
    world.stacks.become(app.stack, Stacks.Status.COMPLETE, "COMPLETE");
  }

  /** The stack is complete; whether nothing is waited for any more. */
  private boolean launched() {
    stackComplete();
    return app.advance();
  }

  private Request sent() {
    return Objects.requireNonNull(world.commands.sent.get(world.commands.newest()));
  }

  @Test
  void script_isRunOnceTheApplicationIsLaunched() {
    assertThat(status()).isEqualTo("READY_FOR_VALIDATION");
    assertThat(launched()).as("it is waited for").isFalse();

    assertThat(status()).isEqualTo("PENDING");
    assertThat(sent().instanceId()).isEqualTo(MONITOR);
    assertThat(sent().bucket() + "/" + sent().key()).isEqualTo("sms-app-scripts/smoke.sh");
    assertThat(sent().commandLine()).isEqualTo("sh smoke.sh db");
    assertThat(sent().execution()).isEqualTo(Duration.ofMinutes(15));
    comes(Commands.Status.IN_PROGRESS, "InProgress", null, "", "");
    assertThat(app.advance()).isFalse();
    assertThat(status()).isEqualTo("IN_PROGRESS");
    assertThat(output().has("appValidationOutput")).isFalse();
    succeeds();
    world.customerObjects.put("sms-app-out", outputKey(), "all answer");
    assertThat(app.advance()).isTrue();

    assertThat(status()).isEqualTo("SUCCEEDED");
    assertThat(message()).isEqualTo("exit code 0: all answer");
    JsonNode at = output().at("/appValidationOutput/ssmOutput/s3Location");
    assertThat(at.get("bucket").asText()).isEqualTo("sms-app-out");
    assertThat(at.get("key").asText()).isEqualTo(outputKey());
    assertThat(app.advance()).isTrue();
    assertThat(world.commands.sent).hasSize(1);
  }

  private String outputKey() {
    return "%s/%s/%s/%s/awsrunShellScript/runShellScript/stdout"
        .formatted(
            app.appId, output().get("validationId").asText(), world.commands.newest(), MONITOR);
  }

  @Test
  void output_thatIsNotThere_isSaid() {
    launched();
    succeeds();
    app.advance();

    assertThat(status()).isEqualTo("SUCCEEDED");
    assertThat(message())
        .isEqualTo(
            "exit code 0: all answer\nIts output is not at s3://sms-app-out/%s: is there such a bucket, and has the role of the instance s3:PutObject in it?",
            outputKey());
  }

  @Test
  void script_thatIsNotThere_orEmpty_isNotRun() {
    world.customerObjects.put("sms-app-scripts", SCRIPT, "");
    assertThat(launched()).isTrue();
    assertThat(status()).isEqualTo("FAILED");
    assertThat(message())
        .isEqualTo(
            "The script s3://sms-app-scripts/smoke.sh is empty, so nothing was run; upload it and launch the application again.");

    world.customerObjects.remove("sms-app-scripts", SCRIPT);
    assertThat(launched()).isTrue();
    assertThat(status()).isEqualTo("FAILED");
    assertThat(message())
        .startsWith(
            "The script s3://sms-app-scripts/smoke.sh cannot be read, so nothing was run (there is no such object)");
    assertThat(world.commands.sent).isEmpty();
  }

  @Test
  void message_hasErrorsToo_andNothingThatATerminalObeys() {
    launched();
    comes(Commands.Status.SUCCEEDED, "Success", 0, "a\u001b[2Jb\u0000\n", "\tnosuch: not found\n");
    app.advance();

    assertThat(message()).startsWith("exit code 0: a\uFFFD[2Jb\uFFFD\nnosuch: not found\n");
  }

  @Test
  void output_isWhereSystemsManagerSaysThatItIs() {
    world.commands.outcomes.put(
        SCRIPT,
        new Invocation(
            Commands.Status.SUCCEEDED,
            "Success",
            0,
            "",
            "",
            "https://s3.eu-central-1.amazonaws.com/sms-app-out/else/where/stdout"));
    launched();
    assertThat(app.advance()).isTrue();

    assertThat(output().at("/appValidationOutput/ssmOutput/s3Location/key").asText())
        .isEqualTo("else/where/stdout");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Failed|3|exit code 3: tried",
        "ExecutionTimedOut||The script did not end within 120 seconds (ExecutionTimedOut)",
        "DeliveryTimedOut||The agent did not take command",
        "Undeliverable||Systems Manager could not deliver command",
        "Cancelled||The script did not run to its end",
        "Success||The script did not run to its end",
      })
  void script_thatFails_saysWhy(String said, @Nullable Integer code, String sentence) {
    validate(", \"executionTimeoutSeconds\": 120");
    launched();
    comes(Commands.Status.FAILED, said, code, "tried", "nobody listens");

    assertThat(app.advance()).isTrue();
    assertThat(status()).isEqualTo("FAILED");
    assertThat(message()).startsWith(sentence).contains(": tried\nnobody listens\n");
    assertThat(app.launchStatus()).isEqualTo("LAUNCHED");
  }

  @Test
  void message_isTheEndOfWhatWasPrinted() {
    launched();
    comes(Commands.Status.FAILED, "Failed", 1, "", "x".repeat(8_000) + "the cause");
    app.advance();

    assertThat(message())
        .startsWith("exit code 1: …x")
        .endsWith("the cause")
        .hasSizeLessThan(2_500);
  }

  @Test
  void instance_withTheTagAsSmsPolicySpellsIt_isTaken() {
    world.instances.tags.put(MONITOR, Map.of("UseForSMSApplicationValidation", "true"));
    launched();

    assertThat(world.commands.sent).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "UserForSMSApplicationValidation=false", "Name=true"})
  void instance_withoutTheTag_runsNothing(String tag) {
    String[] both = tag.split("=", -1);
    world.instances.tags.put(MONITOR, tag.isEmpty() ? Map.of() : Map.of(both[0], both[1]));

    assertThat(launched()).isTrue();
    assertThat(status()).isEqualTo("FAILED");
    assertThat(message()).contains(MONITOR, "UserForSMSApplicationValidation=true");
    assertThat(world.commands.sent).isEmpty();
  }

  @Test
  void instance_thatDoesNotRun_orIsNoneOfEc2s_runsNothing() {
    world.instances.tags.clear();
    assertThat(launched()).isTrue();
    assertThat(message()).contains(MONITOR, "does not run");

    validate("mi-0123456789abcdef0", "SHELL_SCRIPT", "");
    assertThat(launched()).isTrue();
    assertThat(message()).contains("mi-0123456789abcdef0", "none of EC2's");
    assertThat(world.commands.sent).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Windows, SHELL_SCRIPT", "Linux, POWERSHELL_SCRIPT"})
  void instance_ofAnotherSystem_runsNothing(String platform, String type) {
    world.commands.nodes.put(MONITOR, new Commands.Node(platform, "Online"));
    validate(MONITOR, type, "");

    assertThat(launched()).isTrue();
    assertThat(message()).contains("runs " + platform, type);
    assertThat(world.commands.sent).isEmpty();
  }

  @Test
  void instance_thatRegistersLate_isWaitedFor() {
    world.commands.nodes.clear();
    assertThat(launched()).isFalse();
    assertThat(status()).isEqualTo("PENDING");
    world.commands.nodes.put(MONITOR, new Commands.Node("Linux", "Online"));
    succeeds();
    app.advance();

    assertThat(app.advance()).isTrue();
    assertThat(status()).isEqualTo("SUCCEEDED");
  }

  @Test
  void instance_thatIsNotManaged_hasFailedAfterItsTime() {
    world.commands.nodes.put(MONITOR, new Commands.Node("Linux", "ConnectionLost"));
    assertThat(launched()).isFalse();
    world.pass(Duration.ofMinutes(10).plusMillis(1));

    assertThat(app.advance()).isTrue();
    assertThat(message())
        .contains("is not managed by Systems Manager (ConnectionLost)", "10 minutes");
  }

  @Test
  void script_thatNeverEnds_isCancelledAndHasFailed() {
    validate(", \"executionTimeoutSeconds\": 60");
    launched();
    world.pass(Duration.ofMinutes(3));
    comes(Commands.Status.IN_PROGRESS, "InProgress", null, "", "");
    assertThat(app.advance()).isFalse();
    world.pass(Duration.ofMinutes(3));
    assertThat(app.advance()).as("its minute, and two more").isFalse();
    world.pass(Duration.ofMillis(1));

    assertThat(app.advance()).isTrue();
    assertThat(status()).isEqualTo("FAILED");
    assertThat(message()).contains("within its 60 seconds", "last said: InProgress");
    assertThat(world.commands.cancelled).containsExactly(world.commands.newest());
    succeeds();
    app.advance();
    assertThat(status()).as("too late").isEqualTo("FAILED");
  }

  @Test
  void script_whoseInstanceEnds_hasFailedAtOnce() {
    launched();
    comes(Commands.Status.IN_PROGRESS, "InProgress", null, "", "");
    assertThat(app.advance()).isFalse();
    world.instances.tags.clear();

    assertThat(app.advance()).isTrue();
    assertThat(status()).isEqualTo("FAILED");
    assertThat(message()).startsWith("Instance " + MONITOR + " does not run any more");
    assertThat(world.commands.cancelled).hasSize(1);
  }

  @Test
  void command_thatNobodyHearsOf_hasFailedAfterItsTime() {
    launched();
    world.commands.hidden.add(world.commands.newest());
    world.pass(Duration.ofMinutes(27));
    assertThat(app.advance()).isFalse();
    world.pass(Duration.ofMillis(1));

    assertThat(app.advance()).isTrue();
    assertThat(message()).contains("last said: nothing");
  }

  @Test
  void command_whoseAnswerIsLost_isFoundAgainAndNotSentTwice() {
    world.commands.loseNextAnswer();
    stackComplete();
    assertThatThrownBy(app::advance).isInstanceOf(TransientException.class);
    world.commands.hidden.add(world.commands.newest());
    assertThat(app.advance()).as("it cannot be seen yet").isFalse();
    assertThat(world.commands.sent).hasSize(1);
    world.commands.hidden.clear();
    succeeds();

    assertThat(app.advance()).isTrue();
    assertThat(status()).isEqualTo("SUCCEEDED");
    assertThat(world.commands.sent).hasSize(1);
  }

  @Test
  void command_thatWasNeverSent_isSentAfterAMinute() {
    world.commands.refuseNext(new TransientException("rate exceeded"));
    stackComplete();
    assertThatThrownBy(app::advance).isInstanceOf(TransientException.class);
    world.pass(Duration.ofMinutes(1));
    assertThat(app.advance()).isFalse();
    assertThat(world.commands.sent).isEmpty();
    world.pass(Duration.ofMillis(1));
    app.advance();

    assertThat(world.commands.sent).hasSize(1);
  }

  @Test
  void command_thatIsRefused_hasFailedInSystemsManagersWords() {
    world.commands.refuseNext(new RefusedException("InvalidParameters", "commandLine is too long"));

    assertThat(launched()).isTrue();
    assertThat(status()).isEqualTo("FAILED");
    assertThat(message()).endsWith("refuses: commandLine is too long");
  }

  @Test
  void relaunch_runsItAgain_andEndsWhatStillRuns() {
    launched();
    String first = world.commands.newest();
    assertThat(launched()).isFalse();

    assertThat(world.commands.cancelled).containsExactly(first);
    assertThat(world.commands.sent).hasSize(2);
    assertThat(status()).isEqualTo("PENDING");
    succeeds();
    assertThat(app.advance()).isTrue();
    assertThat(status()).isEqualTo("SUCCEEDED");
    assertThat(launched()).as("that of the launch before counts no more").isFalse();
    assertThat(world.commands.sent).hasSize(3);
    assertThat(world.commands.cancelled).as("what has ended is not cancelled").hasSize(1);
  }

  @Test
  void relaunch_afterALostAnswer_endsThatCommandToo() {
    world.commands.loseNextAnswer();
    stackComplete();
    assertThatThrownBy(app::advance).isInstanceOf(TransientException.class);
    String first = world.commands.newest();

    launched();

    assertThat(world.commands.cancelled).containsExactly(first);
    assertThat(world.commands.sent).hasSize(2);
  }

  /** What another call does after the instance was looked at, and before the command is sent. */
  private void whileItIsSent(Runnable what) {
    world.commands.meanwhile = () -> world.commands.meanwhile = what;
  }

  @Test
  void termination_whileTheCommandIsOnItsWay_waitsForItAndEndsIt() {
    stackComplete();
    whileItIsSent(
        () -> {
          api.ok("TerminateApp", app.byId);
          assertThat(app.advance()).as("it may still come").isFalse();
          assertThat(app.launchStatus()).isEqualTo("TERMINATE_IN_PROGRESS");
        });
    app.advance();
    assertThat(world.commands.sent).hasSize(1);

    app.advance();

    assertThat(world.commands.cancelled).containsExactly(world.commands.newest());
  }

  @Test
  void termination_beforeTheCommandIsSent_sendsNone() {
    stackComplete();
    world.commands.meanwhile = () -> api.ok("TerminateApp", app.byId);
    app.advance();

    assertThat(world.commands.sent).isEmpty();
    app.advance();
    world.stacks.vanish(app.stack);
    assertThat(app.advance()).isTrue();
    assertThat(app.launchStatus()).isEqualTo("TERMINATED");
  }

  @Test
  void termination_ofACommandThatNeverCame_goesOnAfterAMinute() {
    world.commands.refuseNext(new TransientException("rate exceeded"));
    stackComplete();
    assertThatThrownBy(app::advance).isInstanceOf(TransientException.class);
    api.ok("TerminateApp", app.byId);
    world.pass(Duration.ofMinutes(1));
    app.advance();
    assertThat(stack()).isEqualTo(Stacks.Status.COMPLETE);
    world.pass(Duration.ofMillis(1));
    app.advance();

    assertThat(stack()).isEqualTo(Stacks.Status.WORKING);
  }

  private Stacks.Status stack() {
    return world.stacks.find(app.stack).orElseThrow().status();
  }

  @Test
  void command_thatWasGivenUpWhileItWasSent_isCancelled() {
    stackComplete();
    whileItIsSent(
        () -> {
          api.ok("TerminateApp", app.byId);
          world.pass(Duration.ofMinutes(2));
          app.advance();
        });
    app.advance();

    assertThat(world.commands.cancelled).containsExactly(world.commands.newest());
  }

  @Test
  void termination_endsIt() {
    launched();
    api.ok("TerminateApp", app.byId);
    app.advance();

    assertThat(world.commands.cancelled).containsExactly(world.commands.newest());
    assertThat(status()).isEqualTo("READY_FOR_VALIDATION");
    app.advance();
    assertThat(world.commands.cancelled).hasSize(1);
  }

  @Test
  void termination_ofACommandThatCannotBeSeenYet_waits() {
    launched();
    world.commands.hidden.add(world.commands.newest());
    api.ok("TerminateApp", app.byId);
    app.advance();
    assertThat(stack()).isEqualTo(Stacks.Status.COMPLETE);
    world.commands.hidden.clear();
    app.advance();

    assertThat(world.commands.cancelled).containsExactly(world.commands.newest());
    assertThat(stack()).isEqualTo(Stacks.Status.WORKING);
  }

  @Test
  void launch_thatIsRefused_leavesWhatRuns() {
    launched();
    world.objects.failPuts("applications/");
    assertThat(api.send("LaunchApp", app.byId).getStatusCode()).isEqualTo(500);
    succeeds();

    assertThat(app.advance()).isTrue();
    assertThat(status()).isEqualTo("SUCCEEDED");
  }

  @Test
  void termination_keepsWhatCameOfIt() {
    launched();
    succeeds();
    app.advance();
    api.ok("TerminateApp", app.byId);
    app.advance();

    assertThat(status()).isEqualTo("SUCCEEDED");
    assertThat(world.commands.cancelled).isEmpty();
  }

  @Test
  void deleteApp_endsIt_andLeavesNothing() {
    launched();
    String key = "COMMANDED#" + output().get("validationId").asText();
    assertThat(world.raw.show("APP#" + app.appId, key)).isNotEmpty();
    api.ok("DeleteApp", app.put("\"forceStopAppReplication\": true, \"forceTerminateApp\": true"));
    app.advance();
    world.stacks.vanish(app.stack);
    app.advance();

    assertThat(world.commands.cancelled).containsExactly(world.commands.newest());
    assertThat(world.raw.show("APP#" + app.appId, key)).isEmpty();
  }

  @Test
  void launch_thatFails_runsNothing() {
    api.ok("LaunchApp", app.byId);
    app.advance();
    world.stacks.failed(app.stack, "Server00000002: no capacity");
    world.stacks.become(app.stack, Stacks.Status.NEVER_MADE, "ROLLBACK_COMPLETE");

    assertThat(app.advance()).isTrue();
    assertThat(status()).isEqualTo("READY_FOR_VALIDATION");
    assertThat(world.commands.sent).isEmpty();
  }

  @Test
  void anotherScript_hasNotTheResultOfTheOneBefore() {
    launched();
    succeeds();
    app.advance();
    validate(", \"executionTimeoutSeconds\": 60");

    assertThat(status()).isEqualTo("READY_FOR_VALIDATION");
  }

  @Test
  void launchThatIsSwept_goesOn() {
    launched();
    succeeds();
    world.launchSteps.advance(world.state.apps().find(app.id).orElseThrow());

    assertThat(status()).isEqualTo("SUCCEEDED");
  }
}
