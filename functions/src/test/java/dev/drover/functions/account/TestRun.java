package dev.drover.functions.account;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.state.InMemoryDynamoDb;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RawItems;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskDigester;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.format.ManifestWriter;
import dev.drover.protocol.format.Segment;
import dev.drover.protocol.format.SegmentBuilder;
import dev.drover.protocol.format.SegmentHeader;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.ReplicationPlan;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.ReportOrigin;
import dev.drover.protocol.message.TaskResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An account in memory with one server, its job and a scripted connector: everything around the
 * functions on the way of the data.
 */
public final class TestRun {
  /** The environment of all. */
  public static final EnvironmentName ENVIRONMENT = new EnvironmentName("site");

  /** The server's job. */
  public static final JobId JOB = new JobId("sms-job-00000001");

  /** The server. */
  public static final ServerId SERVER = new ServerId("s-00000001");

  /** The one connector. */
  public static final ConnectorId CONNECTOR = ConnectorId.declared(ENVIRONMENT, "site-1");

  /** The bucket's name in events. */
  public static final String BUCKET = "drover-test";

  /** The name of the segment queue. */
  public static final String SEGMENT_QUEUE = "segments";

  /** How the names of the connectors' queues begin. */
  public static final String TASK_QUEUES = "drover-tasks-";

  private static final int CONNECTOR_ZSTD_LEVEL = 1;

  /** Goes when it is told to. */
  public final SettableClock clock = new SettableClock();

  /** The table's items. */
  public final InMemoryDynamoDb dynamoDb = new InMemoryDynamoDb();

  /** The table. */
  public final State state = dynamoDb.state(1);

  /** The table past its gateways. */
  public final RawItems raw = new RawItems(dynamoDb);

  /** The bucket. */
  public final InMemoryObjects objects = new InMemoryObjects(clock);

  /** EBS. */
  public final InMemoryEbs ebs = new InMemoryEbs(clock);

  /** The images. */
  public final InMemoryImages images = new InMemoryImages(ebs);

  /** The queues. */
  public final InMemoryQueues queues = new InMemoryQueues();

  /** Swallows events. */
  public final EventLog log = new EventLog(new PrintStream(new ByteArrayOutputStream(), true));

  private int runs;

  /** A server with these disks and an active job. */
  public TestRun(List<TestDisk> disks) {
    Job job =
        new Job(
            JOB,
            SERVER,
            ENVIRONMENT,
            Job.State.ACTIVE,
            null,
            new Job.Schedule(clock.instant(), 12, false, null),
            new Job.Settings(null, null, null, null, false, null),
            new Job.History(clock.instant(), null, null, null, 0, null));
    state.transaction().with(state.jobs().add(job)).commit();
    queues.create(SEGMENT_QUEUE);
    queues.create(TASK_QUEUES + CONNECTOR);
    putServer(disks);
    connectorReports();
  }

  /** What the newest inventory says. */
  public void putServer(List<TestDisk> disks) {
    List<Report.InventoryDisk> known =
        disks.stream()
            .map(disk -> new Report.InventoryDisk(disk.id(), disk.id().value(), disk.sizeBytes()))
            .toList();
    Report.InventoryServer machine =
        new Report.InventoryServer("vm-1", "web-1", null, null, Firmware.UEFI, null, null, known);
    Server server =
        new Server(
            SERVER, ENVIRONMENT, machine, "folder", Set.of(CONNECTOR), JOB, false, clock.instant());
    if (!state.transaction().with(state.servers().add(server)).commit()) {
      state.servers().see(server);
    }
  }

  /** The connector registers, or shows that it lives. */
  public void connectorReports() {
    ReportOrigin origin = new ReportOrigin(ENVIRONMENT, CONNECTOR, clock.millis(), clock.instant());
    state
        .connectors()
        .register(
            new Report.Registration(1, origin, List.of(1), "0.1", "folder", null, null, List.of()),
            clock.instant());
    state.connectors().see(origin, clock.instant());
  }

