package dev.drover.connector.agent;

import dev.drover.connector.task.FailureCode;
import dev.drover.connector.task.TaskFailure;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.message.ConnectorTask;

/** Sentences for tasks that are not begun. */
final class Refusal {
  private Refusal() {}

  static TaskFailure deadlinePassed(ConnectorTask.Replicate task) {
    return new TaskFailure(
        FailureCode.DEADLINE_PASSED,
        "The task of "
            + task.runId()
            + " came to its turn after its deadline, "
            + task.deadline()
            + ": give the connector more slots or the jobs more time.");
  }

  static TaskFailure wrongEnvironment(ConnectorTask.Replicate task, EnvironmentName own) {
    return new TaskFailure(
        FailureCode.WRONG_ENVIRONMENT,
        "The task of "
            + task.runId()
            + " is of environment '"
            + task.environment()
            + "', this connector serves '"
            + own
            + "': check environment in its configuration.");
  }
}
