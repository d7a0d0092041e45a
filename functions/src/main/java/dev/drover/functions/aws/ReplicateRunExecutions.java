package dev.drover.functions.aws;

import dev.drover.functions.state.RunReference;
import dev.drover.protocol.message.MessageJson;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;

/** Executions of the state machine replicate-run; each is named by its run. */
public final class ReplicateRunExecutions {
  private final SfnClient sfn;
  private final String stateMachineArn;

  /** Executions of that state machine. */
  public ReplicateRunExecutions(SfnClient sfn, String stateMachineArn) {
    this.sfn = sfn;
    this.stateMachineArn = stateMachineArn;
  }

  /** Sees to it that the run's execution was started: its name makes the second start nothing. */
  public void start(RunReference run) {
    try {
      sfn.startExecution(
          start ->
              start
                  .stateMachineArn(stateMachineArn)
                  .name(run.runId().value())
                  .input(MessageJson.writeText(run)));
    } catch (ExecutionAlreadyExistsException e) {
      // Started before: what was asked for.
    }
  }
}
