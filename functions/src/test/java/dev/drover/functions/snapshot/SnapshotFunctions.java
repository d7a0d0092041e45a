package dev.drover.functions.snapshot;

import dev.drover.functions.account.ConnectorQueues;
import dev.drover.functions.account.TestDisk;
import dev.drover.functions.account.TestRun;
import dev.drover.functions.segment.SegmentFunction;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Generation;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.TaskResult;
import java.util.List;
import java.util.Map;

/** The functions that make a run's snapshots, over an account in memory. */
public final class SnapshotFunctions {
  private final TestRun account;
  final Prepare prepare;
  final AwaitApplied awaitApplied;
  final CompleteSnapshot completeSnapshot;
  final CheckSnapshot checkSnapshot;

  /** Over that account. */
  public SnapshotFunctions(TestRun account) {
    this.account = account;
    this.prepare =
        new Prepare(
            account.state,
            new BaseChoice(account.ebs, account.objects),
            account.objects,
            new ConnectorQueues(account.queues, TestRun.TASK_QUEUES),
            account.clock,
            account.log);
    this.awaitApplied =
        new AwaitApplied(
            account.state,
            account.objects,
            account.ebs,
            TestRun.BUCKET,
            account.queues,
            SegmentFunction.QUEUE,
            account.clock,
            account.log);
    this.completeSnapshot =
        new CompleteSnapshot(
            account.state, account.objects, account.ebs, account.ebs, account.clock, account.log);
    this.checkSnapshot = new CheckSnapshot(account.state, account.ebs);
  }

  /** Plans the next attempt. */
  public void prepare(RunId run, int pass) {
    var _ = prepared(run, pass);
  }

  Prepare.Output prepared(RunId run, int pass) {
    return prepare.prepare(new Prepare.Input(TestRun.JOB, run, pass, null));
  }

  AwaitApplied.Output look(
      RunId run, int pass, int waits, Generation generation, List<TaskResult.ManifestKey> sent) {
    TaskResult result = new TaskResult(1, generation, sent);
    int attempt = account.run(run).handOver().attempt();
    return awaitApplied.look(
        new AwaitApplied.Input(TestRun.JOB, run, attempt, pass, waits, result));
  }

  /** AwaitApplied at its first look; tells what it says. */
  public String look(RunId run, Generation generation, List<TaskResult.ManifestKey> sent) {
    return look(run, 1, 0, generation, sent).status().name();
  }

  /** Completes a disk's snapshot and looks at it. */
  public void complete(RunId run, DiskId disk) {
    completeSnapshot.complete(new CompleteSnapshot.Input(TestRun.JOB, run, disk));
    checkSnapshot.check(new CheckSnapshot.Input(TestRun.JOB, run, disk));
  }

  /**
   * A whole run up to its completed snapshots: plan, opened generation, all segments sent and
   * applied.
   *
   * @param indexes what the connector's index has of each base; a disk that is not named has none
   */
  public RunId replicate(List<TestDisk> disks, Map<DiskId, List<Digest>> indexes) {
    RunId run = account.beginRun();
    prepare(run, 1);
    Generation generation = account.generation("snapshot of " + run);
    account.open(run, generation, 1, disks);
    List<TaskResult.ManifestKey> sent =
        disks.stream()
            .map(disk -> account.send(run, generation, disk, indexes.get(disk.id())))
            .toList();
    new SegmentFunction(account).deliverAll();
    String status = look(run, generation, sent);
    if (!status.equals("APPLIED")) {
      throw new IllegalStateException(run + " is " + status);
    }
    disks.forEach(disk -> complete(run, disk.id()));
    return run;
  }
}
