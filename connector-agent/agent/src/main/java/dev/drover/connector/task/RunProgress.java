package dev.drover.connector.task;

import dev.drover.connector.pipeline.DiskCounters;
import dev.drover.connector.words.PlainText;
import dev.drover.protocol.Generation;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.message.Report;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far one task is, for reports and for the terminal. Its task writes it, anyone reads it. */
public final class RunProgress {
  private final RunAttempt run;
  private final String server;
  private volatile @Nullable Opened opened;

  /** A task that has not opened its server yet. */
  public RunProgress(RunAttempt run, String server) {
    this.run = run;
    this.server = PlainText.of(server);
  }

  private record Opened(Generation generation, List<DiskCounters> disks) {}

  /**
   * How far a task is.
   *
   * @param disks in the order in which they are sent
   */
  public record View(
      RunAttempt run, String server, Generation generation, List<Report.DiskProgress> disks) {}

  /** The server's name. */
  public String server() {
    return server;
  }

  void opened(Generation generation, List<DiskCounters> disks) {
    opened = new Opened(generation, List.copyOf(disks));
  }

  /** The counts as they are now; empty until the server is open. */
  public Optional<View> view() {
    return Optional.ofNullable(opened)
        .map(
            o ->
                new View(
                    run,
                    server,
                    o.generation(),
                    o.disks().stream().map(DiskCounters::snapshot).toList()));
  }
}