  /** A run that has begun. */
  public RunId beginRun() {
    runs++;
    RunId id = new RunId(String.format(Locale.ROOT, "sms-run-%08x", runs));
    Run run =
        new Run(
            JOB,
            id,
            Run.State.ACTIVE,
            Run.Type.AUTOMATIC,
            clock.instant(),
            null,
            null,
            false,
            null,
            new Run.HandOver(0, 0, null, null, null),
            new Run.Progress(null, null, 0, 0, 0),
            new Run.Outcome(null, null, null, null),
            null);
    state.transaction().with(state.runs().add(run)).commit();
    setJob("activeRunId", id.value());
    return id;
  }

  /** Sets a text of the job. */
  public void setJob(String name, String value) {
    raw.set("JOB", JOB.value(), name, value);
  }

  /** Sets a number of the job. */
  public void setJob(String name, int value) {
    raw.set("JOB", JOB.value(), name, value);
  }

  /** The run makes no AMI. */
  public void fail(RunId run) {
    RunReference failed = new RunReference(JOB, run);
    state.transaction().with(state.runs().fail(failed, "Test", "stopped")).commit();
  }

  /** The generation that is read next. */
  public Generation generation(String vmSnapshot) {
    return Generation.of(clock.instant(), vmSnapshot);
  }

  /** What the report function does when a generation was opened. */
  public void open(RunId run, Generation generation, int epoch, List<TestDisk> disks) {
    ReplicationPlan plan = newestPlan(run);
    Run.HandOver seen = run(run).handOver();
    RunAttempt attempt = new RunAttempt(JOB, run, seen.attempt());
    state
        .transaction()
        .with(state.runs().open(attempt, seen.generation(), generation, Firmware.UEFI))
        .commit();
    for (TestDisk disk : disks) {
      ReplicationPlan.Base base = plan.disk(disk.id()).map(ReplicationPlan.Disk::base).orElse(null);
      SnapshotId parent = base == null ? null : base.snapshotId();
      SnapshotId snapshot =
          ebs.start(parent, Map.of(Snapshots.TAG_JOB, JOB.value(), Snapshots.TAG_RUN, run.value()));
      RunDisk opened =
          new RunDisk(
              run,
              disk.id(),
              epoch,
              generation,
              base == null
                  ? null
                  : new RunDisk.Base(
                      base.snapshotId(), base.digestListKey(), base.digestListDigest()),
              base == null ? "first copy" : null,
              disk.sizeBytes(),
              snapshot,
              RunDisk.State.APPLYING,
              null,
              null,
              disks.indexOf(disk) == 0,
              disks.indexOf(disk),
              "disk" + disks.indexOf(disk) + ".img");
      RunDisk old = state.disks().find(run, disk.id()).orElse(null);
      state.transaction().with(state.disks().put(opened, old)).commit();
    }
  }

  /** The plan of the newest attempt. */
  public ReplicationPlan newestPlan(RunId run) {
    String key =
        objects
            .list(ObjectKeys.TASKS + ENVIRONMENT + "/" + run + "/")
            .map(ObjectStore.Listed::key)
            .filter(name -> name.endsWith("/plan.json"))
            .reduce((a, b) -> b)
            .orElseThrow();
    return MessageJson.read(key, objects.bytes(key), ReplicationPlan.class);
  }

