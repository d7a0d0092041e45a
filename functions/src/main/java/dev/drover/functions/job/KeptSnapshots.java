package dev.drover.functions.job;

import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.admission.AdmissionControl;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Admission;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import java.util.List;
import java.util.Map;

/**
 * The pending snapshots of failed runs that are kept: they are given back as soon as others wait
 * for them. The run stays what it is and can be resumed, because all that it sent is staged; it
 * then waits for its turn as every run does. One that EBS is completing needs nobody to be so,
 * soon, and stays.
 *
 * <p>In this order: the disks say that they have no snapshot, the snapshots are deleted, the run's
 * place is free. Whoever dies in between is followed by who does the same again.
 */
public final class KeptSnapshots {
  private final State state;
  private final AdmissionControl admission;
  private final Snapshots snapshots;
  private final EventLog log;

  public KeptSnapshots(State state, AdmissionControl admission, Snapshots snapshots, EventLog log) {
    this.state = state;
    this.admission = admission;
    this.snapshots = snapshots;
    this.log = log;
  }

  /** Gives back what others wait for. What fails holds up nobody else, and is tried again later. */
  public void giveBack() {
    for (RunReference run : admission.givingBack()) {
      try {
        giveBack(run);
      } catch (TransientException | RefusedException e) {
        log.failure("snapshots-not-given-back", run.logFields(), e);
      }
    }
  }

  private void giveBack(RunReference run) {
    List<RunDisk> pending =
        state.disks().list(run.runId()).stream()
            .filter(disk -> disk.state().isPending() && !disk.isBeingCompleted())
            .toList();
    if (!pending.isEmpty() && !mark(run, pending)) {
      // It is resumed, or one of its disks has gone on, just now.
      return;
    }
    List<RunDisk> given =
        state.disks().list(run.runId()).stream()
            .filter(disk -> disk.state() == RunDisk.State.GIVEN_BACK)
            .toList();
    for (RunDisk disk : given) {
      if (snapshots.delete(disk.snapshotId()) == Snapshots.Deletion.IN_USE) {
        throw new TransientException("snapshot " + disk.snapshotId() + " is in use by an image");
      }
    }
    if (state.admissions().leaveFrom(run.runId(), Admission.Phase.KEPT)) {
      log.event(
          "snapshots-given-back",
          Map.of("jobId", run.jobId(), "runId", run.runId(), "snapshots", given.size()));
    }
  }

  private boolean mark(RunReference run, List<RunDisk> pending) {
    Transaction transaction =
        state.transaction().with(state.admissions().stillIn(run.runId(), Admission.Phase.KEPT));
    pending.forEach(disk -> transaction.with(state.disks().giveBack(disk)));
    return transaction.commit();
  }
}
