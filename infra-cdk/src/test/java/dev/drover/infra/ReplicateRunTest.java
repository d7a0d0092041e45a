package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.drover.functions.account.NewerVersionException;
import dev.drover.functions.run.ReplicateRunLimits;
import dev.drover.protocol.message.MessageJson;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules that every state machine keeps, and what asl-validator does not see. */
class ReplicateRunTest {
  private static final String INVOKE = "arn:aws:states:::lambda:invoke";
  private static final String WAIT_FOR_SEGMENTS = "WaitForSegments";
  private final Definition definition = Definition.replicateRun();

  @Test
  void machine_always_hasACommentATimeoutAndJsonata() {
    assertThat(definition.json().path("Comment").asText()).isNotBlank();
    assertThat(definition.json().path("TimeoutSeconds").asInt()).isPositive();
    assertThat(definition.json().path("QueryLanguage").asText()).isEqualTo("JSONata");
  }

  @Test
  void tasks_all_haveTimeoutRetryAndCatch() {
    assertThat(definition.tasks()).isNotEmpty();
    definition
        .tasks()
        .forEach(
            (name, task) -> {
              if (!name.equals(WAIT_FOR_SEGMENTS)) { // its timeout is a wait, see below
                assertThat(task.path("TimeoutSeconds").asInt()).as(name).isPositive();
              }
              assertThat(task.path("Retry")).as(name).isNotEmpty();
              assertThat(task.path("Catch")).as(name).isNotEmpty();
              assertThat(last(task.get("Catch")).at("/ErrorEquals/0").asText())
                  .as(name)
                  .isEqualTo("States.ALL");
            });
  }

  @Test
  void retries_all_nameTheirErrorsAndAreBounded() {
    definition
        .tasks()
        .forEach(
            (name, task) ->
                assertThat(task.get("Retry"))
                    .as(name)
                    .allSatisfy(
                        retry -> {
                          assertThat(retry.at("/JitterStrategy").asText()).isEqualTo("FULL");
                          assertThat(retry.at("/MaxDelaySeconds").asInt()).isPositive();
                          assertThat(retry.at("/IntervalSeconds").asInt()).isPositive();
                          assertThat(retry.at("/BackoffRate").asDouble()).isGreaterThan(1);
                          assertThat(retry.at("/MaxAttempts").asInt()).isBetween(1, 10);
                          assertThat(retry.get("ErrorEquals"))
                              .noneMatch(error -> error.asText().equals("States.ALL"));
                        }));
  }

  /**
   * Step Functions has no include: what each task that invokes a function writes is one policy, but
   * pruning, for which nobody waits, is tried for longer after the same errors.
   */
  @Test
  void retries_ofTasksThatInvokeAFunction_allAgree() {
    Map<String, JsonNode> policies = new TreeMap<>();
    definition
        .tasks()
        .forEach(
            (name, task) -> {
              if (task.get("Resource").asText().equals(INVOKE)) {
                policies.put(name, task.get("Retry"));
              }
            });
    JsonNode ofPruning = Objects.requireNonNull(policies.remove("PruneImages"));

    assertThat(policies).hasSizeGreaterThan(1);
    assertThat(policies.values().stream().distinct()).hasSize(1);
    JsonNode ofAll = policies.values().iterator().next();
    assertThat(ofPruning.get(0).get("ErrorEquals")).isEqualTo(ofAll.get(0).get("ErrorEquals"));
    assertThat(ofPruning.get(1)).isEqualTo(ofAll.get(1));
    assertThat(ofPruning.get(2)).isEqualTo(ofAll.get(2));
    assertThat(ofPruning.get(0).get("MaxDelaySeconds").asInt()).isEqualTo(1_800);
  }

