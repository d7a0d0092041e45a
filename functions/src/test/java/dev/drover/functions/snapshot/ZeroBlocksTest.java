package dev.drover.functions.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.Snapshots;
import dev.drover.functions.image.ImageFunction;
import dev.drover.functions.report.ReportFunction;
import dev.drover.functions.segment.SegmentFunction;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.ImageImport;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.ScriptedConnector;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.Generation;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.ReplicationPlan;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies whose zero blocks are left out, through the functions. */
final class ZeroBlocksTest {
  private static final long SIZE_BYTES = 3 * DiskGeometry.EXTENT_BYTES + 5 * 524_288L + 512;

  /** An extent of zeros alone, and extents with some. */
  private final TestDisk disk =
      new TestDisk("root.img", SIZE_BYTES).fill(0, 1).fill(3, 2).fill(300, 3);

  private final List<TestDisk> disks = List.of(disk);
  private final World world = World.withServer(disks);
  private final Job job = world.job();
  private final ScriptedConnector connector = new ScriptedConnector(world);
  private final ReportFunction reports = new ReportFunction(world);
  private final SnapshotFunctions functions = new SnapshotFunctions(world);
  private final SegmentFunction segments = new SegmentFunction(world);
  private final ImageFunction images = new ImageFunction(world);

  @BeforeEach
  void omit() {
    set(ZeroPolicy.OMIT);
  }

  private void set(ZeroPolicy zeroBlocks) {
    assertThat(world.state.jobs().set(world.job(job.id()), zeroBlocks, ImageImport.AUTO)).isTrue();
  }

  private RunReference completed(@Nullable List<Digest> index) {
    RunReference run =
        functions.replicate(job.id(), disks, index == null ? Map.of() : Map.of(disk.id(), index));
    assertThat(images.publish(run)).isEqualTo("available");
    world.pass(Duration.ofHours(12));
    world.see(World.CONNECTOR);
    return run;
  }

  private BaseSnapshot base() {
    return world.state.bases().list(job.id()).getFirst();
  }

  private ReplicationPlan planned() {
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    return connector.plan(run);
  }

  private static ReplicationPlan.Disk only(ReplicationPlan plan) {
    return plan.disks().getFirst();
  }

  private Map<String, String> tags(RunReference run) {
    return world.ebs.find(world.runDisk(run, disk.id()).snapshotId()).orElseThrow().tags();
  }

  private RunReference begun() {
    RunReference run = world.beginNext(job.id());
    functions.prepare(run, 1);
    return run;
  }

  @Test
  void run_firstCopy_writesOnlyWhatIsNotZero() {
    RunReference run = completed(null);

    RunDisk runDisk = world.runDisk(run, disk.id());
    assertThat(world.ebs.blocks(runDisk.snapshotId())).containsOnlyKeys(0, 3, 300);
    assertThat(Objects.requireNonNull(runDisk.completion()).blocksWritten()).isEqualTo(3);
    assertThat(runDisk.zerosLeftOut()).isTrue();
  }

  @Test
  void run_diskOfZerosAlone_isASnapshotWithoutBlocks() {
    TestDisk zeros = new TestDisk("root.img", SIZE_BYTES);
    RunReference run = functions.replicate(job.id(), List.of(zeros), Map.of());

    assertThat(world.ebs.blocks(world.runDisk(run, zeros.id()).snapshotId())).isEmpty();
  }

  @Test
  void run_overACopyWithoutZeros_writesTheZerosThatAreNew() {
    completed(null);
    List<Digest> before = disk.digests();
    TestDisk now = new TestDisk("root.img", SIZE_BYTES).fill(0, 1).fill(300, 9);

    RunReference run = functions.replicate(job.id(), List.of(now), Map.of(disk.id(), before));

    RunDisk runDisk = world.runDisk(run, disk.id());
    assertThat(runDisk.base()).isNotNull();
    assertThat(runDisk.zerosLeftOut()).isFalse();
    assertThat(Objects.requireNonNull(runDisk.completion()).blocksWritten()).isEqualTo(2);
    assertThat(world.ebs.blocks(runDisk.snapshotId())).containsEntry(3, DiskGeometry.ZERO_BLOCK);
  }

  @Test
  void publish_copiesWithoutZeros_tagsThemAndTheirImages() {
    RunReference first = completed(null);
    RunReference second = completed(disk.digests());

    for (RunReference run : List.of(first, second)) {
      assertThat(tags(run)).containsEntry("drover:zeroBlocks", "omit");
      String amiId = Objects.requireNonNull(world.run(run).outcome().amiId());
      assertThat(Objects.requireNonNull(world.images.registered().get(amiId)).tags())
          .containsEntry("drover:zeroBlocks", "omit");
    }
    assertThat(base().zerosLeftOut()).isTrue();
  }

  @Test
  void publish_copyWithItsZeros_hasNoSuchTag() {
    set(ZeroPolicy.SEND);
    RunReference run = completed(null);

    assertThat(tags(run)).doesNotContainKey(Snapshots.TAG_ZERO_BLOCKS);
    assertThat(base().zerosLeftOut()).isFalse();
  }

  @Test
  void prepare_newSnapshotsAreEncrypted_sendsZerosOverNoCopyWithoutThem() {
    completed(null);
    world.ebs.encryptByDefault();

    ReplicationPlan plan = planned();

    assertThat(plan.zeroPolicy()).isEqualTo(ZeroPolicy.SEND);
    assertThat(only(plan).base()).isNull();
    assertThat(only(plan).baseReason())
        .isEqualTo(
            "zero blocks were left out of the last copy, "
                + base().snapshotId()
                + ", and this run is to be encrypted: they would read as anything");
  }

