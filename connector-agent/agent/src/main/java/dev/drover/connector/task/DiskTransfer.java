package dev.drover.connector.task;

import dev.drover.connector.index.DigestIndexBuilder;
import dev.drover.connector.pipeline.DiskCounters;
import dev.drover.connector.pipeline.DiskPass;
import dev.drover.connector.pipeline.DiskResult;
import dev.drover.connector.pipeline.DiskWork;
import dev.drover.connector.pipeline.ExtentJournal;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.format.ManifestWriter;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One disk of a task: its pass, then its manifest, and last its index under its own name. */
final class DiskTransfer implements AutoCloseable {
  private final DiskWork work;
  private final ChosenBase base;
  private final DigestIndexBuilder next;
  private final ExtentJournal journal;
  private final DiskCounters counters;
  private final DiskPass pass;
  private final boolean needsAnotherPlan;
  private @Nullable DiskResult result;

  DiskTransfer(
      DiskWork work,
      ChosenBase base,
      DigestIndexBuilder next,
      ExtentJournal journal,
      DiskPass.Ports ports,
      boolean needsAnotherPlan) {
    this.work = work;
    this.base = base;
    this.next = next;
    this.journal = journal;
    this.needsAnotherPlan = needsAnotherPlan;
    this.counters = new DiskCounters(work.disk().diskId(), work.disk().sizeBytes());
    this.pass = new DiskPass(work, ports, base.index(), next, journal, counters);
  }

  CapturedDisk disk() {
    return work.disk();
  }

  /** Whether the cloud holds something of another capture, which the plan could not know of. */
  boolean needsAnotherPlan() {
    return needsAnotherPlan;
  }

  DiskCounters counters() {
    return counters;
  }

  Report.OpenedDisk opened() {
    CapturedDisk disk = work.disk();
    return new Report.OpenedDisk(
        disk.diskId(),
        disk.backingUuid(),
        disk.label(),
        disk.sizeBytes(),
        work.delta().base(),
        base.reason(),
        work.leavesZerosOut() ? true : null);
  }

  void run() throws IOException {
    result = pass.run();
  }

  void writeManifest(Path file, Instant capturedAt) throws IOException {
    Manifest manifest = manifest(done(), capturedAt);
    try (OutputStream target = Files.newOutputStream(file)) {
      ManifestWriter writer = new ManifestWriter(target, manifest);
      for (int extent = 0; extent < disk().geometry().extentCount(); extent++) {
        writer.add(pass.extent(extent));
      }
      writer.finish();
    }
  }

  void finishIndex() throws IOException {
    next.finish(done().diskDigest());
  }

  @Override
  public void close() throws IOException {
    try (base;
        next;
        journal) {
      // All three are closed, whichever of them fails to.
    }
  }

  private Manifest manifest(DiskResult of, Instant capturedAt) {
    return new Manifest(
        MessageJson.VERSION,
        work.delta(),
        ReadMode.FULL,
        disk().sizeBytes(),
        capturedAt,
        of.diskDigest(),
        of.extentsSent(),
        of.blocksChanged(),
        of.bytesRead(),
        of.bytesChanged(),
        of.bytesSent());
  }

  private DiskResult done() {
    return Objects.requireNonNull(result, "run() comes first");
  }
}
