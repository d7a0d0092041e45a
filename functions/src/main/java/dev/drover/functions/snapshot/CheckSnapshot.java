package dev.drover.functions.snapshot;

import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.State;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;

/** Asks EC2 whether a disk's snapshot is completed. */
final class CheckSnapshot {
  private final State state;
  private final Snapshots snapshots;

  CheckSnapshot(State state, Snapshots snapshots) {
    this.state = state;
    this.snapshots = snapshots;
  }

  /** What the state machine gives. */
  record Input(JobId jobId, RunId runId, DiskId diskId) {}

  /** {@code completed} or {@code pending}. */
  record Output(String status) {
    static final Output COMPLETED = new Output("completed");
    static final Output PENDING = new Output("pending");
  }

  Output check(Input input) {
    RunDisk disk =
        state
            .disks()
            .find(input.runId(), input.diskId())
            .orElseThrow(() -> new RunNotActiveException(input.runId()));
    Snapshots.Description snapshot =
        snapshots
            .find(disk.snapshotId())
            .orElseThrow(
                () ->
                    new TransientException(
                        "EC2 does not show snapshot " + disk.snapshotId() + " of " + disk.named()));
    return switch (snapshot.status()) {
      case PENDING -> Output.PENDING;
      case COMPLETED -> completed(disk);
      case FAILED ->
          throw SnapshotLostException.recorded(
              state, disk, "failed while EBS completed it: " + snapshot.statusMessage());
    };
  }

  private Output completed(RunDisk disk) {
    if (!state.disks().complete(disk)) {
      throw new SnapshotLostException(disk, "was completed by somebody else");
    }
    return Output.COMPLETED;
  }
}
