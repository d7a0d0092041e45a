package dev.drover.connector.agent;

import dev.drover.connector.host.Host;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceException;
import dev.drover.connector.task.HeldCaptures;
import dev.drover.connector.task.HeldCaptures.Held;
import dev.drover.connector.task.HeldCaptures.Wish;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.ConnectorTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that nothing on the site outlives its reason, VM snapshots above all: what a run made
 * there is released when its task has succeeded or failed for good, when the cloud says that the
 * run has ended, and when it was not read for a day, also if the cloud is silent. Each release has
 * a thread of its own, because it may take hours; what cannot be released is tried again with each
 * round.
 */
final class Releases {
  private static final Logger LOG = LoggerFactory.getLogger(Releases.class);

  /**
   * A snapshot grows with what its VM writes. A run that did not go on for a day costs less when it
   * reads anew than the datastore that fills up.
   */
  static final Duration UNREAD = Duration.ofHours(24);

  /** How often what could not be released is tried again. */
  static final Duration ROUND = Duration.ofMinutes(3);

  /** Every so many rounds, first with the first, it is looked for all that outlived its reason. */
  static final int ROUNDS_A_SWEEP = 5;

  private final ServerSource source;
  private final HeldCaptures held;
  private final TaskBoard board;
  private final InstantSource clock;
  private final Host host;
  private final Instant startedAt;
  private final Map<RunId, String> problems = new ConcurrentHashMap<>();
  private int rounds;

  Releases(
      ServerSource source, HeldCaptures held, TaskBoard board, InstantSource clock, Host host) {
    this.source = source;
    this.held = held;
    this.board = board;
    this.clock = clock;
    this.host = host;
    this.startedAt = clock.instant();
  }

  /** Before a task makes anything on the site. */
  void hold(ConnectorTask.Replicate task) throws IOException {
    held.hold(task.runId(), task.vmId(), clock.instant());
  }

  /**
   * A task has come to its end, and the cloud is told next: who dies in between has noted it. A
   * task that is begun again holds it again.
   */
  void decided(ConnectorTask.Replicate task, boolean mayGoOn) throws IOException {
    if (mayGoOn) {
      held.stoppedReading(task.runId(), clock.instant());
    } else {
      held.unwanted(task.runId(), task.vmId(), Wish.RELEASE, clock.instant());
    }
  }

  /** A task has left its slot. What may go on keeps what it holds. */
  void ended(ConnectorTask.Replicate task, TaskOutcome outcome) throws IOException {
    boolean comesBack = outcome instanceof TaskOutcome.Interrupted;
    Held what = held.all().get(task.runId());
    if (what != null && what.wish() != Wish.KEEP && !comesBack) {
      begin(task.runId(), what.vmId(), what.wish());
    } else {
      held.stoppedReading(task.runId(), clock.instant());
    }
  }

  /**
   * The cloud says that a run has ended. When this returns, it stands on the disk. Idempotency key:
   * the run; a second time releases nothing.
   */
  void cleanUp(ConnectorTask.CleanUp task) throws IOException {
    held.unwanted(task.runId(), task.vmId(), Wish.CLEAN_UP, clock.instant());
    if (!board.isOwed(task.runId())) {
      begin(task.runId(), task.vmId(), Wish.CLEAN_UP);
    }
  }

  /** What one thread does again and again. */
  void round() throws IOException {
    if (rounds++ % ROUNDS_A_SWEEP == 0) {
      sweep();
    } else {
      beginDue(problems.keySet());
    }
  }

  private void beginDue(Set<RunId> runs) throws IOException {
    held.all()
        .forEach(
            (run, what) -> {
              if (runs.contains(run) && isDue(run, what)) {
                begin(run, what.vmId(), what.wish());
              }
            });
  }

  /** Releases what is due, and what nobody knows any more. */
  void sweep() throws IOException {
    Map<RunId, Held> all = held.all();
    beginDue(all.keySet());
    Set<RunId> known = new HashSet<>(all.keySet());
    board.owed().forEach(task -> known.add(task.runId()));
    for (String orphan : source.releaseOrphans(known, UNREAD)) {
      LOG.atInfo().addKeyValue("what", orphan).log("orphan.released");
    }
  }

  private boolean isDue(RunId run, Held what) {
    boolean unwanted = what.wish() != Wish.KEEP && !board.isOwed(run);
    return unwanted || lastRead(what).plus(UNREAD).isBefore(clock.instant());
  }

  /** A process that was killed could not say when it read last; the next one goes on with it. */
  private Instant lastRead(Held what) {
    return what.readAt().isAfter(startedAt) ? what.readAt() : startedAt;
  }

  /** What could not be released, in sentences. */
  List<String> problems() {
    return List.copyOf(problems.values());
  }

  private void begin(RunId run, String vmId, Wish wish) {
    if (board.reserve(vmId)) {
      host.thread("release-" + run, () -> release(run, vmId, wish)).start();
    }
  }

  private void release(RunId run, String vmId, Wish wish) {
    try {
      if (wish == Wish.CLEAN_UP) {
        source.cleanUp(vmId, run);
      } else {
        source.release(vmId, run);
      }
      held.released(run);
      problems.remove(run);
      LOG.atInfo().addKeyValue("runId", run).addKeyValue("vmId", vmId).log("capture.released");
    } catch (SourceException | IOException | UncheckedIOException e) {
      problems.put(run, "What run " + run + " made on the site still stands: " + e.getMessage());
      LOG.atWarn()
          .addKeyValue("runId", run)
          .addKeyValue("vmId", vmId)
          .setCause(e)
          .log("capture.notReleased");
    } finally {
      board.unreserve(vmId);
    }
  }
}
