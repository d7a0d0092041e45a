package dev.drover.functions.report;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.Shortened;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.Report.DiskProgress;
import dev.drover.protocol.message.Report.InventoryServer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * How far a run is, as its connector says. These are hints for people: the state machine learns by
 * task token that an attempt is done or given up.
 *
 * <p>Idempotency key: the attempt and the report's sequence number; an older one changes nothing.
 */
final class ProgressUpdate {
  private static final int MAX_SENTENCE_CHARS = 1_000;
  private static final int PERCENT = 100;

  private final ReportedRun runs;
  private final State state;
  private final ZerosToSend zeros;
  private final InstantSource clock;
  private final EventLog log;

  ProgressUpdate(
      ReportedRun runs, State state, ZerosToSend zeros, InstantSource clock, EventLog log) {
    this.runs = runs;
    this.state = state;
    this.zeros = zeros;
    this.clock = clock;
    this.log = log;
  }

  void progress(Report.Progress report) {
    Run run = runs.find(report.origin(), report.run()).orElse(null);
    if (run != null) {
      List<DiskProgress> disks = report.disks();
      long read = sum(disks, DiskProgress::bytesRead);
      long total = sum(disks, DiskProgress::bytesTotal);
      Run.Progress shown =
          new Run.Progress(
              Run.Stage.UPLOADING,
              percentage(read, total),
              read,
              sum(disks, DiskProgress::bytesChanged),
              sum(disks, DiskProgress::bytesSent),
              zeros.sentence(run, disks),
              pace(run, report.run().attempt(), read, total));
      state.runs().progress(report.run(), report.origin().sequence(), shown);
    }
  }

  /** Each attempt reads at its own pace, from its first report on. */
  private Run.Pace pace(Run run, int attempt, long read, long total) {
    Instant now = clock.instant();
    Run.Pace before = run.progress().pace();
    return before == null || before.attempt() != attempt || before.bytesBefore() > read
        ? new Run.Pace(attempt, now, read, now, total)
        : new Run.Pace(attempt, before.since(), before.bytesBefore(), now, total);
  }

  /** Touches no counter: the manifests have the final ones, and their reader may have been here. */
  void completed(Report.Completed report) {
    if (runs.find(report.origin(), report.run()).isPresent()) {
      state.runs().uploaded(report.run(), report.origin().sequence());
      log.event(
          "run-uploaded",
          Map.of(
              "jobId", report.run().jobId(),
              "runId", report.run().runId(),
              "disks", report.manifests().size()));
    }
  }

  void failed(Report.Failed report) {
    if (runs.find(report.origin(), report.run()).isPresent()) {
      String sentence = report.sentence();
      state.runs().say(report.run(), Shortened.to(sentence, MAX_SENTENCE_CHARS));
      log.event(
          "attempt-failed",
          Map.of(
              "jobId", report.run().jobId(),
              "runId", report.run().runId(),
              "attempt", report.run().attempt(),
              "code", report.code(),
              "retryable", report.retryable(),
              "reason", sentence));
    }
  }

  /** No disk has more bytes than the largest volume, whatever a connector says. */
  private static long sum(List<DiskProgress> disks, ToLongFunction<DiskProgress> bytes) {
    return disks.stream()
        .limit(InventoryServer.MAX_DISKS)
        .mapToLong(disk -> Math.min(bytes.applyAsLong(disk), DiskGeometry.MAX_DISK_BYTES))
        .sum();
  }

  private static String percentage(long read, long total) {
    return (total == 0 ? PERCENT : Math.min(PERCENT, read * PERCENT / total)) + "%";
  }
}
