package dev.drover.local.simulation.asl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;

class StateMachineTest {
  private static final String TASK =
      "'Type':'Task','Resource':'arn:aws:states:::lambda:invoke',"
          + "'Arguments':{'FunctionName':'f','Payload':'{% $states.input %}'}";
  private static final String TOKEN_TASK =
      "'Type':'Task','Resource':'arn:aws:states:::lambda:invoke.waitForTaskToken','Arguments':"
          + "{'FunctionName':'f','Payload':{'taskToken':'{% $states.context.Task.Token %}'}}";
  private static final String CAUGHT =
      "'Catch':[{'ErrorEquals':['States.ALL'],'Assign':{'e':'{% $states.errorOutput %}'},'Next':'C'}]";
  private static final String SHOW_CAUGHT = "'C':{'Type':'Succeed','Output':'{% $e.Error %}'}";

  private static @Nullable Object output(String states, String input) {
    StatusChange end = Stage.of(states).result(input);
    assertThat(end.execution().status())
        .as("%s %s", end.error(), end.cause())
        .isEqualTo(ExecutionStatus.SUCCEEDED);
    return Json.parse(String.valueOf(end.output()));
  }

  private static @Nullable String error(String states, String input) {
    StatusChange end = Stage.of(states).result(input);
    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.FAILED);
    return end.error();
  }

  @ParameterizedTest
  @MethodSource
  void parse_whatIsNotInterpreted_isRefusedByName(String states, String named) {
    assertThatThrownBy(() -> StateMachine.parse(Stage.machine(states), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }

  static Stream<Arguments> parse_whatIsNotInterpreted_isRefusedByName() {
    return Stream.of(
        arguments("'A':{'Type':'Parallel','End':true}", "Parallel"),
        arguments("'A':{'Type':'Pass','Result':1,'End':true}", "Result"),
        arguments("'A':{'Type':'Wait','Timestamp':'x','Seconds':1,'End':true}", "Timestamp"),
        arguments("'A':{'Type':'Pass','Next':'B'}", "state B"),
        arguments("'A':{'Type':'Pass'}", "Next"),
        arguments("'A':{'Type':'Pass','Output':'{% $now() %}','End':true}", "$now"),
        arguments(
            "'A':{'Type':'Pass','Output':'{% $states.context.Execution.RoleArn %}','End':true}",
            "RoleArn"),
        arguments("'A':{'Type':'Pass','Output':'{% 1 + %}','End':true}", "JSONata"),
        arguments("'A':{'Type':'Pass','QueryLanguage':'JSONPath','End':true}", "JSONPath"),
        arguments("'A':{'Type':'Task','Resource':'arn:aws:states:::sns:publish'}", "sns"),
        arguments("'A':{" + TASK + ",'HeartbeatSeconds':1,'End':true}", "HeartbeatSeconds"),
        arguments(
            "'A':{" + TASK.replace("'Payload'", "'Qualifier':'1','Payload'") + ",'End':true}",
            "Qualifier"),
        arguments("'A':{" + TASK + ",'Retry':[{'ErrorEquals':['E'],'Odd':1}],'End':true}", "Odd"),
        arguments(
            "'A':{"
                + TASK
                + ",'Retry':[{'ErrorEquals':['States.ALL']},{'ErrorEquals':['E']}],'End':true}",
            "States.ALL"),
        arguments(
            "'A':{'Type':'Pass','Output':'{% $states.result %}','End':true}", "$states.result"),
        arguments(
            "'A':{" + TASK.replace("input", "context.Task.Token") + ",'End':true}", "context.Task"),
        arguments(
            "'A':{" + TASK + ",'Output':'{% $states.errorOutput.Error %}','End':true}",
            "errorOutput"),
        arguments("'A':{'Type':'Succeed','Assign':{}}", "Assign"));
  }

  @Test
  void parse_substitutionWithoutValue_isRefused() {
    String machine = Stage.machine("'A':{'Type':'Pass','Output':'${Arn}','End':true}");

    assertThatThrownBy(() -> StateMachine.parse(machine, Map.of())).hasMessageContaining("${Arn}");
    assertThat(new Stage(StateMachine.parse(machine, Map.of("Arn", "a\"b"))).result("{}").output())
        .isEqualTo("\"a\\\"b\"");
  }

  @Test
  void parse_iterationAssignsOuterVariable_isRefused() {
    String states =
        "'A':{'Type':'Map','Items':[1],'Assign':{'x':1},'ItemProcessor':{'ProcessorConfig':"
            + "{'Mode':'INLINE'},'StartAt':'I','States':{'I':{'Type':'Pass','Assign':{'x':2},"
            + "'End':true}}},'End':true}";

    assertThatThrownBy(() -> StateMachine.parse(Stage.machine(states), Map.of()))
        .hasMessageContaining("variable x");
  }

  @Test
  void assign_readsOldValues_andIsVisibleInTheNextState() {
    Object output =
        output(
            "'A':{'Type':'Pass','Assign':{'x':1,'y':2},'Next':'B'},"
                + "'B':{'Type':'Pass','Assign':{'x':'{% $y %}','y':'{% $x %}'},"
                + "'Output':'{% [$x, $y] %}','Next':'C'},"
                + "'C':{'Type':'Pass','Output':{'before':'{% $states.input %}','after':'{% [$x, $y] %}'},"
                + "'End':true}",
            "{}");

    assertThat(output).isEqualTo(Map.of("before", List.of(1, 2), "after", List.of(2, 1)));
  }

  @Test
  void values_roundTrip_asJsonWouldHaveThem() {
    Object output =
        output(
            "'A':{'Type':'Pass','Assign':{'n':'{% $states.input.n %}','one':'{% $states.input.one %}'},"
                + "'Next':'B'},"
                + "'B':{'Type':'Succeed','Output':{'n':'{% $n %}','one':'{% $one %}','text':'{% $n & \\'\\' %}',"
                + "'power':'{% $power(2, 3) %}','c':[true, null, 1.5]}}",
            "{\"n\":null,\"one\":[5]}");

    assertThat(Json.write(output))
        .isEqualTo("{\"n\":null,\"one\":[5],\"text\":\"null\",\"power\":8,\"c\":[true,null,1.5]}");
  }

  @Test
  void expression_thatReturnsNothing_isAQueryEvaluationError() {
    assertThat(error("'A':{'Type':'Pass','Output':'{% $states.input.x %}','End':true}", "{}"))
        .isEqualTo("States.QueryEvaluationError");
  }

  @Test
  void expression_ofTheWrongType_isAQueryEvaluationError() {
    assertThat(
            error(
                "'A':{'Type':'Pass','Output':'{% $states.input.x + 1 %}','End':true}",
                "{\"x\":\"a\"}"))
        .isEqualTo("States.QueryEvaluationError");
    assertThat(
            error("'A':{'Type':'Wait','Seconds':'{% $states.input.x %}','End':true}", "{\"x\":-1}"))
        .isEqualTo("States.QueryEvaluationError");
  }

  @Test
  void task_whoseOutputFails_isCaught() {
    Stage stage =
        Stage.of(
                "'A':{"
                    + TASK
                    + ",'Output':'{% $states.result.Payload.no %}',"
                    + CAUGHT
                    + ",'Next':'C'},"
                    + SHOW_CAUGHT)
            .answers("f", "{}");

    assertThat(stage.result("{}").output()).isEqualTo("\"States.QueryEvaluationError\"");
  }

  @Test
  void context_tellsExecutionAndState() {
    Object output =
        output(
            "'A':{'Type':'Succeed','Output':'{% [$states.context.Execution.Id,"
                + "$states.context.Execution.Name,$states.context.Execution.Input,"
                + "$states.context.Execution.StartTime,$states.context.State.Name] %}'}",
            "{\"k\":1}");

    assertThat(output)
        .isEqualTo(
            List.of(
                "arn:aws:states:eu-central-1:123456789012:execution:m:run",
                "run",
                Map.of("k", 1),
                "2026-11-23T00:00:00Z",
                "A"));
  }

  @Test
  void choice_ruleThatMatches_assignsItsOwn_andTheDefaultAssignsTheStates() {
    String states =
        "'A':{'Type':'Pass','Assign':{'x':0},'Next':'B'},"
            + "'B':{'Type':'Choice','Choices':[{'Condition':'{% $states.input.a = 1 %}','Next':'D'},"
            + "{'Condition':'{% $states.input.a = 2 %}','Assign':{'x':2},'Next':'D'}],"
            + "'Assign':{'x':9},'Default':'D'},'D':{'Type':'Succeed','Output':'{% $x %}'}";

    assertThat(output(states, "{\"a\":1}")).isEqualTo(0);
    assertThat(output(states, "{\"a\":2}")).isEqualTo(2);
    assertThat(output(states, "{\"a\":3}")).isEqualTo(9);
  }

  @Test
  void choice_nothingMatches_failsByName() {
    String states =
        "'A':{'Type':'Choice','Choices':[{'Condition':'{% $states.input.a = 1 %}','Next':'D'}]},"
            + "'D':{'Type':'Succeed'}";

    assertThat(error(states, "{}")).isEqualTo("States.NoChoiceMatched");
    assertThat(error(states.replace("= 1", ""), "{\"a\":1}"))
        .isEqualTo("States.QueryEvaluationError");
  }

  @Test
  void wait_takesItsSeconds() {
    Stage stage = Stage.of("'A':{'Type':'Wait','Seconds':'{% $states.input.s %}','End':true}");

    StatusChange end = stage.result("{\"s\":90}");

    assertThat(Duration.between(Stage.START, end.execution().ended()))
        .isBetween(Duration.ofSeconds(90), Duration.ofSeconds(91));
  }

  @Test
  void fail_endsWithErrorAndCause() {
    StatusChange end =
        Stage.of("'A':{'Type':'Fail','Error':'{% $states.input.e %}','Cause':'so'}")
            .result("{\"e\":\"My.Error\"}");

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(end.error()).isEqualTo("My.Error");
    assertThat(end.cause()).isEqualTo("so");
    assertThat(end.execution().events()).isEqualTo(3);
  }

  @Test
  void task_givesPayloadStatusAndVersion_inFiveEvents() {
    Stage stage = Stage.of("'A':{" + TASK + ",'End':true}").answers("f", "{\"r\":1}");

    StatusChange end = stage.result("{\"k\":1}");

    assertThat(stage.calls.getFirst().body()).isEqualTo("{\"k\":1}");
    assertThat(Json.parse(String.valueOf(end.output())))
        .isEqualTo(
            Map.of("ExecutedVersion", "$LATEST", "Payload", Map.of("r", 1), "StatusCode", 200));
    assertThat(end.execution().events()).isEqualTo(1 + 5 + 1);
  }

  @Test
  void retry_backsOffToItsLimit_andCountsThreeEventsEach() {
    Stage stage =
        Stage.of(
                "'A':{"
                    + TASK
                    + ",'Retry':[{'ErrorEquals':['E'],'IntervalSeconds':2,'MaxAttempts':4,"
                    + "'BackoffRate':3,'MaxDelaySeconds':10}],'End':true}")
            .fails("f", "E");

    StatusChange end = stage.result("{}");

    assertThat(end.error()).isEqualTo("E");
    assertThat(gapsSeconds(stage)).containsExactly(2L, 6L, 10L, 10L);
    assertThat(end.execution().events()).isEqualTo(1 + 1 + 5 * 3 + 1);
  }

  private static List<Long> gapsSeconds(Stage stage) {
    return IntStream.range(1, stage.calls.size())
        .mapToObj(
            i ->
                Duration.between(stage.calls.get(i - 1).time(), stage.calls.get(i).time())
                    .toSeconds())
        .toList();
  }

  @Test
  void retry_fullJitter_drawsUpToTheDelay() {
    Stage stage =
        Stage.of(
                "'A':{"
                    + TASK
                    + ",'Retry':[{'ErrorEquals':['E'],'IntervalSeconds':1000,"
                    + "'MaxAttempts':50,'BackoffRate':1,'JitterStrategy':'FULL'}],'End':true}")
            .fails("f", "E");

    stage.result("{}");

    assertThat(gapsSeconds(stage)).hasSize(50).allMatch(gap -> gap <= 1000);
    assertThat(gapsSeconds(stage).stream().mapToLong(gap -> gap).average().orElseThrow())
        .isBetween(350.0, 650.0);
  }

  @Test
  void retry_firstThatMatchesDecides_andCountsAnewInTheNextVisit() {
    Stage stage =
        Stage.of(
                "'A':{"
                    + TASK
                    + ",'Retry':[{'ErrorEquals':['E'],'MaxAttempts':1},"
                    + "{'ErrorEquals':['States.ALL'],'MaxAttempts':5}],"
                    + "'Catch':[{'ErrorEquals':['E'],'Output':'{% $states.input %}','Next':'A'}],'End':true}")
            .fails("f", "E")
            .fails("f", "E")
            .fails("f", "E")
            .answers("f", "{}");

    StatusChange end = stage.result("{}");

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(Stage.path(end)).containsExactly("A", "A");
    assertThat(stage.calls).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    "States.ALL,E,true",
    "States.ALL,States.Timeout,true",
    "States.ALL,States.Runtime,false",
    "States.ALL,States.DataLimitExceeded,false",
    "States.Runtime,States.Runtime,false",
    "States.DataLimitExceeded,States.DataLimitExceeded,true",
    "States.TaskFailed,E,true",
    "States.TaskFailed,States.QueryEvaluationError,true",
    "States.TaskFailed,States.Timeout,false",
    "States.TaskFailed,States.HeartbeatTimeout,false",
    "States.Timeout,States.HeartbeatTimeout,true",
    "States.HeartbeatTimeout,States.Timeout,false"
  })
  void errorEquals(String name, String error, boolean takes) {
    assertThat(new StateError(error, null).isTakenBy(name)).isEqualTo(takes);
  }

  @Test
  void catch_withoutOutput_handsOnTheErrorOutput() {
    Stage stage =
        Stage.of(
                "'A':{"
                    + TASK
                    + ",'Catch':[{'ErrorEquals':['States.TaskFailed'],'Next':'B'}],'Next':'B'},"
                    + "'B':{'Type':'Succeed'}")
            .fails("f", "E");

    assertThat(stage.result("{}").output()).isEqualTo("{\"Error\":\"E\",\"Cause\":\"because\"}");
  }

  @Test
  void catch_whoseOwnExpressionFails_endsTheExecution() {
    Stage stage =
        Stage.of(
                "'A':{"
                    + TASK
                    + ",'Catch':[{'ErrorEquals':['States.ALL'],"
                    + "'Output':'{% $states.input.no %}','Next':'B'}],'Next':'B'},'B':{'Type':'Succeed'}")
            .fails("f", "E");

    assertThat(stage.result("{}").error()).isEqualTo("States.QueryEvaluationError");
  }

  @Test
  void timeout_endsTheAttempt_andALateAnswerChangesNothing() {
    Stage stage =
        Stage.of(
            "'A':{"
                + TASK
                + ",'TimeoutSeconds':'{% $states.input.t %}',"
                + CAUGHT
                + ",'Next':'C'},"
                + SHOW_CAUGHT);
    stage.on(
        "f",
        (call, answer) ->
            stage.simulation.after(Duration.ofSeconds(31), () -> answer.succeed("{}")));

    StatusChange end = stage.result("{\"t\":30}");

    assertThat(end.output()).isEqualTo("\"States.Timeout\"");
    assertThat(end.execution().events()).isEqualTo(1 + 5 + 2 + 1);
    assertThat(Stage.path(end)).containsExactly("A", "C");
  }

  @Test
  void machineTimeout_endsAsTimedOut() {
    Stage stage =
        new Stage(
            Stage.machine("'A':{" + TASK + ",'End':true}")
                .replace("\"StartAt\"", "\"TimeoutSeconds\":60,\"StartAt\""));
    stage.on("f", Stage.silence());

    StatusChange end = stage.result("{}");

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.TIMED_OUT);
    assertThat(end.execution().ended()).isEqualTo(Stage.START.plusSeconds(60));
  }

  @Test
  void token_endsTheTask_whenTheFunctionHasAnswered_andBefore() {
    Stage stage = Stage.of("'A':{" + TOKEN_TASK + ",'End':true}");
    stage.on(
        "f",
        (call, answer) -> {
          answer.succeed("{}");
          stage.simulation.after(
              Duration.ofSeconds(9), () -> stage.service.sendTaskSuccess(call.token(), "[7]"));
        });

    StatusChange end = stage.result("{}");

    assertThat(end.output()).isEqualTo("[7]");
    assertThat(end.execution().events()).isEqualTo(1 + 6 + 1);

    Stage early = Stage.of("'A':{" + TOKEN_TASK + ",'End':true}");
    early.on(
        "f",
        (call, answer) -> {
          early.service.sendTaskSuccess(call.token(), "[8]");
          answer.fail("E", "too late");
        });
    assertThat(early.result("{}").output()).isEqualTo("[8]");
  }

  @Test
  void token_isNewForEachAttempt_andTheOldOneIsClosed() {
    Stage stage =
        Stage.of(
                "'A':{"
                    + TOKEN_TASK
                    + ",'Retry':[{'ErrorEquals':['E'],'MaxAttempts':1}],'End':true}")
            .fails("f", "E");
    stage.on("f", (call, answer) -> answer.succeed("{}"));
    stage.start("{}");
    stage.run(Duration.ofMinutes(1));

    String first = stage.calls.get(0).token();
    String second = stage.calls.get(1).token();

    assertThat(second).isNotEqualTo(first);
    assertThatThrownBy(() -> stage.service.sendTaskSuccess(first, "1"))
        .isInstanceOf(TaskTimedOutException.class);
    stage.service.sendTaskFailure(second, "My.Error", "c");
    assertThat(stage.end().error()).isEqualTo("My.Error");
  }

  @Test
  void heartbeat_keepsTheTaskAlive_andItsAbsenceEndsIt() {
    Stage stage =
        Stage.of(
            "'A':{"
                + TOKEN_TASK
                + ",'HeartbeatSeconds':300,"
                + CAUGHT
                + ",'Next':'C'},"
                + SHOW_CAUGHT);
    stage.on(
        "f",
        (call, answer) -> {
          answer.succeed("{}");
          for (int minute = 4; minute <= 40; minute += 4) {
            stage.simulation.after(
                Duration.ofMinutes(minute), () -> stage.service.sendTaskHeartbeat(call.token()));
          }
        });

    StatusChange end = stage.result("{}");

    assertThat(end.output()).isEqualTo("\"States.HeartbeatTimeout\"");
    assertThat(Duration.between(Stage.START, end.execution().ended()))
        .isBetween(Duration.ofMinutes(45), Duration.ofMinutes(46));
    assertThatThrownBy(() -> stage.service.sendTaskHeartbeat(stage.calls.getFirst().token()))
        .isInstanceOf(TaskTimedOutException.class);
  }

  private static String map(String processor, String more) {
    return "'A':{'Type':'Map','Items':'{% $states.input.items %}',"
        + "'ItemSelector':{'i':'{% $states.context.Map.Item.Index %}','v':'{% $states.context.Map.Item.Value %}',"
        + "'f':'{% $states.input.f %}'},'MaxConcurrency':2,"
        + "'ItemProcessor':{'ProcessorConfig':{'Mode':'INLINE'},'StartAt':'I','States':{"
        + processor
        + "}},"
        + more
        + "}";
  }

  @Test
  void map_runsSoManyAtOnce_andKeepsTheOrder() {
    Stage stage =
        Stage.of(
            map(
                "'I':{" + TASK + ",'Output':'{% $states.result.Payload %}','End':true}",
                "'End':true"));
    stage.on(
        "f",
        (call, answer) -> {
          Object v = call.fields().get("v");
          stage.simulation.after(
              Duration.ofSeconds(Long.parseLong("" + v)), () -> answer.succeed("" + v));
        });

    StatusChange end = stage.result("{\"items\":[30,10,10,10],\"f\":1}");

    assertThat(end.output()).isEqualTo("[30,10,10,10]");
    assertThat(stage.calls.get(2).time()).isAfter(Stage.START.plusSeconds(10));
    assertThat(Duration.between(Stage.START, end.execution().ended()))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
    assertThat(stage.calls.getFirst().body()).isEqualTo("{\"i\":0,\"v\":30,\"f\":1}");
    assertThat(end.execution().events()).isEqualTo(1 + 4 + 4 * (2 + 5) + 1);
  }

  @Test
  void map_withoutItems_succeeds() {
    assertThat(
            Stage.of(map("'I':{'Type':'Pass','End':true}", "'End':true"))
                .result("{\"items\":[],\"f\":1}")
                .output())
        .isEqualTo("[]");
  }

  @Test
  void map_iterationReadsOuterVariables_andKeepsItsOwn() {
    String forEach =
        map(
            "'I':{'Type':'Pass','Assign':{'mine':'{% $outer + $states.input.i %}'},'Next':'J'},"
                + "'J':{'Type':'Succeed','Output':'{% $mine %}'}",
            "'Assign':{'all':'{% $states.result %}'},'Next':'E'");

    Object output =
        output(
            "'A':{'Type':'Pass','Assign':{'outer':5},'Next':'M'},"
                + forEach.replace("'A':{", "'M':{")
                + ",'E':{'Type':'Succeed','Output':{'all':'{% $all %}','mine':'{% $exists($mine) %}'}}",
            "{\"items\":[1,2],\"f\":1}");

    assertThat(output).isEqualTo(Map.of("all", List.of(5, 6), "mine", false));
  }

  @Test
  void map_failedIteration_stopsTheOthers_andIsCaughtByItsError() {
    Stage stage =
        Stage.of(
            map(
                    "'I':{"
                        + TASK
                        + ",'Next':'J'},'J':{'Type':'Fail','Error':'Disk.Error','Cause':'c'}",
                    CAUGHT + ",'Next':'C'")
                + ","
                + SHOW_CAUGHT);
    stage.on(
        "f",
        (call, answer) -> stage.simulation.after(Duration.ofSeconds(1), () -> answer.succeed("1")));
    stage.on(
        "f",
        (call, answer) ->
            stage.simulation.after(Duration.ofSeconds(60), () -> answer.succeed("1")));

    StatusChange end = stage.result("{\"items\":[1,2,3],\"f\":1}");

    assertThat(end.output()).isEqualTo("\"Disk.Error\"");
    assertThat(stage.calls).hasSize(2);
    assertThat(end.execution().ended()).isBefore(Stage.START.plusSeconds(3));
  }

  @Test
  void map_withRetry_beginsAnew() {
    Stage stage =
        Stage.of(
                map(
                    "'I':{" + TASK + ",'End':true}",
                    "'Retry':[{'ErrorEquals':['E'],'MaxAttempts':1}],'End':true"))
            .answers("f", "1")
            .fails("f", "E")
            .answers("f", "1");

    StatusChange end = stage.result("{\"items\":[1,2],\"f\":1}");

    assertThat(end.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(stage.calls).hasSize(4);
  }

  @Test
  void map_inAStoppedExecution_closesTheTokensOfItsIterations() {
    Stage stage =
        Stage.of(map("'I':{" + TOKEN_TASK + ",'End':true}", "'End':true")).answers("f", "1");
    stage.start("{\"items\":[1,2],\"f\":1}");
    stage.run(Duration.ofSeconds(1));

    stage.service.stop(stage.service.executionArn("run"), null, null);

    assertThat(stage.calls).hasSize(2);
    for (Stage.Call call : stage.calls) {
      assertThatThrownBy(() -> stage.service.sendTaskHeartbeat(call.token()))
          .isInstanceOf(TaskTimedOutException.class);
    }
  }

  @Test
  void data_overTheLimit_failsWhatStatesAllDoesNotCatch() {
    Stage stage = Stage.of("'A':{" + TASK + "," + CAUGHT + ",'Next':'C'}," + SHOW_CAUGHT);
    stage.answers("f", '"' + "x".repeat(262_144) + '"');

    assertThat(stage.result("{}").error()).isEqualTo("States.DataLimitExceeded");
  }

  @Test
  void size_countsWhatJsonWouldHave() {
    Object value =
        Json.parse("{\"a\":[1,-2.5,true,null,\"ä€😀\\\"\\n\\u0001\"],\"b\":{},\"c\":[]}");

    assertThat(Json.bytes(value))
        .isEqualTo(Json.write(value).getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void history_atItsLimit_failsTheExecution() {
    Stage stage =
        Stage.of(
            "'A':{"
                + TASK
                + ","
                + CAUGHT
                + ",'Output':'{% $states.input %}','Next':'A'},"
                + SHOW_CAUGHT);
    stage.answers("f", "{}");

    StatusChange end = stage.result("{}");

    assertThat(end.error()).isEqualTo("States.Runtime");
    assertThat(end.execution().events()).isEqualTo(25_000);
    assertThat(stage.calls.size()).isBetween(4_990, 5_000);
  }
}