  /**
   * The connector sends what differs and writes its manifest.
   *
   * @param index the block digests that its index has of the base; null without a base
   */
  public TaskResult.ManifestKey send(
      RunId run, Generation generation, TestDisk disk, @Nullable List<Digest> index) {
    ReplicationPlan plan = newestPlan(run);
    ReplicationPlan.Base base = plan.disk(disk.id()).map(ReplicationPlan.Disk::base).orElse(null);
    List<Manifest.Extent> extents = new ArrayList<>();
    DiskDigester digester = new DiskDigester(digest -> {});
    int blocksChanged = 0;
    List<Digest> actual = disk.digests();
    try (SegmentBuilder builder = new SegmentBuilder(CONNECTOR_ZSTD_LEVEL)) {
      for (int extent = 0; extent < disk.geometry().extentCount(); extent++) {
        DigestChain chain = new DigestChain();
        int first = disk.geometry().firstBlock(extent);
        for (int block = first; block < first + disk.geometry().blocksIn(extent); block++) {
          boolean changed =
              index == null || block >= index.size() || !index.get(block).equals(actual.get(block));
          if (changed) {
            blocksChanged++;
            add(builder, disk, block, actual.get(block));
          }
          chain.add(actual.get(block));
          digester.addBlock(actual.get(block));
        }
        Digest segment =
            builder.isEmpty() ? null : stage(builder, run, generation, disk, base, extent);
        extents.add(new Manifest.Extent(chain.finish(), segment));
      }
    }
    return manifest(run, plan, generation, disk, base, extents, digester.finish(), blocksChanged);
  }

  private static void add(SegmentBuilder builder, TestDisk disk, int block, Digest digest) {
    if (disk.isFilled(block)) {
      builder.addData(block, digest, disk.data(block));
    } else {
      builder.addZero(block);
    }
  }

  private Digest stage(
      SegmentBuilder builder,
      RunId run,
      Generation generation,
      TestDisk disk,
      ReplicationPlan.@Nullable Base base,
      int extent) {
    SegmentCoordinates at = new SegmentCoordinates(delta(run, generation, disk, base), extent);
    Digest baseList = base == null ? Digest.NEVER_WRITTEN : base.digestListDigest();
    Segment segment = builder.build(new SegmentHeader(at, baseList, disk.sizeBytes(), false));
    try {
      objects.put(ObjectKeys.segment(at), segment.openStream().readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return segment.digest();
  }

  private static DiskDelta delta(
      RunId run, Generation generation, TestDisk disk, ReplicationPlan.@Nullable Base base) {
    SnapshotId baseSnapshot = base == null ? null : base.snapshotId();
    return new DiskDelta(ENVIRONMENT, JOB, run, disk.id(), baseSnapshot, generation);
  }

  private TaskResult.ManifestKey manifest(
      RunId run,
      ReplicationPlan plan,
      Generation generation,
      TestDisk disk,
      ReplicationPlan.@Nullable Base base,
      List<Manifest.Extent> extents,
      Digest diskDigest,
      int blocksChanged) {
    Manifest manifest =
        new Manifest(
            1,
            delta(run, generation, disk, base),
            ReadMode.FULL,
            disk.sizeBytes(),
            clock.instant(),
            diskDigest,
            Math.toIntExact(extents.stream().filter(extent -> extent.segment() != null).count()),
            blocksChanged,
            disk.sizeBytes(),
            (long) blocksChanged * DiskGeometry.BLOCK_BYTES,
            blocksChanged * 1000L);
    String key = ObjectKeys.manifest(ENVIRONMENT, CONNECTOR, plan.run(), disk.id());
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
    objects.put(key, bytes.toByteArray());
    return new TaskResult.ManifestKey(disk.id(), key);
  }

  /** The keys of all that is staged, ascending. */
  public List<String> staged() {
    return objects.list(ObjectKeys.STAGING).map(ObjectStore.Listed::key).toList();
  }

  /** S3's news of an object. */
  public static String event(String key) {
    return new StagedEvent(BUCKET, key).toMessage();
  }

  /** The disk of a run. */
  public RunDisk runDisk(RunId run, DiskId disk) {
    return state.disks().find(run, disk).orElseThrow();
  }

  /** The run. */
  public Run run(RunId id) {
    return state.runs().find(new RunReference(JOB, id)).orElseThrow();
  }
}
