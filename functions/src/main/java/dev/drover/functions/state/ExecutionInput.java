package dev.drover.functions.state;

import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.MessageJson;
import org.jspecify.annotations.Nullable;

/**
 * What an execution of replicate-run is started with, as JSON. It crosses deployments: whoever
 * starts an execution may be of another version than the definition that it begins with, and than
 * whoever hears of its end.
 *
 * @param version absent in what was started before it had one: 1
 * @param pass with which it goes on, from the one before; null: as the run has it
 */
public record ExecutionInput(
    @Nullable Integer version, JobId jobId, RunId runId, int execution, @Nullable Integer pass) {
  /** Refuses an input of a version that this build does not know. */
  public ExecutionInput {
    MessageJson.requireVersion(version == null ? 1 : version, "an execution's input");
  }

  /** Of a run's next execution. */
  public static ExecutionInput of(RunExecution execution) {
    return new ExecutionInput(
        MessageJson.VERSION, execution.jobId(), execution.runId(), execution.execution(), null);
  }

  /** The execution that it is of. */
  public RunExecution self() {
    return new RunExecution(jobId, runId, execution);
  }
}
