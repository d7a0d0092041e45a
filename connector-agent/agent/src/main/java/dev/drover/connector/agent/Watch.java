package dev.drover.connector.agent;

import dev.drover.connector.pulse.Hang;
import dev.drover.connector.pulse.Pulse;
import dev.drover.protocol.RunId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up the work of tasks that hang, and counts the threads that such work has left behind: each
 * may hold one of the extents' workers, until it comes back or the process ends.
 */
final class Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final List<Pulse> left = new CopyOnWriteArrayList<>();

  /**
   * Looks at tasks that run.
   *
   * @param draining also who waits must get on
   */
  void look(List<ActiveTask> tasks, boolean draining) {
    for (ActiveTask task : tasks) {
      Pulse pulse = task.pulse();
      if (!pulse.givenUp().isDone()) {
        Optional<Hang> hang = draining ? pulse.hang().or(pulse::stillness) : pulse.hang();
        hang.ifPresent(found -> giveUp(task.task().runId(), pulse, found));
      }
    }
    left.removeIf(Pulse::isIdle);
  }

  /** Leaves the work that the pulse is of. */
  void giveUp(RunId run, Pulse pulse, Hang hang) {
    LOG.atError().addKeyValue("runId", run).addKeyValue("hangs", hang.text()).log("task.hangs");
    left.add(pulse);
    pulse.giveUp(hang);
  }

  /** How many threads do not come back. */
  int abandoned() {
    return left.stream().mapToInt(Pulse::hanging).sum();
  }
}
