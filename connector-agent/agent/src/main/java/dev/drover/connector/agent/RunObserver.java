package dev.drover.connector.agent;

import dev.drover.connector.task.RunProgress;

/** Is told when tasks begin and end, for a person who watches. */
public interface RunObserver {
  /** A task has got a slot. */
  void started(RunProgress progress);

  /**
   * Something keeps going wrong; it is tried again.
   *
   * @param what the server whose run it is, or the connector's part
   */
  void troubled(String what, String sentence);

  /** A task has left its slot. */
  void ended(RunProgress progress, TaskOutcome outcome);
}