  @Test
  void prepare_jobSendsZerosByNow_sendsTheWholeDisk() {
    completed(null);
    set(ZeroPolicy.SEND);

    ReplicationPlan plan = planned();

    assertThat(plan.zeroPolicy()).isEqualTo(ZeroPolicy.SEND);
    assertThat(only(plan).base()).isNull();
    assertThat(only(plan).baseReason()).endsWith("and the job's zeroBlocks is send");
  }

  @Test
  void prepare_jobOmitsZerosByNow_restsOnTheCopyThatHasThem() {
    set(ZeroPolicy.SEND);
    completed(null);
    set(ZeroPolicy.OMIT);

    assertThat(only(planned()).base()).isNotNull();
  }

  @Test
  void prepare_settingChangedWhileARunIsOn_isForTheNext() {
    RunReference run = begun();
    set(ZeroPolicy.SEND);
    functions.prepare(run, 1);

    assertThat(connector.plan(run).zeroPolicy()).isEqualTo(ZeroPolicy.OMIT);
  }

  @Test
  void prepare_openedBeforeEncryptionWasTurnedOn_goesOnAsItWasOpened() {
    RunReference run = begun();
    reports.report(connector.opened(run, world.generation("one"), disks));
    world.ebs.encryptByDefault();
    functions.prepare(run, 1);

    assertThat(connector.plan(run).zeroPolicy()).isEqualTo(ZeroPolicy.OMIT);
  }

  @Test
  void prepare_openedReportLost_knowsThatZerosAreLeftOut() {
    RunReference run = begun();
    Report.Opened opened = connector.opened(run, world.generation("one"), disks);
    world.objects.put(opened.key(), MessageJson.write(opened));
    world.ebs.encryptByDefault();
    functions.prepare(run, 1);

    assertThat(connector.plan(run).zeroPolicy()).isEqualTo(ZeroPolicy.OMIT);
  }

  @Test
  void open_encryptedByNow_isRefusedWithWhatToDo() {
    RunReference run = begun();
    world.ebs.encryptByDefault();
    reports.report(connector.opened(run, world.generation("one"), disks));

    assertThat(world.state.disks().list(run.runId())).isEmpty();
    assertThat(world.run(run).outcome().statusMessage())
        .contains("Zero blocks are left out")
        .contains("start a run on demand");
  }

  @Test
  void open_zerosLeftOutAgainstThePlan_isRefused() {
    RunReference omitted = begun();
    Report.Opened opened = connector.opened(omitted, world.generation("one"), disks);
    set(ZeroPolicy.SEND);
    RunReference run = begun();
    reports.report(
        new Report.Opened(
            1,
            opened.origin(),
            connector.plan(run).run(),
            opened.generation(),
            opened.vmSnapshotTime(),
            opened.consistency(),
            opened.firmware(),
            opened.disks()));

    assertThat(world.run(run).outcome().statusMessage())
        .isEqualTo(
            "The connector leaves zero blocks out of disk 'disk0.img' ("
                + disk.id()
                + "), which its plan does not allow.");
  }

  /** The connector reads what it does not send: what nobody wrote is zeros, and nothing else. */
  @Test
  void complete_blockThatIsNotZeroWasNotSent_disagrees() {
    RunReference run = begun();
    Generation generation = world.generation("one");
    reports.report(connector.opened(run, generation, disks));
    List<Digest> believed = new ArrayList<>(new TestDisk("root.img", SIZE_BYTES).digests());
    believed.set(3, disk.digests().get(3));
    List<TaskResult.ManifestKey> sent = List.of(connector.send(run, generation, disk, believed));
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");

    assertThatThrownBy(() -> functions.complete(run, disk.id()))
        .isInstanceOf(DigestsDisagreeException.class)
        .hasMessageContaining("extent 0");
  }

  @Test
  void complete_zerosLeftOutOfACopyThatIsToHaveThem_disagrees() {
    set(ZeroPolicy.SEND);
    RunReference run = begun();
    Generation generation = world.generation("one");
    reports.report(connector.opened(run, generation, disks));
    List<Digest> believed = new TestDisk("root.img", SIZE_BYTES).digests();
    List<TaskResult.ManifestKey> sent = List.of(connector.send(run, generation, disk, believed));
    connector.staged().forEach(segments::deliver);
    assertThat(functions.look(run, generation, sent)).isEqualTo("APPLIED");

    assertThatThrownBy(() -> functions.complete(run, disk.id()))
        .isInstanceOf(DigestsDisagreeException.class);
  }

  @Test
  void apply_segmentLeavesZerosOutOfADiskThatIsToHaveThem_isMissing() {
    RunReference run = begun();
    Generation generation = world.generation("one");
    Report.Opened opened = connector.opened(run, generation, disks);
    reports.report(withZeros(opened));
    connector.send(run, generation, disk, null);
    connector.staged().forEach(segments::deliver);

    assertThat(world.ebs.puts()).isZero();
    assertThat(world.state.receipts().list(world.runDisk(run, disk.id())))
        .isNotEmpty()
        .allSatisfy(
            receipt ->
                assertThat(receipt.lastError())
                    .contains("leaves zero blocks out, which the plan does not allow"));
  }

  private Report.Opened withZeros(Report.Opened opened) {
    return new Report.Opened(
        1,
        opened.origin(),
        opened.run(),
        opened.generation(),
        opened.vmSnapshotTime(),
        opened.consistency(),
        opened.firmware(),
        List.of(
            new Report.OpenedDisk(
                disk.id(), disk.fileName(), "disk0.img", disk.sizeBytes(), null, null)));
  }
}
