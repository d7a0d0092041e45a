package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Admission;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.State;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunAttempt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.Map;

/**
 * Completes a disk that is in EBS whole while its run still sends others. Only one whose snapshot
 * has been pending for long: EBS cancels it after 72 hours, so that a small disk would be lost by a
 * large one. Sooner it is left alone, because a completed snapshot takes no blocks of another
 * generation any more.
 */
final class EarlyCompletion {
  /** Two thirds of the time that a snapshot may be pending; the rest is for hourly tries. */
  static final Duration PENDING_LONG = Duration.ofDays(2);

  private final State state;
  private final ObjectStore objects;
  private final CompleteSnapshot complete;
  private final InstantSource clock;
  private final EventLog log;

  EarlyCompletion(
      State state,
      ObjectStore objects,
      CompleteSnapshot complete,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.objects = objects;
    this.complete = complete;
    this.clock = clock;
    this.log = log;
  }

  /** Looks at every run that is being sent; how many disks were completed. */
  int completeAll() {
    Instant startedBefore = clock.instant().minus(PENDING_LONG);
    return state
        .admissions()
        .list()
        .filter(place -> place.phase() == Admission.Phase.UPLOADING && place.snapshots() > 1)
        .flatMap(place -> ActiveRun.findIfActive(state, place.run()).stream())
        .mapToInt(active -> completeLongPending(active, startedBefore))
        .sum();
  }

  private int completeLongPending(ActiveRun active, Instant startedBefore) {
    return Math.toIntExact(
        state.disks().list(active.run().id()).stream()
            .filter(disk -> disk.state().isPending() && !disk.isBeingCompleted())
            .filter(disk -> disk.startedAt().isBefore(startedBefore))
            .filter(disk -> completeIfApplied(active, disk))
            .count());
  }

  /** What fails here fails again where the run completes all its disks, and is told there. */
  private boolean completeIfApplied(ActiveRun active, RunDisk disk) {
    try {
      return switch (disk.state()) {
        case APPLYING -> isApplied(active, disk) && complete(active.job(), disk);
        case COMPLETING -> complete(active.job(), disk);
        case COMPLETED, GIVEN_BACK -> false;
      };
    } catch (IOException | RuntimeException e) {
      log.failure(
          "snapshot-not-completed-early",
          Map.of("runId", disk.runId(), "diskId", disk.diskId()),
          e instanceof IOException io ? new UncheckedIOException(io) : e);
      return false;
    }
  }

  private boolean complete(Job job, RunDisk disk) {
    complete.complete(job, disk);
    return true;
  }

  private boolean isApplied(ActiveRun active, RunDisk disk) throws IOException {
    Run run = active.run();
    ConnectorId connectorId = run.handOver().connectorId();
    if (connectorId == null || run.handOver().attempt() < 1) {
      return false;
    }
    RunAttempt attempt = run.attempt();
    String key =
        ObjectKeys.manifest(active.job().environment(), connectorId, attempt, disk.diskId());
    if (objects.list(key).findAny().isEmpty()) {
      return false;
    }
    SentDisk sent = new SentDisk(active.job().environment(), run.jobId(), disk, key);
    ExtentLook.Wish wish =
        new ExtentLook.Wish(sent, EarlierStaging.of(run, disk), new BitSet(), clock.instant());
    return ExtentLook.at(wish, state.receipts(), objects)
            .filter(ExtentLook.Found::isApplied)
            .isPresent()
        && state.disks().putManifest(disk, key);
  }
}
