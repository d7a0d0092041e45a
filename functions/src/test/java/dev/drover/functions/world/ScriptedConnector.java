package dev.drover.functions.world;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.state.RunReference;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskDigester;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.Generation;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.format.ManifestWriter;
import dev.drover.protocol.format.Segment;
import dev.drover.protocol.format.SegmentBuilder;
import dev.drover.protocol.format.SegmentHeader;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.ReplicationPlan;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.TaskResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The world's connector, which reports and sends what a test tells it to. */
public final class ScriptedConnector {
  private static final int ZSTD_LEVEL = 1;

  private final World world;
  private boolean withoutBases;

  public ScriptedConnector(World world) {
    this.world = world;
  }

  /** From now on it has no index of any base, and says so. */
  public void giveUpBases() {
    withoutBases = true;
  }

  /** The plan of the run's newest attempt. */
  public ReplicationPlan plan(RunReference run) {
    String key =
        world
            .objects
            .list(ObjectKeys.TASKS + World.SITE + "/" + run.runId() + "/")
            .map(ObjectStore.Listed::key)
            .filter(name -> name.endsWith("/plan.json"))
            .reduce((a, b) -> b)
            .orElseThrow();
    return MessageJson.read(key, world.objects.bytes(key), ReplicationPlan.class);
  }

  /** The report that the newest attempt opened a generation of these disks. */
  public Report.Opened opened(RunReference run, Generation generation, List<TestDisk> disks) {
    ReplicationPlan plan = plan(run);
    List<Report.OpenedDisk> opened = new ArrayList<>();
    for (TestDisk disk : disks) {
      String label = "disk" + opened.size() + ".img";
      Sending sending = new Sending(plan, generation, disk, withoutBases);
      opened.add(
          new Report.OpenedDisk(
              disk.id(),
              disk.fileName(),
              label,
              disk.sizeBytes(),
              sending.delta().base(),
              null,
              sending.leavesZerosOut()));
    }
    return new Report.Opened(
        1,
        world.origin(World.CONNECTOR),
        plan.run(),
        generation,
        world.instant(),
        Report.Consistency.AT_REST,
        Firmware.UEFI,
        opened);
  }

  /**
   * Stages what differs of a disk and writes its manifest.
   *
   * @param index the block digests that the connector's index has of the base; null without a base
   */
  public TaskResult.ManifestKey send(
      RunReference run, Generation generation, TestDisk disk, @Nullable List<Digest> index) {
    Sending sending = new Sending(plan(run), generation, disk, withoutBases);
    List<Manifest.Extent> extents = new ArrayList<>();
    DiskDigester digester = new DiskDigester(digest -> {});
    int blocksChanged = 0;
    List<Digest> actual = disk.digests();
    try (SegmentBuilder builder = new SegmentBuilder(ZSTD_LEVEL)) {
      for (int extent = 0; extent < disk.geometry().extentCount(); extent++) {
        DigestChain chain = new DigestChain();
        int first = disk.geometry().firstBlock(extent);
        for (int block = first; block < first + disk.geometry().blocksIn(extent); block++) {
          boolean changed =
              index == null || block >= index.size() || !index.get(block).equals(actual.get(block));
          if (changed && (disk.isFilled(block) || !sending.leavesZerosOut())) {
            blocksChanged++;
            add(builder, disk, block, actual.get(block));
          }
          chain.add(actual.get(block));
          digester.addBlock(actual.get(block));
        }
        Digest segment = builder.isEmpty() ? null : stage(builder, sending, extent);
        extents.add(new Manifest.Extent(chain.finish(), segment));
      }
    }
    return write(manifest(sending, extents, digester.finish(), blocksChanged), sending, extents);
  }

  /** A disk that is sent in an attempt. */
  private record Sending(
      ReplicationPlan plan, Generation generation, TestDisk disk, boolean withoutBase) {
    ReplicationPlan.@Nullable Base base() {
      return withoutBase ? null : plan.disk(disk.id()).map(ReplicationPlan.Disk::base).orElse(null);
    }

    Digest baseDigestList() {
      ReplicationPlan.Base base = base();
      return base == null ? Digest.NEVER_WRITTEN : base.digestListDigest();
    }

    boolean leavesZerosOut() {
      return base() == null && plan.zeroPolicy() == ZeroPolicy.OMIT;
    }

    DiskDelta delta() {
      ReplicationPlan.Base base = base();
      return new DiskDelta(
          plan.environment(),
          plan.jobId(),
          plan.runId(),
          disk.id(),
          base == null ? null : base.snapshotId(),
          generation);
    }
  }

  private static void add(SegmentBuilder builder, TestDisk disk, int block, Digest digest) {
    if (disk.isFilled(block)) {
      builder.addData(block, digest, disk.data(block));
    } else {
      builder.addZero(block);
    }
  }

  private Digest stage(SegmentBuilder builder, Sending sending, int extent) {
    SegmentCoordinates at = new SegmentCoordinates(sending.delta(), extent);
    Segment segment =
        builder.build(
            new SegmentHeader(
                at,
                sending.baseDigestList(),
                sending.disk().sizeBytes(),
                sending.leavesZerosOut()));
    try {
      world.objects.put(ObjectKeys.segment(at), segment.openStream().readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return segment.digest();
  }

  private Manifest manifest(
      Sending sending, List<Manifest.Extent> extents, Digest diskDigest, int blocksChanged) {
    long sizeBytes = sending.disk().sizeBytes();
    return new Manifest(
        1,
        sending.delta(),
        ReadMode.FULL,
        sizeBytes,
        world.instant(),
        diskDigest,
        Math.toIntExact(extents.stream().filter(extent -> extent.segment() != null).count()),
        blocksChanged,
        sizeBytes,
        (long) blocksChanged * DiskGeometry.BLOCK_BYTES,
        blocksChanged * 1000L);
  }

  private TaskResult.ManifestKey write(
      Manifest manifest, Sending sending, List<Manifest.Extent> extents) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ManifestWriter writer = new ManifestWriter(bytes, manifest);
      for (Manifest.Extent extent : extents) {
        writer.add(extent);
      }
      writer.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String key =
        ObjectKeys.manifest(World.SITE, World.CONNECTOR, sending.plan().run(), sending.disk().id());
    world.objects.put(key, bytes.toByteArray());
    return new TaskResult.ManifestKey(sending.disk().id(), key);
  }

  /** The keys of all that is staged, ascending. */
  public List<String> staged() {
    return world.objects.list(ObjectKeys.STAGING).map(ObjectStore.Listed::key).toList();
  }
}
