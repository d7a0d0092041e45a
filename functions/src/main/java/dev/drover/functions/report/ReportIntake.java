package dev.drover.functions.report;

import dev.drover.functions.account.NewerVersionException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.State;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.ReportOrigin;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Reads one report and gives it to whom it is for, unless its key says that it is a lie. */
final class ReportIntake {
  private final SmallObjects objects;
  private final State state;
  private final CatalogUpdate catalog;
  private final GenerationOpening opening;
  private final ProgressUpdate progress;
  private final EventLog log;

  ReportIntake(
      SmallObjects objects,
      State state,
      CatalogUpdate catalog,
      GenerationOpening opening,
      ProgressUpdate progress,
      EventLog log) {
    this.objects = objects;
    this.state = state;
    this.catalog = catalog;
    this.opening = opening;
    this.progress = progress;
    this.log = log;
  }

  /**
   * Works a report in. One that can never be is logged and done with; a manifest is none, the
   * report "completed" names it.
   *
   * @param deadline when to stop and be called again
   */
  void accept(String key, Instant deadline) {
    if (!key.startsWith(ObjectKeys.REPORTS) || key.endsWith(ObjectKeys.MANIFEST_SUFFIX)) {
      return;
    }
    try {
      Optional<SmallObjects.Read<Report>> found = objects.find(key, Report.class);
      if (found.isEmpty()) {
        log.event("report-gone", Map.of("key", key));
        return;
      }
      Report report = found.get().message();
      report.requireFoundAt(key);
      work(report, found.get().putAt(), deadline);
    } catch (UnknownVersionException e) {
      // Of a connector that was updated before its stack, or not taken back with it.
      throw NewerVersionException.of(e);
    } catch (InvalidMessageException | FormatException e) {
      log.event("report-refused", Map.of("key", key, "reason", String.valueOf(e.getMessage())));
    }
  }

  /**
   * Works a report in.
   *
   * @param arrived when S3 took it: the only time that is compared with others, because the report
   *     has its own from a clock that may be wrong
   */
  private void work(Report report, Instant arrived, Instant deadline) {
    see(report, arrived);
    switch (report) {
      case Report.Registration registration -> register(registration, arrived);
      case Report.Inventory inventory -> catalog.update(inventory, arrived, deadline);
      case Report.Status status -> {
        // Its load was seen.
      }
      case Report.Opened opened -> opening.open(opened);
      case Report.Progress made -> progress.progress(made);
      case Report.Completed completed -> progress.completed(completed);
      case Report.Failed failed -> progress.failed(failed);
    }
  }

  /** Also tells once when the connector's clock goes wrong, and when it is right again. */
  private void see(Report report, Instant arrived) {
    ReportOrigin origin = report.origin();
    Optional<Connector> known = state.connectors().find(origin.connectorId());
    Connector.Arrival before = known.map(Connector::newest).orElse(null);
    Connector.Processes processes =
        known.map(Connector::processes).orElse(Connector.Processes.NONE);
    boolean wasSkewed = before != null && before.isSkewed();
    Connector.Arrival now = Connector.Arrival.of(origin, arrived);
    if (state.connectors().see(report, arrived, processes) && now.isSkewed() != wasSkewed) {
      log.event(
          now.isSkewed() ? "connector-clock-wrong" : "connector-clock-right",
          Map.of(
              "connectorId", origin.connectorId(),
              "skewSeconds", now.clockSkew().toSeconds(),
              "itsTime", origin.time(),
              "ourTime", arrived));
    }
  }

  private void register(Report.Registration registration, Instant arrived) {
    if (state.connectors().register(registration, arrived)) {
      log.event(
          "connector-registered",
          Map.of(
              "connectorId", registration.origin().connectorId(),
              "environment", registration.origin().environment(),
              "version", registration.connectorVersion()));
    }
  }
}
