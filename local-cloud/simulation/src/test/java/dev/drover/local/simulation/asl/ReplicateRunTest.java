package dev.drover.local.simulation.asl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulation.Checkout;
import dev.drover.local.simulation.asl.Stage.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/** The state machine that is deployed, against functions that a test scripts. */
class ReplicateRunTest {
  private static final String INPUT = "{\"jobId\":\"j\",\"runId\":\"r\",\"execution\":1}";
  private static final String TRANSIENT = "dev.drover.functions.account.TransientException";
  private static final String NEWER = "dev.drover.functions.account.NewerVersionException";
  private static final List<String> FUNCTIONS =
      List.of(
          "BeginRun",
          "Prepare",
          "AwaitApplied",
          "WaitForSegments",
          "CompleteSnapshot",
          "CheckSnapshot",
          "PurgeStaging",
          "PublishImage",
          "PruneImages",
          "FinishRun",
          "FailRun");
  private static final List<String> END =
      List.of("PurgeStaging", "PublishImage", "Published", "PruneImages", "FinishRun", "Ended");

  /**
   * Its begin and end 2, seven tasks of 5 and one with a token 6, five choices and ends of 2, the
   * Map 4, Start 2; a disk 16, and the one that waits once 9 more.
   */
  private static final int HAPPY_EVENTS = 2 + 7 * 5 + 6 + 5 * 2 + 4 + 2 + 2 * 16 + 9;

  private final Stage stage = new Stage(machine());

