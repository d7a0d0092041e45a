package dev.drover.connector.agent;

import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.task.RunProgress;
import dev.drover.protocol.message.ConnectorTask;

/** A task that has a slot. */
final class ActiveTask {
  private final ConnectorTask.Replicate task;
  private final StopSignal stop = new StopSignal();
  private final RunProgress progress;
  private volatile boolean unwanted;

  ActiveTask(ConnectorTask.Replicate task) {
    this.task = task;
    this.progress = new RunProgress(task.run(), task.vmId());
  }

  ConnectorTask.Replicate task() {
    return task;
  }

  StopSignal stop() {
    return stop;
  }

  RunProgress progress() {
    return progress;
  }

  /** Nobody waits for it any more, or a newer attempt is there: it stops and is forgotten. */
  void abandon() {
    unwanted = true;
    stop.stop();
  }

  boolean isUnwanted() {
    return unwanted;
  }
}
