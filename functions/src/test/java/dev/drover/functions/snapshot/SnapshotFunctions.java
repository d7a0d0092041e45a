package dev.drover.functions.snapshot;

import dev.drover.functions.report.ReportFunction;
import dev.drover.functions.run.EpochStart;
import dev.drover.functions.segment.SegmentFunction;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.ScriptedConnector;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.message.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The functions that make a run's snapshots, over the world. */
public final class SnapshotFunctions {
  private final World world;
  final Prepare prepare;
  final AwaitApplied awaitApplied;
  final WaitForSegments waitForSegments;
  final CompleteSnapshot completeSnapshot;
  final CheckSnapshot checkSnapshot;

  public SnapshotFunctions(World world) {
    this.world = world;
    this.prepare =
        new Prepare(
            world.state,
            new BaseChoice(world.ebs, world.ebs, world.objects),
            world.objects,
            world.connectorQueues,
            Duration.ofHours(6),
            world,
            world.eventLog);
    LostEvents events =
        new LostEvents(
            World.BUCKET,
            world.objects,
            world.segmentQueues,
            world.queues,
            world.reportQueueUrl,
            world.eventLog);
    this.awaitApplied =
        new AwaitApplied(
            world.state,
            world.objects,
            new NextEpochs(
                world.state, world.ebs, new EpochStart(world.ebs, world), world, world.eventLog),
            events,
            new CorruptSegments(world.state, world.events),
            world,
            world.eventLog);
    this.waitForSegments = new WaitForSegments(world.wake);
    this.completeSnapshot =
        new CompleteSnapshot(
            world.state, world.objects, world.ebs, world.ebs, world, world.eventLog);
    this.checkSnapshot = new CheckSnapshot(world.state, world.ebs);
  }

  /** Plans the next attempt. */
  public void prepare(RunReference run, int pass) {
    var _ = prepared(run, pass);
  }

  Prepare.Output prepared(RunReference run, int pass) {
    return prepare.prepare(
        new Prepare.Input(
            run.jobId(), run.runId(), world.run(run).course().execution(), pass, null));
  }

  AwaitApplied.Output look(
      RunReference run,
      int pass,
      int waits,
      Generation generation,
      List<TaskResult.ManifestKey> sent) {
    return look(run, pass, waits, false, generation, sent);
  }

  AwaitApplied.Output look(
      RunReference run,
      int pass,
      int waits,
      boolean woken,
      Generation generation,
      List<TaskResult.ManifestKey> sent) {
    TaskResult result = new TaskResult(1, generation, sent);
    int attempt = world.run(run).handOver().attempt();
    return awaitApplied.look(
        new AwaitApplied.Input(run.jobId(), run.runId(), attempt, pass, waits, woken, result));
  }

  /** A task begins to wait for what a look found waiting; its token. */
  String await(RunReference run, AwaitApplied.Output look) {
    String token = world.taskTokens.open();
    waitForSegments.await(
        new WaitForSegments.Input(run.jobId(), run.runId(), look.expected(), token));
    return token;
  }

  /** AwaitApplied at its first look; tells what it says. */
  public String look(RunReference run, Generation generation, List<TaskResult.ManifestKey> sent) {
    return look(run, 1, 0, generation, sent).status().name();
  }

  /** Completes a disk's snapshot and looks at it. */
  public void complete(RunReference run, DiskId disk) {
    completeSnapshot.complete(new CompleteSnapshot.Input(run.jobId(), run.runId(), disk));
    checkSnapshot.check(new CheckSnapshot.Input(run.jobId(), run.runId(), disk));
  }

  /**
   * A job's next run up to its completed snapshots: plan, opened generation, all segments sent and
   * applied.
   *
   * @param indexes what the connector's index has of each base; a disk that is not named has none
   */
  public RunReference replicate(
      JobId jobId, List<TestDisk> disks, Map<DiskId, List<Digest>> indexes) {
    RunReference run = world.beginNext(jobId);
    prepare(run, 1);
    Generation generation = world.generation("snapshot of " + run.runId());
    ScriptedConnector connector = new ScriptedConnector(world);
    new ReportFunction(world).report(connector.opened(run, generation, disks));
    List<TaskResult.ManifestKey> sent =
        disks.stream()
            .map(disk -> connector.send(run, generation, disk, indexes.get(disk.id())))
            .toList();
    connector.staged().forEach(new SegmentFunction(world)::deliver);
    String status = look(run, generation, sent);
    if (!status.equals("APPLIED")) {
      throw new IllegalStateException(run + " is " + status);
    }
    disks.forEach(disk -> complete(run, disk.id()));
    return run;
  }
}
