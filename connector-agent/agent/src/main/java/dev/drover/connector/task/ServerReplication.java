package dev.drover.connector.task;

import dev.drover.connector.index.DigestIndexBuilder;
import dev.drover.connector.index.IndexShelf;
import dev.drover.connector.pipeline.BandwidthLimit;
import dev.drover.connector.pipeline.DiskPass;
import dev.drover.connector.pipeline.DiskWork;
import dev.drover.connector.pipeline.ExtentJournal;
import dev.drover.connector.pipeline.ExtentWorkers;
import dev.drover.connector.pulse.Pulse;
import dev.drover.connector.report.Reporter;
import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.store.ObjectContent;
import dev.drover.connector.store.ObjectStore;
import dev.drover.connector.store.Patience;
import dev.drover.connector.store.PatientStore;
import dev.drover.connector.store.WatchedStore;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.Generation;
import dev.drover.protocol.format.ExtentBitmap;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.ReplicationPlan;
import dev.drover.protocol.message.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does a replicate task: plan → capture → opened → of every disk: extents → still unchanged? →
 * manifest; → completed.
 *
 * <p>Doing the same task again, after a crash or because the cloud asks, puts the same objects
 * under the same keys and sends no segment that is known to be durable.
 */
public final class ServerReplication {
  private static final Logger LOG = LoggerFactory.getLogger(ServerReplication.class);

  private final ServerSource source;
  private final ObjectStore store;
  private final IndexShelf shelf;
  private final ExtentWorkers workers;
  private final Reporter reporter;
  private final Patience patience;
  private final LongSupplier nanoClock;

  /**
   * Serves all slots.
   *
   * @param patience with the store, where a run is on its way
   */
  public ServerReplication(
      ServerSource source,
      ObjectStore store,
      IndexShelf shelf,
      ExtentWorkers workers,
      Reporter reporter,
      Patience patience,
      LongSupplier nanoClock) {
    this.source = source;
    this.store = store;
    this.shelf = shelf;
    this.workers = workers;
    this.reporter = reporter;
    this.patience = patience;
    this.nanoClock = nanoClock;
  }

  /** The same over another store. */
  private ServerReplication(ServerReplication of, ObjectStore store) {
    this.source = of.source;
    this.store = store;
    this.shelf = of.shelf.over(store);
    this.workers = of.workers;
    this.reporter = of.reporter.over(store);
    this.patience = of.patience;
    this.nanoClock = of.nanoClock;
  }

  /**
   * Replicates one server.
   *
   * @param memory of the task's run
   * @param pulse is told what it does, and ends it
   * @throws dev.drover.connector.stop.StoppedException when it was asked to stop
   */
  public TaskResult run(
      ConnectorTask.Replicate task, RunFolder memory, Pulse pulse, RunProgress progress)
      throws IOException {
    ObjectStore watched = new WatchedStore(store, pulse);
    return new ServerReplication(this, new PatientStore(watched, patience, pulse, nanoClock))
        .replicate(task, memory, pulse, progress);
  }

  private TaskResult replicate(
      ConnectorTask.Replicate task, RunFolder memory, Pulse pulse, RunProgress progress)
      throws IOException {
    ReplicationPlan plan = new PlanReader(store).plan(task);
    try (Capture capture = capture(task, memory, pulse)) {
      pulse.stop().check();
      memory.rememberCapture(task.jobId(), capture.name());
      List<DiskTransfer> disks = new ArrayList<>();
      try {
        DiskPass.Ports ports =
            new DiskPass.Ports(
                store,
                workers,
                new BandwidthLimit(plan.bandwidthBytesPerSecond(), nanoClock),
                pulse);
        for (CapturedDisk disk : capture.disks()) {
          disks.add(transfer(task, plan, capture.name().generation(), disk, memory, ports));
        }
        return send(task, memory, capture, disks, pulse, progress);
      } finally {
        close(disks);
      }
    }
  }

  /**
   * Takes the VM snapshot that the task will read, and reads nothing. A task that comes to its slot
   * goes on with it as with that of an earlier attempt.
   */
  public void captureEarly(ConnectorTask.Replicate task, RunFolder memory, Pulse pulse)
      throws IOException {
    try (Capture capture = capture(task, memory, pulse)) {
      memory.rememberCapture(task.jobId(), capture.name());
      LOG.atInfo()
          .addKeyValue("runId", task.runId())
          .addKeyValue("vmId", task.vmId())
          .addKeyValue("generation", capture.name().generation())
          .log("capture.early");
    }
  }

  private Capture capture(ConnectorTask.Replicate task, RunFolder memory, Pulse pulse)
      throws IOException {
    CaptureName before = memory.capture();
    try (Pulse.Step _ = pulse.read(() -> "opening server " + task.vmId())) {
      return new WatchedCapture(source.capture(task.vmId(), task.runId(), before), pulse);
    }
  }

