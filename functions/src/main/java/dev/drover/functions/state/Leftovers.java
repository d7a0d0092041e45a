package dev.drover.functions.state;

import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What may be left behind in AWS, until somebody has seen to it: what is to be deleted is written
 * down before, or with, what makes it nobody's, so that no crash and no throttled call loses it.
 *
 * <p>Item {@code LEFTOVERS / <run>}: a run that has begun to make things. Item {@code LEFTOVERS /
 * <run>#<snapshot>}: a snapshot of it in whose place another came. All stand in one partition: they
 * are few, and whoever sweeps asks for all of them. What a job keeps for its next run is noted in
 * the job, see {@link Jobs#endedWithBases}.
 */
public final class Leftovers {
  private static final String PK = "LEFTOVERS";
  private static final String SEPARATOR = "#";
  private static final String JOB_ID = "jobId";
  private static final String ENDED_BY = "endedBy";
  private static final String DIGEST_LIST_KEY = "digestListKey";

  private final Table table;

  Leftovers(Table table) {
    this.table = table;
  }

  /** The run is about to make something. */
  public void expect(RunReference run) {
    table.update(ItemUpdate.of(PK, run.runId().value()).set(JOB_ID, run.jobId().value()));
  }

  /**
   * The same, together with the run's end: whoever staged for it and never opened a generation has
   * told nobody that it is about to.
   */
  public Write ended(RunReference run) {
    return table.change(ItemUpdate.of(PK, run.runId().value()).set(JOB_ID, run.jobId().value()));
  }

  /** Another snapshot comes into the place of the disk's. */
  public Write doom(RunDisk disk) {
    RunDisk.Completion completion = disk.completion();
    return table.change(
        ItemUpdate.of(PK, sk(disk.runId(), disk.snapshotId()))
            .set(DIGEST_LIST_KEY, completion == null ? null : completion.digestListKey()));
  }

  /** The run's snapshots that are to be deleted. */
  public List<DoomedSnapshot> doomed(RunId runId) {
    return table.query(PK, runId + SEPARATOR).map(Leftovers::read).toList();
  }

  /** The snapshot is gone, with its digest list. */
  public void forget(RunId runId, DoomedSnapshot gone) {
    table.delete(PK, sk(runId, gone.snapshotId()));
  }

  /**
   * The next runs that may have left something, by id.
   *
   * @param runId they come after it; empty: from the first on
   */
  public List<RunReference> runsAfter(String runId, int most) {
    return table
        .queryAfter(PK, runId)
        .flatMap(
            item -> item.findText(JOB_ID).map(JobId::new).map(job -> reference(job, item)).stream())
        .limit(most)
        .toList();
  }

  /** When it was seen first that the run has ended. */
  public Instant endedBy(RunReference run, Instant now) {
    return table
        .updateAndGet(
            ItemUpdate.of(PK, run.runId().value()).onlyIfExists().setIfAbsent(ENDED_BY, now))
        .flatMap(item -> Optional.of(item.time(ENDED_BY)))
        .orElse(now);
  }

  /** The run has left nothing, and nobody works at it any more. */
  public void forget(RunReference run) {
    table.delete(PK, run.runId().value());
  }

  private static RunReference reference(JobId jobId, Item item) {
    return new RunReference(jobId, new RunId(item.text(Item.SK)));
  }

  private static String sk(RunId runId, SnapshotId snapshotId) {
    return runId + SEPARATOR + snapshotId;
  }

  private static DoomedSnapshot read(Item item) {
    String sk = item.text(Item.SK);
    return new DoomedSnapshot(
        new SnapshotId(sk.substring(sk.indexOf(SEPARATOR) + 1)),
        item.findText(DIGEST_LIST_KEY).orElse(null));
  }
}
