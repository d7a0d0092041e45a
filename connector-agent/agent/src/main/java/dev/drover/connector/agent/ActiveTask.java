package dev.drover.connector.agent;

import dev.drover.connector.host.Host;
import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.task.RunProgress;
import dev.drover.protocol.message.ConnectorTask;
import org.jspecify.annotations.Nullable;

/** A task that has a slot. */
final class ActiveTask {
  private final ConnectorTask.Replicate task;
  private final StopSignal stop;
  private final RunProgress progress;
  private volatile @Nullable String unwantedReason;

  ActiveTask(ConnectorTask.Replicate task, Host host) {
    this.task = task;
    this.stop = new StopSignal(host);
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

  /**
   * It stops and is forgotten.
   *
   * @param reason why nobody wants it, for people
   */
  void abandon(String reason) {
    unwantedReason = reason;
    stop.stop();
  }

  boolean isUnwanted() {
    return unwantedReason != null;
  }

  /** Why nobody wants it; null while somebody does. */
  @Nullable String unwantedReason() {
    return unwantedReason;
  }
}