  private TaskResult send(
      ConnectorTask.Replicate task,
      RunFolder memory,
      Capture capture,
      List<DiskTransfer> disks,
      Pulse pulse,
      RunProgress progress)
      throws IOException {
    Generation generation = capture.name().generation();
    progress.opened(generation, disks.stream().map(DiskTransfer::counters).toList());
    LOG.atInfo()
        .addKeyValue("runId", task.runId())
        .addKeyValue("vmId", task.vmId())
        .addKeyValue("generation", generation)
        .addKeyValue("consistency", capture.consistency())
        .log("capture.opened");
    reporter.opened(task.run(), capture, disks.stream().map(DiskTransfer::opened).toList());
    if (disks.stream().anyMatch(DiskTransfer::needsAnotherPlan)) {
      throw new NewGenerationException(task.vmId());
    }
    List<TaskResult.ManifestKey> manifests = new ArrayList<>();
    for (DiskTransfer disk : disks) {
      disk.run();
      capture.verifyUnchanged();
      pulse.stop().check();
      // At once: what the disk's manifest names may be completed while others are sent.
      manifests.add(putManifest(task, memory, capture, disk));
    }
    for (DiskTransfer disk : disks) {
      disk.finishIndex();
    }
    TaskResult result = new TaskResult(MessageJson.VERSION, generation, manifests);
    reporter.completed(task.run(), result);
    return result;
  }

  private DiskTransfer transfer(
      ConnectorTask.Replicate task,
      ReplicationPlan plan,
      Generation generation,
      CapturedDisk disk,
      RunFolder memory,
      DiskPass.Ports ports)
      throws IOException {
    ReplicationPlan.Disk planned = plan.disk(disk.diskId()).orElse(null);
    ChosenBase base = ChosenBase.choose(disk, planned, shelf);
    try {
      DiskDelta delta =
          new DiskDelta(
              task.environment(),
              task.jobId(),
              task.runId(),
              disk.diskId(),
              base.snapshotId(),
              generation);
      ReplicationPlan.Disk before = openedBefore(planned, base);
      boolean captureIsNew = before != null && !generation.equals(before.generation());
      boolean needsAnotherPlan = before != null && captureIsNew && holdsSomething(before, disk);
      DiskWork work =
          new DiskWork(
              delta,
              task.attempt(),
              disk,
              base.digestList(),
              plan.zeroPolicy(),
              captureIsNew ? null : durable(before, disk),
              planned == null ? Set.of() : Set.copyOf(planned.sendAgain()),
              captureIsNew || before == null
                  ? DiskWork.Written.NOTHING
                  : WrittenGroups.of(new PlanReader(store), before, disk.geometry()));
      ExtentJournal journal = memory.extents(delta, disk.geometry());
      try {
        DigestIndexBuilder next = shelf.begin(disk.diskId(), task.runId(), disk.geometry());
        return new DiskTransfer(work, base, next, journal, ports, needsAnotherPlan);
      } catch (IOException | RuntimeException e) {
        journal.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      base.close();
      throw e;
    }
  }

  /** What the plan knows of the disk as it was opened last; null where that serves no more. */
  private static ReplicationPlan.@Nullable Disk openedBefore(
      ReplicationPlan.@Nullable Disk planned, ChosenBase base) {
    boolean serves =
        planned != null
            && planned.generation() != null
            && Objects.equals(base.base(), planned.base());
    return serves ? planned : null;
  }

  /** Of a disk that has grown or shrunk, nothing of before serves. */
  private boolean holdsSomething(ReplicationPlan.Disk before, CapturedDisk disk)
      throws IOException {
    return new PlanReader(store)
        .anyBitmap(before.durableExtentsKey())
        .filter(bitmap -> bitmap.extentCount() == disk.geometry().extentCount())
        .filter(bitmap -> bitmap.cardinality() > 0 || !before.writtenGroups().isEmpty())
        .isPresent();
  }

  private @Nullable ExtentBitmap durable(ReplicationPlan.@Nullable Disk before, CapturedDisk disk)
      throws IOException {
    String key = before == null ? null : before.durableExtentsKey();
    return key == null ? null : new PlanReader(store).bitmap(key, disk.geometry());
  }

  private TaskResult.ManifestKey putManifest(
      ConnectorTask.Replicate task, RunFolder memory, Capture capture, DiskTransfer disk)
      throws IOException {
    Path file = memory.manifest(disk.disk().diskId());
    String key = reporter.manifestKey(task.run(), disk.disk().diskId());
    try {
      disk.writeManifest(file, capture.name().createdAt());
      store.put(key, ObjectContent.of(file));
    } finally {
      Files.deleteIfExists(file);
    }
    return new TaskResult.ManifestKey(disk.disk().diskId(), key);
  }

  private static void close(List<DiskTransfer> disks) throws IOException {
    for (DiskTransfer disk : disks) {
      disk.close();
    }
  }
}
