package dev.drover.functions.report;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.State;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.Report;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Reads one report and gives it to whom it is for, unless its key says that it is a lie. */
final class ReportIntake {
  private final SmallObjects objects;
  private final State state;
  private final CatalogUpdate catalog;
  private final GenerationOpening opening;
  private final ProgressUpdate progress;
  private final InstantSource clock;
  private final EventLog log;

  ReportIntake(
      SmallObjects objects,
      State state,
      CatalogUpdate catalog,
      GenerationOpening opening,
      ProgressUpdate progress,
      InstantSource clock,
      EventLog log) {
    this.objects = objects;
    this.state = state;
    this.catalog = catalog;
    this.opening = opening;
    this.progress = progress;
    this.clock = clock;
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
      Optional<byte[]> json = objects.read(key);
      if (json.isEmpty()) {
        log.event("report-gone", Map.of("key", key));
        return;
      }
      Report report = MessageJson.read(key, json.get(), Report.class);
      report.requireFoundAt(key);
      work(report, deadline);
    } catch (InvalidMessageException | FormatException e) {
      log.event("report-refused", Map.of("key", key, "reason", String.valueOf(e.getMessage())));
    }
  }

  private void work(Report report, Instant deadline) {
    state.connectors().see(report.origin(), clock.instant());
    switch (report) {
      case Report.Registration registration -> register(registration);
      case Report.Inventory inventory -> catalog.update(inventory, deadline);
      case Report.Status status -> {
        // That it came is all that it says to the table.
      }
      case Report.Opened opened -> opening.open(opened);
      case Report.Progress made -> progress.progress(made);
      case Report.Completed completed -> progress.completed(completed);
      case Report.Failed failed -> progress.failed(failed);
    }
  }

  private void register(Report.Registration registration) {
    if (state.connectors().register(registration, clock.instant())) {
      log.event(
          "connector-registered",
          Map.of(
              "connectorId", registration.origin().connectorId(),
              "environment", registration.origin().environment(),
              "version", registration.connectorVersion()));
    }
  }
}
