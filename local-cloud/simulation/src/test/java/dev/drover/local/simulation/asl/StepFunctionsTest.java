package dev.drover.local.simulation.asl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.local.simulation.kernel.Line;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.InvalidExecutionInputException;
import software.amazon.awssdk.services.sfn.model.InvalidNameException;
import software.amazon.awssdk.services.sfn.model.InvalidOutputException;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.StateMachineDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;

class StepFunctionsTest {
  private static final String SENDS =
      "'A':{'Type':'Task','Resource':'arn:aws:states:::sqs:sendMessage.waitForTaskToken','Arguments':"
          + "{'QueueUrl':'q','MessageBody':{'taskToken':'{% $states.context.Task.Token %}'}},'End':true}";

  private final Stage stage = Stage.of(SENDS).answers("q", "{}");
  private final List<String> calls = new ArrayList<>();
  private final Line line =
      new Line() {
        @Override
        public <T> T call(String service, String operation, String about, Supplier<T> action) {
          calls.add(service + " " + operation);
          return action.get();
        }
      };
  private final SfnClient client = new SimulatedSfnClient(stage.service, line);

  private Instant start(String name, String input) {
    return client
        .startExecution(start -> start.stateMachineArn(Stage.ARN).name(name).input(input))
        .startDate();
  }

  private String token() {
    stage.run(Duration.ofSeconds(1));
    return stage.calls.getLast().token();
  }

  @Test
  void start_sameNameAndInput_whileItRuns_isTheSameExecution() {
    Instant started = start("n", "{\"a\":1}");
    stage.run(Duration.ofMinutes(1));

    assertThat(start("n", "{\"a\":1}")).isEqualTo(started);
    assertThat(stage.calls).hasSize(1);
    assertThatThrownBy(() -> start("n", "{\"a\":2}"))
        .isInstanceOf(ExecutionAlreadyExistsException.class);
  }

  @Test
  void start_nameOfAnEndedExecution_isTakenFor90Days() {
    start("n", "{}");
    client.sendTaskSuccess(send -> send.taskToken(token()).output("1"));
    stage.run(Duration.ofDays(89));

    assertThatThrownBy(() -> start("n", "{}")).isInstanceOf(ExecutionAlreadyExistsException.class);

    stage.run(Duration.ofDays(2));
    start("n", "{}");
    assertThat(stage.changes)
        .extracting(change -> change.execution().status())
        .containsExactly(
            ExecutionStatus.RUNNING, ExecutionStatus.SUCCEEDED, ExecutionStatus.RUNNING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a/b", "a:b", "a*", "", "a\u0001"})
  void start_badName_isRefused(String name) {
    assertThatThrownBy(() -> start(name, "{}")).isInstanceOf(InvalidNameException.class);
  }

  @Test
  void start_badInputOrMachine_isRefused() {
    assertThatThrownBy(() -> start("n", "{")).isInstanceOf(InvalidExecutionInputException.class);
    assertThatThrownBy(() -> start("n".repeat(81), "{}")).isInstanceOf(InvalidNameException.class);
    assertThatThrownBy(
            () -> client.startExecution(start -> start.stateMachineArn("no").name("n").input("{}")))
        .isInstanceOf(StateMachineDoesNotExistException.class);
    assertThat(stage.service.describe("n")).isNull();
  }

  @Test
  void token_isGoodOnce() {
    start("n", "{}");
    String token = token();
    client.sendTaskHeartbeat(beat -> beat.taskToken(token));
    client.sendTaskSuccess(send -> send.taskToken(token).output("1"));

    assertThatThrownBy(() -> client.sendTaskSuccess(send -> send.taskToken(token).output("1")))
        .isInstanceOf(TaskTimedOutException.class);
    assertThatThrownBy(() -> client.sendTaskHeartbeat(beat -> beat.taskToken(token)))
        .isInstanceOf(TaskTimedOutException.class);
    assertThat(calls)
        .containsExactly(
            "states StartExecution",
            "states SendTaskHeartbeat",
            "states SendTaskSuccess",
            "states SendTaskSuccess",
            "states SendTaskHeartbeat");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "n/99", "n/x", "1"})
  void token_thatNobodyGave_isInvalid(String token) {
    start("n", "{}");
    token();

    assertThatThrownBy(() -> client.sendTaskFailure(send -> send.taskToken(token).error("E")))
        .isInstanceOf(InvalidTokenException.class);
  }

  @Test
  void token_outputThatIsNoJson_isRefused_andTheTokenStaysGood() {
    start("n", "{}");
    String token = token();

    assertThatThrownBy(() -> client.sendTaskSuccess(send -> send.taskToken(token).output("{")))
        .isInstanceOf(InvalidOutputException.class);
    client.sendTaskFailure(send -> send.taskToken(token).error("E").cause("c"));
    assertThat(stage.end().error()).isEqualTo("E");
  }

  @Test
  void stop_abortsTheExecution_andClosesItsTokens() {
    start("n", "{}");
    String token = token();

    Instant stopped =
        client
            .stopExecution(
                stop -> stop.executionArn(stage.service.executionArn("n")).error("Stopped"))
            .stopDate();

    assertThat(stopped).isEqualTo(Stage.START.plusSeconds(1));
    assertThat(stage.end().execution().status()).isEqualTo(ExecutionStatus.ABORTED);
    assertThat(stage.end().error()).isEqualTo("Stopped");
    assertThatThrownBy(() -> client.sendTaskSuccess(send -> send.taskToken(token).output("1")))
        .isInstanceOf(TaskTimedOutException.class);
    assertThatThrownBy(
            () -> client.stopExecution(stop -> stop.executionArn(stage.service.executionArn("m"))))
        .isInstanceOf(ExecutionDoesNotExistException.class);
    assertThatThrownBy(() -> client.stopExecution(stop -> stop.executionArn("other:n")))
        .isInstanceOf(ExecutionDoesNotExistException.class);
  }

  @Test
  void listener_isToldOfTheBeginAndTheEnd() {
    start("n", "{\"a\":1}");
    client.sendTaskSuccess(send -> send.taskToken(token()).output("1"));
    stage.end();

    assertThat(stage.changes)
        .extracting(change -> change.execution().status())
        .containsExactly(ExecutionStatus.RUNNING, ExecutionStatus.SUCCEEDED);
    assertThat(stage.changes.getLast().input()).isEqualTo("{\"a\":1}");
    assertThat(stage.service.runningCount()).isZero();
    assertThat(stage.service.describe("n")).isEqualTo(stage.changes.getLast().execution());
  }
}
