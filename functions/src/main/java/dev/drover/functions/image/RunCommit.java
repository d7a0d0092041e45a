package dev.drover.functions.image;

import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Generation;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one commit point of a run: in one transaction the run is completed, the job has its image,
 * and every disk's new snapshot becomes the base of the next. Before it nothing of the run is seen,
 * after it nothing of the run can fail.
 */
final class RunCommit {
  private final State state;
  private final InstantSource clock;

  RunCommit(State state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
  }

  void commit(Run run, List<RunDisk> completed, String amiId) {
    Transaction transaction =
        state
            .transaction()
            .with(state.runs().publish(run.reference(), amiId, sentence(run), clock.instant()))
            .with(
                state
                    .jobs()
                    .publish(run.reference(), amiId, generation(completed), clock.instant()))
            .with(state.leftovers().ended(run.reference()))
            .with(state.admissions().left(run.id()));
    List<BaseSnapshot> before = state.bases().list(run.jobId());
    for (RunDisk disk : completed) {
      transaction.with(state.bases().put(base(run, disk, LeftOutZeros.in(disk, before))));
    }
    basesOfRemovedDisks(before, completed)
        .forEach(base -> transaction.with(state.bases().remove(base)));
    if (!transaction.commit()) {
      throw new RunNotCommittedException(run.id());
    }
  }

  /** All disks were captured at one instant. */
  private static Generation generation(List<RunDisk> completed) {
    return completed.getFirst().generation();
  }

  private static String sentence(Run run) {
    Run.Progress progress = run.progress();
    return "Completed: read "
        + new ByteCount(progress.bytesRead())
        + ", changed "
        + new ByteCount(progress.bytesChanged())
        + ", sent "
        + new ByteCount(progress.bytesSent())
        + run.resumption().map(resumed -> "; " + resumed).orElseGet(() -> reused(run));
  }

  /** What the last attempt found and did not send; a run of one attempt finds nothing. */
  private static String reused(Run run) {
    int extents = run.course().durableExtents();
    return extents == 0
        ? ""
        : "; reused " + extents + " extents of 64 MiB of disk that earlier attempts had sent";
  }

  /** A disk that the server does not have any more needs no base; else nothing ever frees it. */
  private static List<BaseSnapshot> basesOfRemovedDisks(
      List<BaseSnapshot> before, List<RunDisk> completed) {
    Set<DiskId> present =
        completed.stream().map(RunDisk::diskId).collect(Collectors.toUnmodifiableSet());
    return before.stream().filter(base -> !present.contains(base.diskId())).toList();
  }

  private static BaseSnapshot base(Run run, RunDisk disk, boolean zerosLeftOut) {
    RunDisk.Completion completion = disk.completion();
    if (completion == null) {
      throw new DisksNotCompletedException(
          run.id(), "disk " + disk.named() + " has no digest list");
    }
    return new BaseSnapshot(
        run.jobId(),
        disk.diskId(),
        disk.snapshotId(),
        run.id(),
        completion.digestListKey(),
        completion.digestListDigest(),
        completion.diskDigest(),
        disk.sizeBytes(),
        false,
        null,
        zerosLeftOut);
  }
}
