package dev.drover.connector.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskDigester;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.format.DigestListHeader;
import dev.drover.protocol.format.DigestListWriter;
import dev.drover.protocol.format.ExtentBitmap;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.format.ManifestReader;
import dev.drover.protocol.format.SegmentEntry;
import dev.drover.protocol.format.SegmentReader;
import dev.drover.protocol.format.WrittenExtents;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.ReplicationPlan;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.TaskResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The cloud's side as far as a connector can tell: writes plans, applies segments to volumes. */
public final class FakeCloud {
  public static final EnvironmentName ENVIRONMENT = new EnvironmentName("site");
  public static final ConnectorId CONNECTOR = ConnectorId.declared(ENVIRONMENT, "site-1");
  public static final JobId JOB = new JobId("sms-job-00000001");
  private static final ServerId SERVER = new ServerId("s-00000001");

  private final MemoryStore store;
  private final Map<SnapshotId, byte[]> volumes = new HashMap<>();
  private ZeroPolicy zeros = ZeroPolicy.SEND;
  private int snapshotCount;

  public FakeCloud(MemoryStore store) {
    this.store = store;
  }

  public static RunId run(int number) {
    return new RunId(String.format("sms-run-%08x", number));
  }

  private static RunAttempt attempt(int run, int attempt) {
    return new RunAttempt(JOB, run(run), attempt);
  }

  /** Plans from now on leave zero blocks out of copies without a base. */
  public void omitZeros() {
    zeros = ZeroPolicy.OMIT;
  }

  /** A task whose plan says nothing of any disk. */
  public ConnectorTask.Replicate task(int run, int attempt, String vmId) {
    return task(run, attempt, vmId, List.of());
  }

  /** The same of a server of an application: it is captured before it has a slot. */
  public static ConnectorTask.Replicate early(ConnectorTask.Replicate task) {
    return altered(task, task.environment(), task.deadline(), task.planDigest(), true);
  }

  /** The same with other parts. */
  public static ConnectorTask.Replicate altered(
      ConnectorTask.Replicate task,
      EnvironmentName environment,
      Instant deadline,
      @Nullable Digest planDigest,
      @Nullable Boolean captureEarly) {
    return new ConnectorTask.Replicate(
        task.version(),
        task.messageId(),
        task.taskToken(),
        environment,
        task.jobId(),
        task.runId(),
        task.attempt(),
        task.pass(),
        task.serverId(),
        task.vmId(),
        deadline,
        task.planKey(),
        planDigest,
        captureEarly);
  }

  public ConnectorTask.Replicate task(
      int run, int attempt, String vmId, List<ReplicationPlan.Disk> disks) {
    String planKey = ObjectKeys.plan(ENVIRONMENT, attempt(run, attempt));
    ReplicationPlan plan =
        new ReplicationPlan(
            1, ENVIRONMENT, JOB, run(run), attempt, 1, SERVER, vmId, false, null, zeros, disks);
    byte[] written = MessageJson.write(plan);
    store.write(planKey, written);
    return new ConnectorTask.Replicate(
        1,
        "message-" + run + "-" + attempt,
        "token-" + run + "-" + attempt,
        ENVIRONMENT,
        JOB,
        run(run),
        attempt,
        1,
        SERVER,
        vmId,
        Instant.parse("2100-01-01T00:00:00Z"),
        planKey,
        Digest.of(written),
        null);
  }

  public static ReplicationPlan.Disk planned(DiskId disk, ReplicationPlan.Base base) {
    return new ReplicationPlan.Disk(disk, base, null, false, ReadMode.FULL, null, null, List.of());
  }

  public Report.Opened opened(int run, int attempt) {
    return report(run, attempt, "opened", Report.Opened.class);
  }

  public <T extends Report> T report(int run, int attempt, String type, Class<T> as) {
    String key = ObjectKeys.runReport(ENVIRONMENT, CONNECTOR, attempt(run, attempt), type);
    return as.cast(MessageJson.read(key, store.bytes(key), Report.class));
  }

  /** Completes a disk's snapshot as the cloud does, and gives what the next plan says of it. */
  public ReplicationPlan.Base complete(TaskResult result, DiskId disk) throws IOException {
    Manifest manifest = manifest(result, disk);
    SnapshotId base = manifest.delta().base();
    DiskGeometry geometry = new DiskGeometry(manifest.sizeBytes());
    byte[] volume = new byte[geometry.blockCount() * DiskGeometry.BLOCK_BYTES];
    if (base != null) {
      byte[] parent = volume(base);
      System.arraycopy(parent, 0, volume, 0, parent.length);
    }
    int changed = apply(result, disk, manifest, volume);
    assertThat(changed).isEqualTo(manifest.blocksChanged());
    SnapshotId snapshot = new SnapshotId(String.format("snap-%017x", ++snapshotCount));
    volumes.put(snapshot, volume);
    return digestList(manifest, snapshot, volume);
  }

  /** The volume of a snapshot, whole blocks. */
  public byte[] volume(ReplicationPlan.Base base) {
    return volume(base.snapshotId());
  }

