package dev.drover.functions.snapshot;

import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.EpochStart;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.State;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.SnapshotId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The disks of a run whose snapshots are gone: it finds those that were lost, and begins the next
 * epoch of those and of such as were given back. Nothing is sent again: an epoch begins without a
 * receipt, and what is staged is put into its snapshot.
 */
final class NextEpochs {
  private final State state;
  private final Snapshots snapshots;
  private final EpochStart epochs;
  private final InstantSource clock;
  private final EventLog log;

  NextEpochs(
      State state, Snapshots snapshots, EpochStart epochs, InstantSource clock, EventLog log) {
    this.state = state;
    this.snapshots = snapshots;
    this.epochs = epochs;
    this.clock = clock;
    this.log = log;
  }

  /**
   * The disks as they are after that.
   *
   * @param begun those whose next epoch was begun: their segments are to be told of again
   * @param noRoom why another one could not be begun yet, in EBS's words; null: none waits
   * @param baseGone a disk whose base was deleted as well, so that everything is to be sent; null:
   *     there is none
   */
  record Begun(
      List<RunDisk> disks,
      Set<DiskId> begun,
      @Nullable String noRoom,
      @Nullable RunDisk baseGone) {}

  /**
   * Marks the disks whose snapshots were lost.
   *
   * @return false: some are marked, and the disks are to be read again
   */
  boolean allStand(List<RunDisk> disks) {
    Map<SnapshotId, Snapshots.Description> shown = shown(disks);
    boolean allStand = true;
    for (RunDisk disk : disks) {
      String loss = loss(disk, shown.get(disk.snapshotId()));
      if (!loss.isEmpty()) {
        log.event(
            "snapshot-lost",
            Map.of(
                "runId", disk.runId(),
                "diskId", disk.diskId(),
                "snapshotId", disk.snapshotId(),
                "reason", loss));
        state.transaction().with(state.disks().giveBack(disk)).commit();
        allStand = false;
      }
    }
    return allStand;
  }

  private Map<SnapshotId, Snapshots.Description> shown(Collection<RunDisk> disks) {
    return snapshots.find(disks.stream().map(RunDisk::snapshotId).toList()).stream()
        .collect(Collectors.toMap(Snapshots.Description::id, Function.identity()));
  }

  /** Empty: the snapshot is what the disk's state says, or will be. */
  private String loss(RunDisk disk, Snapshots.@Nullable Description snapshot) {
    if (disk.state() == RunDisk.State.GIVEN_BACK) {
      return "";
    }
    if (snapshot == null) {
      boolean mayNotShowYet =
          clock.instant().isBefore(disk.startedAt().plus(Snapshots.APPEARS_WITHIN));
      return mayNotShowYet ? "" : "it is gone";
    }
    boolean stands =
        switch (snapshot.status()) {
          case PENDING -> true;
          case COMPLETED -> disk.state() != RunDisk.State.APPLYING;
          case FAILED -> false;
        };
    return stands
        ? ""
        : "EC2 shows it as "
            + snapshot.status()
            + (snapshot.statusMessage().isEmpty() ? "" : ", " + snapshot.statusMessage());
  }

  /** Begins what can be begun. */
  Begun begin(Run run, List<RunDisk> disks) {
    List<RunDisk> now = new ArrayList<>();
    Set<DiskId> begun = new HashSet<>();
    String noRoom = null;
    for (RunDisk disk : disks) {
      if (disk.state() != RunDisk.State.GIVEN_BACK) {
        now.add(disk);
      } else if (!baseStands(disk)) {
        return new Begun(disks, Set.of(), null, disk);
      } else {
        switch (start(run, disk)) {
          case EpochStart.Started it -> {
            now.add(record(run, disk, it));
            begun.add(disk.diskId());
          }
          case EpochStart.NoRoom it -> {
            now.add(disk);
            noRoom = it.sentence();
          }
          case EpochStart.Refused it ->
              throw new SnapshotLostException(disk, "is gone, and " + it.sentence());
        }
      }
    }
    return new Begun(now, begun, noRoom, null);
  }

  private boolean baseStands(RunDisk disk) {
    SnapshotId base = disk.baseSnapshot();
    return base == null
        || snapshots
            .find(base)
            .filter(found -> found.status() == Snapshots.Status.COMPLETED)
            .isPresent();
  }

  private EpochStart.Outcome start(Run run, RunDisk disk) {
    return epochs.start(
        run.attempt(),
        run,
        new EpochStart.Disk(
            disk.diskId(),
            disk.label(),
            disk.sizeBytes(),
            disk.baseSnapshot(),
            disk.zerosLeftOut()),
        disk.epoch() + 1);
  }

  /** One that does not come into the table is a stray, and goes with the run's strays. */
  private RunDisk record(Run run, RunDisk disk, EpochStart.Started started) {
    RunDisk next = disk.restarted(started.epoch(), started.snapshotId(), started.at());
    boolean recorded =
        state
            .transaction()
            .with(state.runs().stillIn(run.attempt()))
            .with(state.leftovers().doom(disk))
            .with(state.disks().put(next, disk))
            .commit();
    if (!recorded) {
      throw new TransientException("disk " + disk.named() + " changed meanwhile");
    }
    log.event(
        "epoch-begun",
        Map.of(
            "runId", run.id(),
            "diskId", disk.diskId(),
            "epoch", next.epoch(),
            "snapshotId", next.snapshotId(),
            "inPlaceOf", disk.snapshotId()));
    return next;
  }
}
