package dev.drover.connector.agent;

import dev.drover.connector.task.TaskFailure;
import dev.drover.protocol.message.TaskResult;

/** How a task left its slot. */
public sealed interface TaskOutcome {
  /** All disks are staged and the cloud knows. */
  record Succeeded(TaskResult result) implements TaskOutcome {}

  /** It could not be done and the cloud knows. */
  record Failed(TaskFailure failure) implements TaskOutcome {}

  /**
   * Nobody wants it any more; nothing was told.
   *
   * @param reason why, for people
   */
  record Abandoned(String reason) implements TaskOutcome {}

  /** The connector stops; the task goes on after the next start. */
  record Interrupted() implements TaskOutcome {}
}