  private byte[] volume(SnapshotId snapshot) {
    return Objects.requireNonNull(volumes.get(snapshot), "no such snapshot");
  }

  public Manifest manifest(TaskResult result, DiskId disk) throws IOException {
    return reader(result, disk).manifest();
  }

  private int apply(TaskResult result, DiskId disk, Manifest manifest, byte[] volume)
      throws IOException {
    ManifestReader reader = reader(result, disk);
    int changed = 0;
    for (int extent = 0; reader.hasNext(); extent++) {
      Digest segment = reader.next().segment();
      if (segment != null) {
        changed += applySegment(manifest, extent, segment, volume);
      }
    }
    reader.finish();
    return changed;
  }

  private int applySegment(Manifest of, int extent, Digest digest, byte[] volume)
      throws IOException {
    SegmentReader reader = segment(of.delta(), extent, digest);
    Digest follows = reader.header().follows();
    if (follows != null) {
      applySegment(of, extent, follows, volume);
    }
    for (SegmentEntry entry : reader.carried()) {
      byte[] block = reader.nextBlock();
      System.arraycopy(block, 0, volume, entry.block() * DiskGeometry.BLOCK_BYTES, block.length);
    }
    reader.finish();
    return reader.entries().size();
  }

  /** The staged segment of that digest, of whatever generation. */
  private SegmentReader segment(DiskDelta delta, int extent, Digest digest) throws IOException {
    for (String key : store.keys(ObjectKeys.STAGING)) {
      SegmentCoordinates at = ObjectKeys.parseSegment(key);
      if (at.extent() == extent && at.delta().diskId().equals(delta.diskId())) {
        byte[] object = store.bytes(key);
        SegmentReader reader =
            new SegmentReader(key, new ByteArrayInputStream(object), object.length);
        assertThat(reader.header().coordinates()).isEqualTo(at);
        if (reader.digest().equals(digest)) {
          return reader;
        }
      }
    }
    throw new AssertionError("no segment " + digest + " of extent " + extent + " is staged");
  }

  /**
   * What the next plan says of a disk that was opened in a generation, and of which the snapshot
   * has all that an attempt sent.
   */
  public ReplicationPlan.Disk planned(
      TaskResult applied, DiskId disk, Generation opened, ExtentBitmap durable) throws IOException {
    ManifestReader manifest = reader(applied, disk);
    List<WrittenExtents.Extent> written = new ArrayList<>();
    for (int extent = 0; manifest.hasNext(); extent++) {
      Digest digest = manifest.next().segment();
      if (digest != null) {
        BlockBitmap blocks = BlockBitmap.EMPTY;
        List<Digest> digests = new ArrayList<>();
        for (SegmentEntry entry : segment(manifest.manifest().delta(), extent, digest).entries()) {
          blocks = blocks.with(entry.block() % DiskGeometry.BLOCKS_PER_EXTENT);
          digests.add(entry.digest());
        }
        written.add(new WrittenExtents.Extent(extent, digest, blocks, digests));
      }
    }
    String keys = "tasks/" + opened + "/";
    store.write(keys + "bitmap", durable.encode());
    store.write(keys + "0000", WrittenExtents.encode(written));
    return new ReplicationPlan.Disk(
        disk,
        null,
        "first run",
        false,
        ReadMode.FULL,
        opened,
        keys + "bitmap",
        List.of(),
        keys,
        List.of(0));
  }

  private ReplicationPlan.Base digestList(Manifest of, SnapshotId snapshot, byte[] volume)
      throws IOException {
    DigestListHeader header =
        new DigestListHeader(snapshot, of.delta().base(), of.delta().diskId(), of.sizeBytes());
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    DigestListWriter writer = new DigestListWriter(list, header);
    DiskDigester digester = new DiskDigester(extent -> {});
    for (int block = 0; block < header.geometry().blockCount(); block++) {
      int from = block * DiskGeometry.BLOCK_BYTES;
      Digest digest = Digest.of(volume, from, DiskGeometry.BLOCK_BYTES);
      writer.add(digest);
      digester.addBlock(digest);
    }
    Digest listDigest = writer.finish();
    Digest diskDigest = digester.finish();
    assertThat(diskDigest).as("two derivations").isEqualTo(of.diskDigest());
    DiskDelta delta = of.delta();
    String key =
        ObjectKeys.digestList(delta.environment(), delta.jobId(), delta.diskId(), snapshot);
    store.write(key, list.toByteArray());
    return new ReplicationPlan.Base(
        snapshot, delta.runId(), key, listDigest, diskDigest, of.sizeBytes());
  }

  private ManifestReader reader(TaskResult result, DiskId disk) throws IOException {
    List<String> keys = new ArrayList<>();
    for (TaskResult.ManifestKey manifest : result.manifests()) {
      if (manifest.disk().equals(disk)) {
        keys.add(manifest.key());
      }
    }
    String key = keys.getFirst();
    return new ManifestReader(key, new ByteArrayInputStream(store.bytes(key)));
  }
}
