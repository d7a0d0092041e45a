package dev.drover.connector.agent;

import dev.drover.connector.host.Host;
import dev.drover.connector.pulse.Limits;
import dev.drover.connector.task.TaskJournal;
import dev.drover.connector.task.TaskJournal.Acceptance;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.ConnectorTask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Which tasks wait and which run. Only the slots bound the work; what waits is bounded by the
 * journal's disk alone. One task of a run runs at a time: a newer attempt waits until the older one
 * has stopped. All methods may be called from any thread.
 */
final class TaskBoard {
  /** What a refused token means. */
  static final String NOBODY_WAITS = "the cloud no longer waits for it";

  private final TaskJournal journal;
  private final Map<RunId, ConnectorTask.Replicate> waiting = new LinkedHashMap<>();
  private final Map<RunId, ActiveTask> active = new HashMap<>();

  /** Servers of which something is released: a capture would find it half there. */
  private final Set<String> reserved = new HashSet<>();

  private final Host host;
  private CompletableFuture<Boolean> changed = new CompletableFuture<>();
  private final Limits limits;
  private boolean closed;
  private boolean draining;

  TaskBoard(TaskJournal journal, Host host, Limits limits) {
    this.journal = journal;
    this.host = host;
    this.limits = limits;
  }

  /** How many tasks run and wait. */
  record Load(int active, int waiting) {}

  /** Puts back what a former process had taken over; returns how many tasks that are. */
  synchronized int restore() throws IOException {
    journal.pending().forEach(task -> waiting.put(task.runId(), task));
    tellOfChange();
    return waiting.size();
  }

  /** Takes a task over, see {@link TaskJournal#accept}. */
  synchronized Acceptance accept(ConnectorTask.Replicate task) throws IOException {
    Acceptance acceptance = journal.accept(task);
    if (acceptance == Acceptance.ACCEPTED) {
      ActiveTask older = active.get(task.runId());
      if (older != null) {
        older.abandon("a newer attempt has taken its place");
      }
      waiting.put(task.runId(), task);
      tellOfChange();
    } else if (!active.containsKey(task.runId()) && !waiting.containsKey(task.runId())) {
      // Its acceptance failed half-way: it stands in the journal, and nobody works on it.
      journal.pending(task.runId()).ifPresent(known -> waiting.put(known.runId(), known));
      tellOfChange();
    }
    return acceptance;
  }

  /** Waits for a task that may run now; empty when none will any more. */
  Optional<ActiveTask> take() {
    while (true) {
      CompletableFuture<Boolean> change;
      synchronized (this) {
        if (closed || draining) {
          return Optional.empty();
        }
        Optional<ActiveTask> next = takeNow();
        if (next.isPresent()) {
          return next;
        }
        change = changed;
      }
      change.join();
    }
  }

  private Optional<ActiveTask> takeNow() {
    Iterator<ConnectorTask.Replicate> tasks = waiting.values().iterator();
    while (tasks.hasNext()) {
      ConnectorTask.Replicate task = tasks.next();
      if (!active.containsKey(task.runId()) && !isBusy(task.vmId())) {
        tasks.remove();
        ActiveTask taken = new ActiveTask(task, host, limits);
        active.put(task.runId(), taken);
        return Optional.of(taken);
      }
    }
    return Optional.empty();
  }

  /** The task has told its result: it is over. */
  synchronized void end(ActiveTask task) throws IOException {
    try {
      journal.end(task.task());
    } finally {
      release(task);
    }
  }

  /**
   * The task has stopped early; unless nobody wants it, it stays in the journal and, while the
   * connector lives, waits for a slot again.
   */
  synchronized void putBack(ActiveTask task) throws IOException {
    if (task.isUnwanted()) {
      end(task);
      return;
    }
    if (!closed) {
      waiting.putIfAbsent(task.task().runId(), task.task());
    }
    release(task);
  }

  /** Nobody waits for this task any more. */
  synchronized void drop(ConnectorTask.Replicate task) throws IOException {
    ActiveTask running = active.get(task.runId());
    if (running != null && running.task().equals(task)) {
      running.abandon(NOBODY_WAITS);
    } else if (waiting.remove(task.runId(), task)) {
      journal.end(task);
    }
  }

  /** Whether somebody waits for this task still. */
  synchronized boolean isOwed(ConnectorTask.Replicate task) {
    ActiveTask running = active.get(task.runId());
    return task.equals(waiting.get(task.runId()))
        || (running != null && running.task().equals(task) && !running.isUnwanted());
  }

  /** Whether a task waits for a slot. */
  synchronized boolean waits(ConnectorTask.Replicate task) {
    return !closed && !draining && task.equals(waiting.get(task.runId()));
  }

  /** Tasks that wait for a slot. */
  synchronized List<ConnectorTask.Replicate> waiting() {
    return List.copyOf(waiting.values());
  }

  /** Whether somebody waits for a task of this run still. */
  synchronized boolean isOwed(RunId run) {
    return waiting.containsKey(run) || active.containsKey(run);
  }

  /**
   * Keeps tasks of a server from beginning.
   *
   * @return false when one reads it, or when it is reserved
   */
  synchronized boolean reserve(String vmId) {
    boolean isRead =
        active.values().stream().anyMatch(it -> it.isReading() && it.task().vmId().equals(vmId));
    return !isRead && reserved.add(vmId);
  }

  /** Tasks of the server may begin again. */
  synchronized void unreserve(String vmId) {
    reserved.remove(vmId);
    tellOfChange();
  }

  /** Tasks that run. */
  synchronized List<ActiveTask> active() {
    return List.copyOf(active.values());
  }

  /** Tasks that somebody waits for: those that run and those that wait. */
  synchronized List<ConnectorTask.Replicate> owed() {
    List<ConnectorTask.Replicate> owed = new ArrayList<>(waiting.values());
    active.values().stream()
        .filter(task -> !task.isUnwanted())
        .map(ActiveTask::task)
        .forEach(owed::add);
    return owed;
  }

  synchronized Load load() {
    return new Load(active.size(), waiting.size());
  }

  /** Nothing begins any more, what runs goes on; returns what waits, and goes on waiting. */
  synchronized List<ConnectorTask.Replicate> drain() {
    draining = true;
    tellOfChange();
    return List.copyOf(waiting.values());
  }

  /** Nothing begins any more, and what runs is asked to stop. */
  synchronized void close() {
    closed = true;
    active.values().forEach(ActiveTask::interrupt);
    tellOfChange();
  }

  /** One task of a server runs at a time: two would share its disks' indexes. */
  private boolean isBusy(String vmId) {
    return reserved.contains(vmId)
        || active.values().stream().anyMatch(running -> running.task().vmId().equals(vmId));
  }

  private void release(ActiveTask task) {
    active.remove(task.task().runId(), task);
    tellOfChange();
  }

  /** Whoever waits for a task looks again. */
  private void tellOfChange() {
    changed.complete(true);
    changed = new CompletableFuture<>();
  }
}