  private static StateMachine machine() {
    Map<String, String> arns = new HashMap<>();
    FUNCTIONS.forEach(name -> arns.put(name + "Arn", name));
    try {
      Path file = Checkout.ROOT.resolve(Checkout.MACHINE);
      return StateMachine.parse(Files.readString(file), arns);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What every function answers where a test did not say more. */
  private void allElseIsWell() {
    stage.on(
        "BeginRun",
        (call, answer) ->
            answer.succeed(
                "{\"proceed\":true,\"environment\":{},\"pass\":"
                    + (call.fields().containsKey("pass") ? call.fields().get("pass") : 1)
                    + "}"));
    stage.on(
        "Prepare",
        (call, answer) -> {
          long attempt = stage.calls("Prepare").size();
          answer.succeed(
              "{\"attempt\":"
                  + attempt
                  + ",\"progressed\":"
                  + (attempt == 1)
                  + ",\"queueUrl\":\"q\",\"message\":{\"a\":"
                  + attempt
                  + "}}");
        });
    stage.on("q", connectorTakes(Duration.ofMinutes(20)));
    stage.on("AwaitApplied", looks("APPLIED"));
    stage.answers("WaitForSegments", "{}");
    stage.answers("CompleteSnapshot", "{\"snapshotId\":\"s\"}");
    stage.answers("CheckSnapshot", "{\"status\":\"pending\"}");
    stage.answers("CheckSnapshot", "{\"status\":\"completed\"}");
    stage.answers("PurgeStaging", "{\"deletedObjects\":1}");
    stage.answers("PublishImage", "{\"state\":\"available\",\"amiId\":\"ami\"}");
    stage.answers("PruneImages", "{}");
    stage.answers("FinishRun", "{}");
    stage.answers("FailRun", "{}");
  }

  /** A connector that works so long, with a heartbeat a minute. */
  private BiConsumer<Call, Integrations.Answer> connectorTakes(Duration time) {
    return (call, answer) -> {
      answer.succeed("{\"MessageId\":\"m\"}");
      for (long minute = 1; minute < time.toMinutes(); minute++) {
        stage.simulation.after(
            Duration.ofMinutes(minute), () -> stage.service.sendTaskHeartbeat(call.token()));
      }
      stage.simulation.after(
          time, () -> stage.service.sendTaskSuccess(call.token(), "{\"manifests\":[\"k\"]}"));
    };
  }

  private static BiConsumer<Call, Integrations.Answer> looks(String status) {
    return (call, answer) ->
        answer.succeed(
            "{\"status\":\""
                + status
                + "\",\"expected\":3,\"waitSeconds\":30,\"disks\":[\"d1\",\"d2\"]}");
  }

  private StatusChange result() {
    return stage.result(INPUT);
  }

  @Test
  void happyPath() {
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.execution().status())
        .as("%s %s", end.error(), end.cause())
        .isEqualTo(ExecutionStatus.SUCCEEDED);
    List<String> path = Stage.path(end);
    assertThat(path.subList(0, 8))
        .containsExactly(
            "Start",
            "BeginRun",
            "MayProceed",
            "MayPrepare",
            "Prepare",
            "Replicate",
            "AwaitApplied",
            "Applied");
    assertThat(path).endsWith(END.toArray(String[]::new));
    assertThat(path).containsOnlyOnce("WaitForSnapshot");
    assertThat(stage.calls("Prepare").getFirst().fields())
        .isEqualTo(Map.of("jobId", "j", "runId", "r", "execution", 1, "pass", 1));
    assertThat(stage.calls("q").getFirst().fields().keySet().toArray())
        .containsExactly("a", "taskToken");
    assertThat(stage.calls("AwaitApplied").getFirst().body())
        .isEqualTo(
            "{\"jobId\":\"j\",\"runId\":\"r\",\"attempt\":1,\"pass\":1,\"waits\":0,\"woken\":false,"
                + "\"result\":{\"manifests\":[\"k\"]}}");
    assertThat(stage.calls("CompleteSnapshot"))
        .extracting(Call::body)
        .containsExactlyInAnyOrder(
            "{\"jobId\":\"j\",\"runId\":\"r\",\"diskId\":\"d1\"}",
            "{\"jobId\":\"j\",\"runId\":\"r\",\"diskId\":\"d2\"}");
    assertThat(end.execution().events()).isEqualTo(HAPPY_EVENTS);
  }

  @Test
  void runThatHasEnded_doesNotProceed() {
    stage.answers("BeginRun", "{\"proceed\":false,\"environment\":{},\"pass\":1}");
    allElseIsWell();

    assertThat(Stage.path(result())).containsExactly("Start", "BeginRun", "MayProceed", "Ended");
  }

  @Test
  void prepare_failsThreeTimes_isTriedAgain() {
    stage.fails("Prepare", TRANSIENT).fails("Prepare", TRANSIENT).fails("Prepare", TRANSIENT);
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(stage.calls("Prepare")).hasSize(4);
    assertThat(Stage.path(end)).containsOnlyOnce("Prepare");
    assertThat(end.execution().events()).isEqualTo(HAPPY_EVENTS + 3 * 3);
  }

  @Test
  void silentConnector_isReplaced_afterLongerAndLongerPauses() {
    stage.on("q", Stage.silence()).on("q", Stage.silence()).on("q", Stage.silence());
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(stage.calls("AwaitApplied").getFirst().fields().get("attempt")).isEqualTo(4);
    List<Call> prepares = stage.calls("Prepare");
    assertThat(prepares).hasSize(4);
    assertThat(gap(prepares, 1)).isEqualTo(300 + 15);
    assertThat(gap(prepares, 2)).isEqualTo(300 + 30);
    assertThat(gap(prepares, 3)).isEqualTo(300 + 60);
    assertThat(prepares.get(0).fields().containsKey("afterError")).isFalse();
    assertThat(prepares.get(1).fields().get("afterError"))
        .isEqualTo(Map.of("error", "States.HeartbeatTimeout", "cause", ""));
    assertThat(stage.calls("q").stream().map(Call::token).distinct()).hasSize(4);
  }

  private static long gap(List<Call> calls, int index) {
    Instant before = calls.get(index - 1).time();
    return Duration.between(before, calls.get(index).time()).toSeconds();
  }

  @Test
  void connectorThatFails_failsTheRun_exceptForWhatItWantsTriedAgain() {
    stage.on("q", connectorFails("Connector.Retry"));
    stage.on("q", connectorFails("Connector.SourceChanged"));
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.error()).isEqualTo("Connector.SourceChanged");
    assertThat(stage.calls("Prepare").get(1).fields().get("afterError"))
        .isEqualTo(Map.of("error", "Connector.Retry", "cause", "because"));
    assertThat(stage.calls("FailRun").getFirst().fields())
        .isEqualTo(
            Map.of(
                "jobId",
                "j",
                "runId",
                "r",
                "execution",
                1,
                "error",
                "Connector.SourceChanged",
                "cause",
                "because"));
  }

