package dev.drover.connector.progress;

import dev.drover.connector.task.RunProgress;
import dev.drover.protocol.message.Report;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** One run as a line of text; it remembers what it showed last, to tell the rate. */
final class RunLine {
  /** How much of the rate is news: a rate that jumps cannot be read, one that lags is wrong. */
  private static final double NEWS = 0.3;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final int PERCENT = 100;

  private final RunProgress progress;
  private final long startedNanos;
  private long shownNanos;
  private long shownBytesRead;
  private double bytesPerSecond;

  RunLine(RunProgress progress, long nowNanos) {
    this.progress = progress;
    this.startedNanos = nowNanos;
    this.shownNanos = nowNanos;
  }

  boolean isOf(RunProgress other) {
    return progress == other;
  }

  /** Server, disk, percent, counts, rate and the time that is left. */
  String text(long nowNanos) {
    return progress
        .view()
        .map(view -> text(view, nowNanos))
        .orElseGet(() -> progress.server() + "  opening");
  }

  /** What became of it. */
  String summary(String outcome, long nowNanos) {
    Duration time = Duration.ofNanos(nowNanos - startedNanos);
    String counts = progress.view().map(view -> ": " + counts(view)).orElse("");
    return progress.server() + "  " + outcome + " in " + ByteText.time(time) + counts;
  }

  private String text(RunProgress.View view, long nowNanos) {
    List<Report.DiskProgress> disks = view.disks();
    long total = sum(view, Report.DiskProgress::bytesTotal);
    long read = sum(view, Report.DiskProgress::bytesRead);
    measure(read, nowNanos);
    return String.format(
        Locale.ROOT,
        "%s  disk %d/%d  %3d%%  %s  %s/s  ETA %s",
        view.server(),
        currentDisk(disks),
        disks.size(),
        PERCENT * read / total,
        counts(view),
        ByteText.size(Math.round(bytesPerSecond)),
        timeLeft(total - read));
  }

  private void measure(long bytesRead, long nowNanos) {
    double seconds = (nowNanos - shownNanos) / NANOS_PER_SECOND;
    if (seconds > 0) {
      double now = (bytesRead - shownBytesRead) / seconds;
      bytesPerSecond = shownBytesRead == 0 ? now : NEWS * now + (1 - NEWS) * bytesPerSecond;
      shownNanos = nowNanos;
      shownBytesRead = bytesRead;
    }
  }

  private String timeLeft(long bytesLeft) {
    return bytesPerSecond < 1
        ? "-"
        : ByteText.time(Duration.ofSeconds(Math.round(bytesLeft / bytesPerSecond)));
  }

  private static int currentDisk(List<Report.DiskProgress> disks) {
    int number = 1;
    for (Report.DiskProgress disk : disks) {
      if (disk.bytesRead() >= disk.bytesTotal() && number < disks.size()) {
        number++;
      }
    }
    return number;
  }

  private static String counts(RunProgress.View view) {
    return "read "
        + ByteText.size(sum(view, Report.DiskProgress::bytesRead))
        + ", changed "
        + ByteText.size(sum(view, Report.DiskProgress::bytesChanged))
        + ", sent "
        + ByteText.size(sum(view, Report.DiskProgress::bytesSent))
        + reused(sum(view, RunLine::bytesReused));
  }

  /** What an earlier attempt or generation sent. */
  private static String reused(long bytes) {
    return bytes == 0 ? "" : ", reused " + ByteText.size(bytes);
  }

  private static long bytesReused(Report.DiskProgress disk) {
    Long reused = disk.bytesReused();
    return reused == null ? 0 : reused;
  }

  private static long sum(RunProgress.View view, ToLongFunction<Report.DiskProgress> count) {
    return view.disks().stream().mapToLong(count).sum();
  }
}
