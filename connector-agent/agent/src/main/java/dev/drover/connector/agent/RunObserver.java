package dev.drover.connector.agent;

import dev.drover.connector.task.RunProgress;

/** Is told when tasks begin and end, for a person who watches. */
public interface RunObserver {
  /** A task has got a slot. */
  void started(RunProgress progress);

  /** A task has left its slot. */
  void ended(RunProgress progress, TaskOutcome outcome);
}
