package dev.drover.functions.snapshot;

import dev.drover.functions.report.ReportFunction;
import dev.drover.functions.run.EpochStart;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.functions.world.ScriptedConnector;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.Generation;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.format.DigestListHeader;
import dev.drover.protocol.format.DigestListWriter;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.format.ManifestWriter;
import dev.drover.protocol.message.TaskResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The largest disk that EBS has, 64 TiB in 1,048,576 extents of which all were sent, in the
 * functions. A process of its own, because its heap is to be small.
 */
final class LargestDisk {
  /** The function's timeout in infra-cdk. */
  private static final int LOOK_SECONDS = 300;

  /** Of the function's timeout of 900 s for 64 TiB; what is left is for its processor. */
  private static final int COMPLETE_SECONDS = 600;

  private static final int UNAPPLIED = 5_000;

  private final long sizeBytes;
  private final VirtualTime time = new VirtualTime();
  private final World world;
  private final RunReference run;
  private final Generation generation;
  private final TaskResult.ManifestKey sent;
  private final ComputedReceipts table;
  private final State state;
  private final ComputedStaging objects;

  private LargestDisk(long sizeBytes, Path manifest) throws IOException {
    this.sizeBytes = sizeBytes;
    TestDisk disk = new TestDisk("root.img", sizeBytes);
    this.world = World.withServer(List.of(disk));
    this.run = world.beginNext(world.job().id());
    new SnapshotFunctions(world).prepare(run, 1);
    this.generation = world.generation("of " + run.runId());
    ScriptedConnector connector = new ScriptedConnector(world);
    new ReportFunction(world).report(connector.opened(run, generation, List.of(disk)));
    RunDisk runDisk = world.runDisk(run, disk.id());
    String key =
        ObjectKeys.manifest(World.SITE, World.CONNECTOR, connector.plan(run).run(), disk.id());
    this.sent = new TaskResult.ManifestKey(disk.id(), key);
    write(runDisk, manifest);
    int extents = disk.geometry().extentCount();
    this.table = new ComputedReceipts(world.table(), time, extents);
    this.state = new State(table, "drover", new Random(1));
    this.objects =
        new ComputedStaging(world.objects, time, extents, world.instant(), key, manifest);
  }

  /** Prints what each step would take; an exit code other than 0 says that one is too much. */
  public static void main(String[] arguments) throws IOException {
    Path manifest = Files.createTempFile("drover-", ObjectKeys.MANIFEST_SUFFIX);
    try {
      LargestDisk disk = new LargestDisk(Long.parseLong(arguments[0]), manifest);
      if (List.of(arguments).contains("complete")) {
        disk.complete();
      } else {
        disk.look();
      }
    } finally {
      Files.delete(manifest);
    }
  }

  private void look() {
    int extents = new DiskGeometry(sizeBytes).extentCount();
    table.apply(0);
    look("nothing is applied");
    table.apply(extents - UNAPPLIED);
    look("all but 5,000 are applied");
    look("and once more");
    require(time.readUnits() < UNAPPLIED, "a look reads what it knows to be done");
    table.apply(extents);
    look("all is applied");
  }

  private void look(String what) {
    time.reset();
    AwaitApplied.Output output =
        new AwaitApplied(
                state,
                objects,
                new NextEpochs(
                    state, world.ebs, new EpochStart(world.ebs, world), world, world.eventLog),
                new LostEvents(
                    World.BUCKET,
                    objects,
                    world.segmentQueues,
                    world.queues,
                    world.reportQueueUrl,
                    world.eventLog),
                new CorruptSegments(state, world.events),
                world,
                world.eventLog)
            .look(
                new AwaitApplied.Input(
                    run.jobId(),
                    run.runId(),
                    1,
                    1,
                    0,
                    false,
                    new TaskResult(1, generation, List.of(sent))));
    String line = "look, " + what + ": " + output.status() + ", " + time;
    System.out.println(line);
    require(time.seconds() < LOOK_SECONDS, line);
  }

  /** The pass over the disk; the list, which the function has in a file, goes nowhere. */
  private void complete() throws IOException {
    RunDisk disk = world.runDisk(run, sent.disk());
    int extents = disk.geometry().extentCount();
    table.apply(extents);
    time.reset();
    long begin = System.nanoTime();
    DigestListHeader header =
        new DigestListHeader(disk.snapshotId(), null, disk.diskId(), sizeBytes);
    DigestListWriter list = new DigestListWriter(OutputStream.nullOutputStream(), header);
    DigestMerge.Result result =
        new SentDisk(World.SITE, run.jobId(), disk, sent.key())
            .read(
                objects,
                manifest ->
                    new DigestMerge(
                            disk,
                            () -> Digest.NEVER_WRITTEN,
                            state.receipts().applied(disk).iterator(),
                            manifest,
                            list)
                        .merge());
    time.writeObject(DigestListWriter.encodedBytes(header));
    String line = "complete: " + time;
    System.out.printf(
        Locale.ROOT, "%s, and %.1f s of this processor%n", line, (System.nanoTime() - begin) / 1e9);
    require(result.differingExtents() == 0, "extents differ");
    require(result.blocksWritten() == disk.geometry().blockCount(), "blocks are missing");
    double part = (double) sizeBytes / DiskGeometry.MAX_DISK_BYTES;
    require(time.seconds() < COMPLETE_SECONDS * part, line);
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new AssertionError(complaint);
    }
  }

  private void write(RunDisk disk, Path file) throws IOException {
    DigestChain blocks = new DigestChain();
    ComputedReceipts.DIGESTS.forEach(blocks::add);
    Digest extentDigest = blocks.finish();
    DigestChain extents = new DigestChain();
    int extentCount = disk.geometry().extentCount();
    for (int extent = 0; extent < extentCount; extent++) {
      extents.add(extentDigest);
    }
    Manifest manifest =
        new Manifest(
            1,
            disk.delta(World.SITE, run.jobId()),
            ReadMode.FULL,
            sizeBytes,
            world.instant(),
            extents.finish(),
            extentCount,
            disk.geometry().blockCount(),
            sizeBytes,
            sizeBytes,
            sizeBytes);
    try (OutputStream out = Files.newOutputStream(file)) {
      ManifestWriter writer = new ManifestWriter(out, manifest);
      for (int extent = 0; extent < extentCount; extent++) {
        writer.add(new Manifest.Extent(extentDigest, ComputedReceipts.segment(extent)));
      }
      writer.finish();
    }
  }
}
