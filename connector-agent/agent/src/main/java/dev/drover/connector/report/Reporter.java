package dev.drover.connector.report;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.store.ObjectContent;
import dev.drover.connector.store.ObjectStore;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.ReportOrigin;
import dev.drover.protocol.message.TaskResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the connector's reports. Each kind has one key, so that a report replaces the one before it;
 * the number in it says which is newer when events come out of order.
 */
public final class Reporter {
  private static final List<Integer> PROTOCOL_VERSIONS = List.of(MessageJson.VERSION);

  private final EnvironmentName environment;
  private final ConnectorId connectorId;
  private final ReportSequence sequence;
  private final InstantSource clock;
  private final String instance;
  private final ObjectStore store;

  /**
   * Reports of one process.
   *
   * @param instance names the process, and no other of the same connector
   */
  public Reporter(
      EnvironmentName environment,
      ConnectorId connectorId,
      ReportSequence sequence,
      InstantSource clock,
      String instance,
      ObjectStore store) {
    this.environment = environment;
    this.connectorId = connectorId;
    this.sequence = sequence;
    this.clock = clock;
    this.instance = instance;
    this.store = store;
  }

  /** The same reports, put through another store. */
  public Reporter over(ObjectStore other) {
    return new Reporter(environment, connectorId, sequence, clock, instance, other);
  }

  /** The connector has started. */
  public void registration(String connectorVersion, ServerSource source, HostAddress address) {
    put(
        new Report.Registration(
            MessageJson.VERSION,
            origin(),
            PROTOCOL_VERSIONS,
            connectorVersion,
            source.type(),
            address.ip(),
            address.mac(),
            source.capabilities()));
  }

  /** What the source sees. */
  public void inventory(SourceInventory inventory) {
    put(
        new Report.Inventory(
            MessageJson.VERSION, origin(), inventory.servers(), inventory.problems()));
  }

  /**
   * The connector lives.
   *
   * @param abandoned threads that do not come back
   * @param trouble why it takes no new tasks; null when it does
   */
  public void status(
      int slots, int activeTasks, int queuedTasks, int abandoned, @Nullable String trouble) {
    put(
        new Report.Status(
            MessageJson.VERSION,
            origin(),
            slots,
            activeTasks,
            queuedTasks,
            abandoned,
            trouble,
            null));
  }

  /** The connector ends; its tasks stand in its journal. */
  public void farewell(@Nullable String trouble) {
    put(new Report.Status(MessageJson.VERSION, origin(), 0, 0, 0, 0, trouble, true));
  }

  /** A generation stands. */
  public void opened(RunAttempt run, Capture capture, List<Report.OpenedDisk> disks) {
    put(
        new Report.Opened(
            MessageJson.VERSION,
            origin(),
            run,
            capture.name().generation(),
            capture.name().createdAt(),
            capture.consistency(),
            capture.firmware(),
            disks));
  }

  /** How far a run is. */
  public void progress(RunAttempt run, Generation generation, List<Report.DiskProgress> disks) {
    put(new Report.Progress(MessageJson.VERSION, origin(), run, generation, disks));
  }

  /** All of a run is staged. */
  public void completed(RunAttempt run, TaskResult result) {
    put(
        new Report.Completed(
            MessageJson.VERSION, origin(), run, result.generation(), result.manifests()));
  }

  /** A run could not be done. */
  public void failed(RunAttempt run, String code, boolean retryable, String sentence) {
    put(new Report.Failed(MessageJson.VERSION, origin(), run, code, retryable, sentence));
  }

  /** The key under which a disk's manifest belongs. */
  public String manifestKey(RunAttempt run, DiskId diskId) {
    return ObjectKeys.manifest(environment, connectorId, run, diskId);
  }

  private void put(Report report) {
    store.put(report.key(), ObjectContent.ofJson(MessageJson.write(report)));
  }

  private ReportOrigin origin() {
    try {
      return new ReportOrigin(environment, connectorId, sequence.next(), clock.instant(), instance);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