  /**
   * What a newer Drover wrote fails no run before its commit: it is waited for, and then the newest
   * definition goes on with the run.
   */
  @Test
  void newerVersion_ofAnythingRead_isTriedForHoursAndHandedOn() {
    String newer = NewerVersionException.class.getName();
    Map<String, String> next = new TreeMap<>();
    definition
        .states()
        .forEach(
            (name, state) -> {
              if (state.path("Resource").asText().equals(INVOKE)) {
                JsonNode retry = state.at("/Retry/2");
                assertThat(retry.at("/ErrorEquals/0").asText()).as(name).isEqualTo(newer);
                assertThat(retry.at("/MaxDelaySeconds").asInt()).isEqualTo(3_600);
              }
              if (state.at("/Catch/0/ErrorEquals/0").asText().equals(newer)) {
                next.put(name, state.at("/Catch/0/Next").asText());
              }
            });
    assertThat(next)
        .isEqualTo(
            Map.of(
                "BeginRun", "Ended",
                "Prepare", "HandOn",
                "AwaitApplied", "HandOn",
                "CompleteReady", "HandOn",
                "CompleteSnapshots", "HandOn",
                "PublishImage", "HandOn"));
  }

  /** Who hands on says of which version the input is that the next execution gets. */
  @Test
  void handOn_input_isOfTheVersionThatIsWritten() {
    assertThat(definition.json().at("/States/HandOn/Arguments/Input").asText())
        .contains("'version': " + MessageJson.VERSION + ",");
  }

  @Test
  void numbers_thatTheFunctionsShare_areTheirConstants() {
    JsonNode replicate = definition.json().at("/States/Replicate");
    assertThat(definition.json().get("TimeoutSeconds").asLong())
        .isEqualTo(ReplicateRunLimits.EXECUTION_LIFE.toSeconds());
    assertThat(replicate.get("TimeoutSeconds").asLong())
        .isEqualTo(ReplicateRunLimits.TASK_LIFE.toSeconds());
    assertThat(replicate.get("HeartbeatSeconds").asLong())
        .isEqualTo(ReplicateRunLimits.MAX_SILENCE.toSeconds());
    assertThat(conditions("Applied"))
        .contains("$waits < " + ReplicateRunLimits.MAX_WAITS + " ")
        .contains("$wakes < " + ReplicateRunLimits.MAX_WAKES + " ")
        .contains("$pass < " + ReplicateRunLimits.MAX_PASSES + " ");
    assertThat(conditions("MayPrepare"))
        .contains("$attempts < " + ReplicateRunLimits.MAX_ATTEMPTS_OF_EXECUTION + " ")
        .contains(" < " + ReplicateRunLimits.EXECUTION_HANDS_OVER_AFTER.toMillis() + " ");
    assertThat(conditions("SnapshotCompleted"))
        .contains("$checks < " + ReplicateRunLimits.MAX_SNAPSHOT_CHECKS + " ");
    assertThat(conditions("Published"))
        .contains("$looks - $imports < " + ReplicateRunLimits.MAX_IMAGE_LOOKS + " ")
        .contains("$imports < " + ReplicateRunLimits.MAX_IMPORT_LOOKS + " ");
  }

  /** The table of errors for people names the same numbers. */
  @Test
  void readme_whereItNamesANumber_namesTheConstant() {
    assertThat(Template.STATE_MACHINES.resolve("README.md"))
        .content()
        .contains("after " + ReplicateRunLimits.MAX_ATTEMPTS_OF_EXECUTION + " attempts")
        .contains("after " + ReplicateRunLimits.EXECUTION_HANDS_OVER_AFTER.toDays() + " days")
        .contains("silent for " + ReplicateRunLimits.MAX_SILENCE.toSeconds() + " s")
        .contains("past " + ReplicateRunLimits.TASK_LIFE.toDays() + " days")
        .contains("at most " + ReplicateRunLimits.MAX_WAITS + " times")
        .contains("the first " + ReplicateRunLimits.MAX_WAKES + " times")
        .contains("the next pass, of " + ReplicateRunLimits.MAX_PASSES)
        .contains("at most " + ReplicateRunLimits.MAX_SNAPSHOT_CHECKS + " times")
        .contains("at most " + ReplicateRunLimits.MAX_IMAGE_LOOKS + " times")
        .contains("at most " + ReplicateRunLimits.MAX_IMPORT_LOOKS + " times");
  }

  @Test
  void heartbeats_all_areShorterThanTheTimeout() {
    assertThat(definition.tasks().values())
        .filteredOn(task -> task.has("HeartbeatSeconds"))
        .isNotEmpty()
        .allSatisfy(
            task ->
                assertThat(task.get("HeartbeatSeconds").asInt())
                    .isLessThan(task.get("TimeoutSeconds").asInt()));
  }

