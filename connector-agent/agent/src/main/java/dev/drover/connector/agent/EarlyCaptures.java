package dev.drover.connector.agent;

import dev.drover.connector.host.Host;
import dev.drover.connector.pulse.Limits;
import dev.drover.connector.pulse.Pulse;
import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.task.ServerReplication;
import dev.drover.connector.task.TaskJournal;
import dev.drover.protocol.message.ConnectorTask;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes VM snapshots of tasks that wait for a slot, where the servers of an application are to be
 * captured together: the last of fifty servers would otherwise show a state that is hours younger
 * than the first one's. It only takes what the task would take; whatever fails here is tried again
 * with the slot, and said there.
 */
final class EarlyCaptures {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyCaptures.class);

  /** How many at once; what a hypervisor does not do at once it puts in a line of its own. */
  static final int AT_ONCE = 16;

  private final ServerReplication replication;
  private final TaskJournal journal;
  private final TaskBoard board;
  private final TaskCallback callback;
  private final Releases releases;
  private final Limits limits;
  private final Host host;
  private final Watch watch;

  private final Deque<ConnectorTask.Replicate> next = new ArrayDeque<>();
  private final Map<ConnectorTask.Replicate, Pulse> running = new HashMap<>();

  EarlyCaptures(
      ServerReplication replication,
      TaskJournal journal,
      TaskBoard board,
      TaskCallback callback,
      Releases releases,
      Limits limits,
      Host host,
      Watch watch) {
    this.replication = replication;
    this.journal = journal;
    this.board = board;
    this.callback = callback;
    this.releases = releases;
    this.limits = limits;
    this.host = host;
    this.watch = watch;
  }

  /** A task has come and perhaps waits; one that is captured with its slot is left alone. */
  synchronized void add(ConnectorTask.Replicate task) {
    if (Boolean.TRUE.equals(task.captureEarly())) {
      next.add(task);
      beginNext();
    }
  }

  private synchronized void beginNext() {
    while (running.size() < AT_ONCE && !next.isEmpty()) {
      ConnectorTask.Replicate task = next.remove();
      // Reserved first: a slot that takes the task now would capture the same server.
      if (board.reserve(task.vmId())) {
        if (board.waits(task)) {
          Pulse pulse = new Pulse(host, limits, new StopSignal(host));
          running.put(task, pulse);
          host.thread("capture-" + task.runId(), () -> capture(task, pulse)).start();
        } else {
          board.unreserve(task.vmId());
        }
      }
    }
  }

  private void capture(ConnectorTask.Replicate task, Pulse pulse) {
    try {
      if (isWanted(task)) {
        releases.hold(task);
        replication.captureEarly(task, journal.run(task.runId()), pulse);
      }
    } catch (TokenRefusedException e) {
      LOG.atWarn().addKeyValue("runId", task.runId()).setCause(e).log("task.refused");
      drop(task);
    } catch (IOException | RuntimeException e) {
      LOG.atWarn().addKeyValue("runId", task.runId()).setCause(e).log("capture.notEarly");
    } finally {
      leave(task, pulse);
    }
  }

  private boolean isWanted(ConnectorTask.Replicate task) {
    try {
      callback.heartbeat(task.taskToken());
      return true;
    } catch (ServiceUnavailableException e) {
      LOG.atWarn().addKeyValue("runId", task.runId()).setCause(e).log("heartbeat.failed");
      return false;
    }
  }

  private void drop(ConnectorTask.Replicate task) {
    try {
      board.drop(task);
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("runId", task.runId()).setCause(e).log("task.notDropped");
    }
  }

  /** Once: whoever hung was left before. */
  private synchronized void leave(ConnectorTask.Replicate task, Pulse pulse) {
    if (running.remove(task, pulse)) {
      board.unreserve(task.vmId());
      beginNext();
    }
  }

  /** Leaves what hangs: the task tries it again with its slot. */
  synchronized void look() {
    Map.copyOf(running)
        .forEach(
            (task, pulse) ->
                pulse
                    .hang()
                    .ifPresent(
                        hang -> {
                          watch.giveUp(task.runId(), pulse, hang);
                          leave(task, pulse);
                        }));
  }
}
