package dev.drover.functions.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.FakeLambdaContext;
import dev.drover.functions.world.World;
import dev.drover.protocol.InvalidMessageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class EndRunHandlerTest {
  private final World world = World.withServer();
  private final Job job = world.hourlyJob(Duration.ZERO);
  private final RunReference run = world.begin(job.id());
  private final EndRunHandler handler =
      new EndRunHandler(
          new RunFailure(
              world.state, ended -> {}, world.jobEnd, World.MAX_FAILURES, world, world.eventLog));

  private String handle(String name, String more) throws IOException {
    String event =
        """
        {"version": "0", "source": "aws.states",
         "detail-type": "Step Functions Execution Status Change",
         "detail": {"executionArn": "arn:aws:states:::execution:x:y", "name": "%s",
           "status": "ABORTED", "startDate": 1, "output": null,
           "input": "{\\"jobId\\":\\"%s\\",\\"runId\\":\\"%s\\",\\"execution\\":1}"%s}}
        """
            .formatted(name, run.jobId(), run.runId(), more);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
        output,
        new FakeLambdaContext());
    return output.toString(StandardCharsets.UTF_8);
  }

  @Test
  void handle_abortedTwice_failsTheRunOnce() throws IOException {
    handle(run.runId() + "-1", "");
    handle(run.runId() + "-1", "");

    assertThat(world.run(run).state()).isEqualTo(Run.State.FAILED);
    assertThat(world.run(run).outcome().statusMessage())
        .isEqualTo("The run's execution ended as ABORTED.");
    assertThat(world.job(job.id()).history().consecutiveFailures()).isEqualTo(1);
  }

  @Test
  void handle_withErrorAndCause_saysThem() throws IOException {
    handle(run.runId() + "-1", ", \"error\": \"States.Timeout\", \"cause\": \"It took too long.\"");

    assertThat(world.run(run).outcome().failureCode()).isEqualTo("States.Timeout");
    assertThat(world.run(run).outcome().statusMessage()).isEqualTo("It took too long.");
  }

  @Test
  void handle_inputOfAnotherRun_isRefused() {
    assertThatThrownBy(() -> handle("sms-run-00000000-1", ""))
        .isInstanceOf(InvalidMessageException.class);
    assertThat(world.run(run).state()).isEqualTo(Run.State.ACTIVE);
  }

  @Test
  void handle_anExecutionThatDoesNotHaveTheRunAnyMore_changesNothing() throws IOException {
    world.state.runs().nextExecution(world.run(run).execution());

    handle(run.runId() + "-1", "");

    assertThat(world.run(run).state()).isEqualTo(Run.State.ACTIVE);
    assertThat(world.log()).contains("run-of-another-execution");
  }
}