  /** A function's own timeout comes first, so that its error says so. */
  @Test
  void tasks_thatInvokeAFunction_waitLongerThanItMayRun() {
    definition
        .tasks()
        .forEach(
            (name, task) -> {
              if (task.get("Resource").asText().equals(INVOKE)) {
                String function =
                    task.at("/Arguments/FunctionName").asText().replaceAll("\\$\\{|Arn}", "");
                int functionTimeout =
                    Template.aws().function(function).at("/Properties/Timeout").asInt();
                assertThat(task.get("TimeoutSeconds").asInt())
                    .as(name)
                    .isGreaterThan(functionTimeout);
              }
            });
  }

  /** Retry would put an old token's name on a new attempt: a silent connector needs a new plan. */
  @Test
  void replicate_whenTheConnectorIsSilentOrAsksForIt_isPreparedAnew() {
    JsonNode replicate = definition.json().at("/States/Replicate");
    assertThat(replicate.at("/Catch/0/ErrorEquals"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("States.HeartbeatTimeout", "States.Timeout", "Connector.Retry");
    assertThat(replicate.at("/Catch/0/Next").asText()).isEqualTo("PauseAfterTrouble");
    JsonNode pause = definition.json().at("/States/PauseAfterTrouble");
    assertThat(pause.get("Type").asText()).isEqualTo("Wait");
    assertThat(pause.get("Next").asText()).isEqualTo("MayPrepare");
    assertThat(replicate.get("Retry").findValuesAsText("ErrorEquals").toString())
        .doesNotContain("States.");
  }

  /**
   * It waits as AwaitApplied says, and what wakes it is only faster: neither its timeout nor its
   * failure is the run's, and after a failure the pass sleeps as if nothing could wake it.
   */
  @Test
  void waitForSegments_however_itEnds_isFollowedByALook() {
    JsonNode wait = definition.json().at("/States/WaitForSegments");
    JsonNode sleep = definition.json().at("/States/SleepForSegments");
    String asAwaitAppliedSays = "{% $states.input.waitSeconds %}";
    assertThat(wait.get("Resource").asText()).isEqualTo(INVOKE + ".waitForTaskToken");
    assertThat(wait.get("TimeoutSeconds").asText()).isEqualTo(asAwaitAppliedSays);
    assertThat(sleep.get("Seconds").asText()).isEqualTo(asAwaitAppliedSays);
    assertThat(wait.get("Next").asText()).isEqualTo("AwaitApplied");
    assertThat(sleep.get("Next").asText()).isEqualTo("AwaitApplied");

    JsonNode timeout = wait.at("/Catch/0");
    assertThat(timeout.get("ErrorEquals"))
        .extracting(JsonNode::asText)
        .containsExactly("States.Timeout");
    assertThat(timeout.get("Next").asText()).isEqualTo("AwaitApplied");
    JsonNode failure = wait.at("/Catch/1");
    assertThat(failure.get("Next").asText()).isEqualTo("SleepForSegments");
    assertThat(failure.get("Output").asText()).isEqualTo("{% $states.input %}");
    assertThat(failure.at("/Assign/wakes").asInt()).isEqualTo(ReplicateRunLimits.MAX_WAKES);
  }

  /** Rules of the functions rest on how long a pass has waited: what was cut short is no wait. */
  @Test
  void waits_thatEndedEarly_areCountedApart() {
    JsonNode wait = definition.json().at("/States/WaitForSegments");
    JsonNode sleep = definition.json().at("/States/SleepForSegments");
    String oneMore = "{% $waits + 1 %}";
    assertThat(wait.at("/Catch/0/Assign/waits").asText()).isEqualTo(oneMore);
    assertThat(sleep.at("/Assign/waits").asText()).isEqualTo(oneMore);
    assertThat(wait.get("Assign").has("waits")).isFalse();
    assertThat(wait.at("/Assign/wakes").asText()).isEqualTo("{% $wakes + 1 %}");
    assertThat(wait.at("/Assign/woken").asBoolean()).isTrue();
    assertThat(definition.json().at("/States/AwaitApplied/Assign").has("waits")).isFalse();
    JsonNode replicate = definition.json().at("/States/Replicate/Assign");
    assertThat(replicate.get("waits").asInt(-1)).isZero();
    assertThat(replicate.get("wakes").asInt(-1)).isZero();
  }

  /** What may pass is retried as everywhere; a wait that is over is not begun again. */
  @Test
  void waitForSegments_retries_whatOthersRetryButForTimeouts() {
    JsonNode retry = definition.json().at("/States/WaitForSegments/Retry");
    assertThat(retry).hasSize(1);
    assertThat(retry.get(0)).isEqualTo(definition.json().at("/States/AwaitApplied/Retry/0"));
    assertThat(retry.toString()).doesNotContain("States.");
  }

  @Test
  void placeholders_all_areVersionsOfTheirFunctionsThatStay() {
    Template template = Template.aws();
    JsonNode machine =
        template.resources("AWS::StepFunctions::StateMachine").entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("ReplicateRun"))
            .findFirst()
            .orElseThrow()
            .getValue()
            .get("Properties");
    Map<String, String> expected = new TreeMap<>();
    Matcher placeholder =
        Pattern.compile("\\$\\{(\\w+)Arn}").matcher(machine.get("DefinitionString").asText());
    while (placeholder.find()) {
      expected.put(placeholder.group(1) + "Arn", "Drover-" + placeholder.group(1));
    }
    Map<String, String> substituted = new TreeMap<>();
    Map<String, JsonNode> versions = template.resources("AWS::Lambda::Version");
    machine
        .get("DefinitionSubstitutions")
        .properties()
        .forEach(
            entry -> {
              String logicalId = entry.getValue().path("Ref").asText();
              assertThat(versions).as(entry.getKey()).containsKey(logicalId);
              JsonNode version = template.json().at("/Resources/" + logicalId);
              // Not plain Retain: what a failed deployment made would stand in the way of the next.
              assertThat(version.path("DeletionPolicy").asText()).isEqualTo("RetainExceptOnCreate");
              assertThat(version.path("UpdateReplacePolicy").asText()).isEqualTo("Retain");
              substituted.put(
                  entry.getKey(),
                  template
                      .properties(version.at("/Properties/FunctionName/Ref").asText())
                      .at("/FunctionName")
                      .asText());
            });
    assertThat(substituted).isEqualTo(expected).hasSize(11);
    assertThat(machine.at("/LoggingConfiguration/Level").asText()).isEqualTo("ALL");
    assertThat(machine.at("/LoggingConfiguration/IncludeExecutionData"))
        .as("task tokens are execution data")
        .isEqualTo(BooleanNode.FALSE);
    assertThat(machine.at("/TracingConfiguration/Enabled").asBoolean()).isTrue();
  }

  /** What is called by the alias needs its newest version only. */
  @Test
  void versions_thatNoExecutionCalls_goWithTheNextDeployment() {
    assertThat(
            Template.aws().resources("AWS::Lambda::Version").values().stream()
                .filter(version -> version.path("DeletionPolicy").asText().startsWith("Retain")))
        .hasSize(11);
  }

  /** An execution that began before a deployment calls what it began with, and may. */
  @Test
  void role_mayInvokeEveryVersionOfWhatExecutionsCall_andNothingElse() {
    assertThat(
            Template.aws().resources("AWS::IAM::Policy").entrySet().stream()
                .filter(policy -> policy.getKey().startsWith("ReplicateRunRole"))
                .flatMap(
                    policy ->
                        Template.elements(
                            policy.getValue().at("/Properties/PolicyDocument/Statement"))
                            .stream())
                .filter(
                    statement -> statement.get("Action").asText().equals("lambda:InvokeFunction"))
                .flatMap(statement -> Template.elements(statement.get("Resource")).stream())
                .map(Template::render))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(DeclaredFunction.values())
                .filter(DeclaredFunction::isCalledByExecutions)
                .map(
                    called ->
                        "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
                            + "Drover-"
                            + called.constructId()
                            + ":*")
                .toList());
  }

  private String conditions(String choice) {
    return String.join(
        "\n",
        definition
            .states()
            .getOrDefault(choice, MissingNode.getInstance())
            .findValuesAsText("Condition"));
  }

  private static JsonNode last(JsonNode array) {
    return array.get(array.size() - 1);
  }
}