  private BiConsumer<Call, Integrations.Answer> connectorFails(String error) {
    return (call, answer) -> {
      answer.succeed("{}");
      stage.service.sendTaskFailure(call.token(), error, "because");
    };
  }

  @Test
  void missingTwice_makesTwoMorePasses() {
    stage.on("AwaitApplied", looks("MISSING")).on("AwaitApplied", looks("MISSING"));
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(stage.calls("Prepare"))
        .extracting(call -> (Object) call.fields().get("pass"))
        .containsExactly(1, 2, 3);
    assertThat(stage.calls("BeginRun"))
        .extracting(Call::body)
        .containsExactly(
            "{\"jobId\":\"j\",\"runId\":\"r\",\"version\":1,\"execution\":1}",
            "{\"jobId\":\"j\",\"runId\":\"r\",\"version\":1,\"execution\":2,\"pass\":2}",
            "{\"jobId\":\"j\",\"runId\":\"r\",\"version\":1,\"execution\":3,\"pass\":3}");
    assertThat(end.execution().name()).isEqualTo("r-3");
  }

  /** Its functions are too old for what a newer Drover wrote: nothing is failed, all is tried. */
  @ParameterizedTest
  @ValueSource(strings = {"Prepare", "AwaitApplied", "CompleteSnapshot", "PublishImage"})
  void newerVersion_inTheMiddle_isTriedForHoursUntilTheNewestDefinitionGoesOn(String function) {
    AtomicInteger refused = new AtomicInteger();
    allElseIsWell();
    stage.onAll(
        function,
        (call, answer) -> {
          if (!"d2".equals(call.fields().get("diskId")) && refused.getAndIncrement() < 11) {
            answer.fail(NEWER, "deploy the newer version");
          } else {
            answer.succeed(
                function.equals("AwaitApplied")
                    ? "{\"status\":\"APPLIED\",\"disks\":[\"d1\",\"d2\"]}"
                    : "{\"attempt\":1,\"progressed\":true,\"queueUrl\":\"q\",\"message\":{},"
                        + "\"state\":\"available\",\"amiId\":\"ami\"}");
          }
        });

    StatusChange end = result();

    assertThat(end.execution().status())
        .as("%s %s", end.error(), end.cause())
        .isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(end.execution().name()).isEqualTo("r-2");
    assertThat(stage.calls("FailRun")).isEmpty();
    assertThat(stage.calls("BeginRun"))
        .extracting(Call::body)
        .containsExactly(
            "{\"jobId\":\"j\",\"runId\":\"r\",\"version\":1,\"execution\":1}",
            "{\"jobId\":\"j\",\"runId\":\"r\",\"version\":1,\"execution\":2}");
    List<Call> calls = stage.calls("BeginRun");
    assertThat(Duration.between(calls.getFirst().time(), calls.getLast().time()))
        .isBetween(Duration.ofMinutes(30), Duration.ofHours(8));
  }

  /** The hourly look over all jobs starts the next execution, until one reads the run. */
  @Test
  void newerVersion_ofTheRunItself_endsTheExecutionAndNotTheRun() {
    stage.fails("BeginRun", NEWER);
    stage.answers("FailRun", "{}");

    StatusChange end = result();

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(Stage.path(end)).containsExactly("Start", "BeginRun", "Ended");
    assertThat(stage.calls("BeginRun")).hasSize(11);
    assertThat(stage.calls("FailRun")).isEmpty();
  }

  @Test
  void sentAlready_asksNoConnector() {
    stage.answers(
        "BeginRun",
        "{\"proceed\":true,\"environment\":{},\"pass\":1,"
            + "\"sent\":{\"attempt\":7,\"result\":{\"manifests\":[\"k\"]}}}");
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(stage.calls("Prepare")).isEmpty();
    assertThat(stage.calls("AwaitApplied").getFirst().body())
        .isEqualTo(
            "{\"jobId\":\"j\",\"runId\":\"r\",\"attempt\":7,\"pass\":1,\"waits\":0,\"woken\":false,"
                + "\"result\":{\"manifests\":[\"k\"]}}");
  }

