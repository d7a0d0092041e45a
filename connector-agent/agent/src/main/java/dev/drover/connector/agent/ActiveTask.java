package dev.drover.connector.agent;

import dev.drover.connector.host.Host;
import dev.drover.connector.pulse.Limits;
import dev.drover.connector.pulse.Pulse;
import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.task.RunProgress;
import dev.drover.protocol.message.ConnectorTask;
import org.jspecify.annotations.Nullable;

/** A task that has a slot. */
final class ActiveTask {
  private final ConnectorTask.Replicate task;
  private final StopSignal stop;
  private final Pulse pulse;
  private final RunProgress progress;
  private volatile @Nullable String unwantedReason;
  private volatile boolean reading = true;

  ActiveTask(ConnectorTask.Replicate task, Host host, Limits limits) {
    this.task = task;
    this.stop = new StopSignal(host);
    this.pulse = new Pulse(host, limits, new StopSignal(host));
    this.progress = new RunProgress(task.run(), task.vmId());
  }

  ConnectorTask.Replicate task() {
    return task;
  }

  /** Ends the task; a work that is given up has ended, and its result is still to be told. */
  StopSignal stop() {
    return stop;
  }

  /** Whether its work gets on. */
  Pulse pulse() {
    return pulse;
  }

  RunProgress progress() {
    return progress;
  }

  /** The connector stops. */
  void interrupt() {
    stop.stop();
    pulse.stop().stop();
  }

  /** It has let go of the server's disks, or was left; its result is perhaps still to be told. */
  void stoppedReading() {
    reading = false;
  }

  boolean isReading() {
    return reading;
  }

  /**
   * It stops and is forgotten.
   *
   * @param reason why nobody wants it, for people
   */
  void abandon(String reason) {
    unwantedReason = reason;
    interrupt();
  }

  boolean isUnwanted() {
    return unwantedReason != null;
  }

  /** Why nobody wants it; null while somebody does. */
  @Nullable String unwantedReason() {
    return unwantedReason;
  }
}
