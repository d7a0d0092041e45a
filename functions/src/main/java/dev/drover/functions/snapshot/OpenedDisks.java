package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.State;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The disks of a run as it was opened last, for the plan of another attempt: as the table has them
 * or, where the event of the newest report was lost or is late, as that report has them. A
 * connector reports what it opens before it stages anything of it, so nothing that is staged is
 * unknown; without this, the next attempt would send it again.
 *
 * <p>Where something is applied, the table decides: only once it has the newest generation,
 * segments of those before are applied no more, and what the snapshots hold is known. A connector
 * that opens another one than its plan speaks of asks for another plan then, and reports it again.
 */
final class OpenedDisks {
  /** The snapshot of a disk that the table does not know: none was started. */
  private static final SnapshotId NOT_STARTED = new SnapshotId("snap-00000000");

  private final State state;
  private final ObjectStore objects;

  OpenedDisks(State state, ObjectStore objects) {
    this.state = state;
    this.objects = objects;
  }

  /**
   * The disks in boot order; none when nothing was opened.
   *
   * @param connectors who may have had the run
   */
  List<RunDisk> of(EnvironmentName environment, Run run, Set<ConnectorId> connectors) {
    List<RunDisk> known = state.disks().list(run.id());
    return known.stream().anyMatch(state.receipts()::knowsOf)
        ? known
        : newestReport(environment, run, connectors)
            .flatMap(report -> asReported(run, report, known))
            .orElse(known);
  }

  private Optional<Report.Opened> newestReport(
      EnvironmentName environment, Run run, Set<ConnectorId> connectors) {
    Run.Opening opening = run.handOver().opening();
    int oldest = opening == null ? 1 : opening.attempt();
    Set<String> ids = new TreeSet<>();
    connectors.forEach(id -> ids.add(id.value()));
    if (run.handOver().connectorId() != null) {
      ids.add(run.handOver().connectorId().value());
    }
    for (int attempt = run.handOver().attempt(); attempt >= oldest; attempt--) {
      for (String id : ids) {
        RunAttempt at = new RunAttempt(run.jobId(), run.id(), attempt);
        Optional<Report.Opened> report = read(environment, new ConnectorId(id), at);
        if (report.isPresent()) {
          return report;
        }
      }
    }
    return Optional.empty();
  }

  /** One that cannot be read is none: the report function has refused it, too. */
  private Optional<Report.Opened> read(
      EnvironmentName environment, ConnectorId connectorId, RunAttempt at) {
    String key = ObjectKeys.runReport(environment, connectorId, at, Report.Opened.TYPE);
    Optional<ObjectStore.Opened> found = objects.open(key);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (ObjectStore.Opened object = found.get()) {
      byte[] json = object.body().readNBytes(MessageJson.MAX_BYTES);
      Report report = MessageJson.read(key, json, Report.class);
      report.requireFoundAt(key);
      return report instanceof Report.Opened opened ? Optional.of(opened) : Optional.empty();
    } catch (InvalidMessageException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new TransientException("reading " + key + " broke off", e);
    }
  }

  /** Empty when the table knows it, or when a base is named that cannot be had any more. */
  private Optional<List<RunDisk>> asReported(Run run, Report.Opened report, List<RunDisk> known) {
    if (isKnown(report, known)) {
      return Optional.empty();
    }
    List<BaseSnapshot> bases = state.bases().list(run.jobId());
    List<RunDisk> disks = new ArrayList<>();
    for (Report.OpenedDisk disk : report.disks()) {
      RunDisk.Base base = base(disk, bases);
      if (disk.base() != null && base == null) {
        return Optional.empty();
      }
      int epoch =
          known.stream()
              .filter(old -> old.diskId().equals(disk.diskId()))
              .mapToInt(old -> old.epoch() + 1)
              .findFirst()
              .orElse(1);
      disks.add(disk(report, disk, base, epoch, disks.size()));
    }
    return Optional.of(List.copyOf(disks));
  }

  private static boolean isKnown(Report.Opened report, List<RunDisk> known) {
    return report.disks().size() == known.size()
        && known.stream()
            .allMatch(
                disk ->
                    disk.generation().equals(report.generation())
                        && report.disks().stream().anyMatch(opened -> isSame(disk, opened)));
  }

  private static boolean isSame(RunDisk disk, Report.OpenedDisk opened) {
    return disk.diskId().equals(opened.diskId())
        && disk.sizeBytes() == opened.sizeBytes()
        && Objects.equals(disk.baseSnapshot(), opened.base())
        && disk.zerosLeftOut() == opened.leavesZerosOut();
  }

  private static RunDisk.@Nullable Base base(Report.OpenedDisk disk, List<BaseSnapshot> bases) {
    return bases.stream()
        .filter(base -> base.diskId().equals(disk.diskId()))
        .filter(base -> base.snapshotId().equals(disk.base()))
        .findFirst()
        .map(
            base ->
                new RunDisk.Base(base.snapshotId(), base.digestListKey(), base.digestListDigest()))
        .orElse(null);
  }

  private static RunDisk disk(
      Report.Opened report,
      Report.OpenedDisk disk,
      RunDisk.@Nullable Base base,
      int epoch,
      int number) {
    return new RunDisk(
        report.run().runId(),
        disk.diskId(),
        epoch,
        epoch,
        report.generation(),
        base,
        base == null ? disk.baseReason() : null,
        disk.sizeBytes(),
        NOT_STARTED,
        Instant.EPOCH,
        RunDisk.State.APPLYING,
        null,
        null,
        number == 0,
        number,
        disk.label(),
        disk.leavesZerosOut());
  }
}