  @Test
  void troubleWithoutEnd_handsOnToAnotherExecution() {
    for (int attempt = 1; attempt <= 250; attempt++) {
      stage.on("q", connectorFails("Connector.Retry"));
    }
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(end.execution().name()).isEqualTo("r-3");
    assertThat(stage.calls("Prepare")).hasSize(251);
    assertThat(stage.changes)
        .filteredOn(change -> change.execution().ended() != null)
        .hasSize(3)
        .allMatch(change -> change.execution().status() == ExecutionStatus.SUCCEEDED);
  }

  @Test
  void connectorThatTakesDays_handsOnBeforeTheMachinesTimeIsOver() {
    for (int attempt = 1; attempt <= 4; attempt++) {
      stage.on("q", connectorRetriesAfter(Duration.ofDays(6)));
    }
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(end.execution().name()).isEqualTo("r-2");
  }

  private BiConsumer<Call, Integrations.Answer> connectorRetriesAfter(Duration time) {
    return (call, answer) -> {
      answer.succeed("{}");
      for (long minute = 4; minute < time.toMinutes(); minute += 4) {
        stage.simulation.after(
            Duration.ofMinutes(minute), () -> stage.service.sendTaskHeartbeat(call.token()));
      }
      stage.simulation.after(
          time, () -> stage.service.sendTaskFailure(call.token(), "Connector.Retry", "slow"));
    };
  }

  /** As many of all as one execution may have: 25,000 events are what AWS allows. */
  @Test
  void history_theMostOfAllAtOnce_isBelowTheLimit() {
    for (int attempt = 1; attempt < 100; attempt++) {
      stage.on("q", connectorFails("Connector.Retry"));
    }
    allElseIsWell();
    AtomicInteger tries = new AtomicInteger();
    stage.onAll(
        "Prepare",
        (call, answer) -> {
          if (tries.incrementAndGet() % 9 == 0) {
            answer.succeed("{\"attempt\":1,\"progressed\":true,\"queueUrl\":\"q\",\"message\":{}}");
          } else {
            answer.fail(TRANSIENT, "because");
          }
        });
    AtomicInteger looks = new AtomicInteger();
    stage.onAll(
        "AwaitApplied",
        (call, answer) ->
            answer.succeed(
                "{\"status\":\""
                    + (looks.incrementAndGet() > 240 ? "APPLIED" : "WAITING")
                    + "\",\"expected\":3,\"waitSeconds\":30,\"disks\":"
                    + IntStream.range(0, 22)
                        .mapToObj(disk -> "\"d" + disk + "\"")
                        .collect(Collectors.joining(",", "[", "]"))
                    + "}"));
    Map<String, Integer> checks = new HashMap<>();
    stage.onAll(
        "CheckSnapshot",
        (call, answer) ->
            answer.succeed(
                checks.merge(call.body(), 1, Integer::sum) < 60
                    ? "{\"status\":\"pending\"}"
                    : "{\"status\":\"completed\"}"));
    AtomicInteger images = new AtomicInteger();
    stage.onAll(
        "PublishImage",
        (call, answer) ->
            answer.succeed(
                images.incrementAndGet() < 60
                    ? "{\"state\":\"pending\",\"amiId\":\"ami\"}"
                    : "{\"state\":\"available\",\"amiId\":\"ami\"}"));

    StatusChange end = result();

    assertThat(end.execution().status()).as(end.error()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(end.execution().name()).isEqualTo("run");
    assertThat(end.execution().events()).isBetween(18_000, 22_500);
  }

  @Test
  void missingThreeTimes_fails() {
    for (int pass = 1; pass <= 3; pass++) {
      stage.on("AwaitApplied", looks("MISSING"));
    }
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.error()).isEqualTo("Drover.NotApplied");
    assertThat(end.cause()).isEqualTo("The segments are still MISSING in pass 3 after 0 waits.");
  }

  @Test
  void waiting_isEndedByItsTimeout_andByTheToken() {
    stage.on("AwaitApplied", looks("WAITING")).on("AwaitApplied", looks("WAITING"));
    stage.answers("WaitForSegments", "{}");
    stage.on(
        "WaitForSegments",
        (call, answer) -> {
          answer.succeed("{}");
          stage.simulation.after(
              Duration.ofSeconds(4), () -> stage.service.sendTaskSuccess(call.token(), "{}"));
        });
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    List<Call> looks = stage.calls("AwaitApplied");
    assertThat(gap(looks, 1)).isEqualTo(30);
    assertThat(gap(looks, 2)).isEqualTo(4);
    assertThat(looks)
        .extracting(look -> look.fields().get("waits") + " " + look.fields().get("woken"))
        .containsExactly("0 false", "1 false", "1 true");
    assertThat(stage.calls("WaitForSegments").getFirst().fields().get("expected")).isEqualTo(3);
  }

  @Test
  void disk_thatIsReadyBeforeOthers_isCompletedBeforeTheWait() {
    stage.on(
        "AwaitApplied",
        (call, answer) ->
            answer.succeed(
                "{\"status\":\"WAITING\",\"expected\":3,\"waitSeconds\":30,"
                    + "\"disks\":[\"d1\",\"d2\"],\"ready\":[\"d2\"]}"));
    stage.on("AwaitApplied", looks("WAITING"));
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.execution().status())
        .as("%s %s", end.error(), end.cause())
        .isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(Stage.path(end))
        .containsSequence("Applied", "CompleteReady", "CompleteReadyDisk", "AwaitApplied")
        .containsSequence("Applied", "WaitForSegments", "AwaitApplied");
    assertThat(stage.calls("CompleteSnapshot"))
        .extracting(call -> (Object) call.fields().get("diskId"))
        .startsWith("d2")
        .containsExactlyInAnyOrder("d2", "d1", "d2");
    assertThat(stage.calls("AwaitApplied"))
        .extracting(look -> look.fields().get("waits") + " " + look.fields().get("woken"))
        .containsExactly("0 false", "0 true", "1 false");
  }

  @Test
  void readyDisk_thatFails_failsTheRunByItsError() {
    stage.on(
        "AwaitApplied",
        (call, answer) ->
            answer.succeed(
                "{\"status\":\"WAITING\",\"expected\":3,\"waitSeconds\":30,"
                    + "\"disks\":[\"d1\",\"d2\"],\"ready\":[\"d2\"]}"));
    stage.fails("CompleteSnapshot", "dev.drover.functions.snapshot.DigestsDisagreeException");
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.error()).isEqualTo("dev.drover.functions.snapshot.DigestsDisagreeException");
    assertThat(Stage.path(end)).endsWith("ReadyDiskFailed", "FailRun", "Failed");
  }

  @Test
  void waiting_thatCannotBeEndedEarly_sleeps() {
    stage.on("AwaitApplied", looks("WAITING"));
    stage.fails("WaitForSegments", "Some.Error");
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(Stage.path(end))
        .containsSequence("WaitForSegments", "SleepForSegments", "AwaitApplied");
    assertThat(gap(stage.calls("AwaitApplied"), 1)).isEqualTo(30);
  }

  @Test
  void disk_thatFails_failsTheRunByItsError() {
    stage.fails("CompleteSnapshot", "dev.drover.functions.snapshot.DigestsDisagreeException");
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(end.error()).isEqualTo("dev.drover.functions.snapshot.DigestsDisagreeException");
    assertThat(end.cause()).isEqualTo("because");
    assertThat(Stage.path(end)).endsWith("DiskFailed", "FailRun", "Failed");
    assertThat(stage.calls("FailRun")).hasSize(1);
  }

  @Test
  void failRun_thatFails_failsTheExecutionByTheFirstError() {
    stage.fails("BeginRun", "My.Error");
    stage.fails("FailRun", "Lambda.Unknown");
    stage.fails("FailRun", "Lambda.Unknown");
    stage.fails("FailRun", "Lambda.Unknown");
    allElseIsWell();

    StatusChange end = result();

    assertThat(end.error()).isEqualTo("My.Error");
    assertThat(stage.calls("FailRun")).hasSize(3);
    assertThat(Stage.path(end)).containsExactly("Start", "BeginRun", "FailRun", "Failed");
  }
}
