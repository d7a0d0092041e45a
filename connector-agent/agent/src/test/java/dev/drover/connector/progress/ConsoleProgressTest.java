package dev.drover.connector.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.agent.TaskOutcome;
import dev.drover.connector.pulse.Pulse;
import dev.drover.connector.site.FakeCloud;
import dev.drover.connector.site.Site;
import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.task.FailureCode;
import dev.drover.connector.task.RunProgress;
import dev.drover.connector.task.TaskFailure;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.TaskResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleProgressTest {
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path root;
  private final AtomicLong now = new AtomicLong();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void draw_run_showsCountsRateAndTimeLeft() throws IOException {
    Site site = new Site(root);
    site.writeImage("web", "a.img", 64 << 20, 1);
    ConnectorTask.Replicate task = site.cloud().task(1, 1, "web");
    RunProgress progress = new RunProgress(task.run(), "web");
    try (ConsoleProgress console = new ConsoleProgress(out, false, now::get)) {
      console.started(progress);
      console.draw();
      TaskResult result =
          site.replication()
              .run(
                  task,
                  site.journal().run(FakeCloud.run(1)),
                  new Pulse(new StopSignal()),
                  progress);
      now.addAndGet(2 * SECOND);
      console.draw();
      console.ended(progress, new TaskOutcome.Succeeded(result));
      console.draw();
    }
    assertThat(text().lines())
        .hasSize(3)
        .anyMatch(line -> line.equals("web  opening"))
        .anyMatch(
            line ->
                line.startsWith("web  disk 1/1  100%  read 64.0 MiB, changed 64.0 MiB, sent ")
                    && line.endsWith("  32.0 MiB/s  ETA 0:00:00"))
        .anyMatch(line -> line.startsWith("web  done in 0:00:02: read 64.0 MiB, "));
  }

  @Test
  void ended_runWhoseDiskWasThereAlready_saysHowMuchWasReused() throws IOException {
    Site site = new Site(root);
    site.writeImage("web", "disk.img", 3 * DiskGeometry.BLOCK_BYTES, 1);
    run(site, site.cloud().task(1, 1, "web"));
    assertThat(text()).doesNotContain("reused");
    run(site, site.cloud().task(1, 1, "web"));
    assertThat(text().lines()).last().asString().endsWith(", sent 0.0 MiB, reused 1.5 MiB");
  }

  private void run(Site site, ConnectorTask.Replicate task) throws IOException {
    RunProgress progress = new RunProgress(task.run(), "web");
    try (ConsoleProgress console = new ConsoleProgress(out, true, now::get)) {
      console.started(progress);
      TaskResult result =
          site.replication()
              .run(
                  task,
                  site.journal().run(FakeCloud.run(1)),
                  new Pulse(new StopSignal()),
                  progress);
      console.ended(progress, new TaskOutcome.Succeeded(result));
    }
  }

  @Test
  void ended_failedTask_showsItsSentence() throws IOException {
    ConnectorTask.Replicate task = new Site(root).cloud().task(1, 1, "web");
    RunProgress progress = new RunProgress(task.run(), "web");
    try (ConsoleProgress console = new ConsoleProgress(out, true, now::get)) {
      console.started(progress);
      console.ended(
          progress,
          new TaskOutcome.Failed(new TaskFailure(FailureCode.SOURCE_CHANGED, "It changed.")));
    }
    assertThat(text()).contains("web  failed in 0:00:00").contains("It changed.");
  }

  @Test
  void ended_abandonedTask_showsWhy() throws IOException {
    RunProgress progress = new RunProgress(new Site(root).cloud().task(1, 1, "web").run(), "web");
    try (ConsoleProgress console = new ConsoleProgress(out, false, now::get)) {
      console.started(progress);
      console.ended(progress, new TaskOutcome.Abandoned("the cloud no longer waits for it"));
    }
    assertThat(text()).startsWith("web  given up (the cloud no longer waits for it) in 0:00:00");
  }

  @Test
  void troubled_sameSentenceAgain_isShownOnce() {
    try (ConsoleProgress console = new ConsoleProgress(out, false, now::get)) {
      console.troubled("queue", "There are no AWS credentials.");
      console.troubled("queue", "There are no AWS credentials.");
      console.troubled("web", "There are no AWS credentials.");
      console.troubled("queue", "It is busy.");
    }
    assertThat(text().lines())
        .containsExactly(
            "queue  There are no AWS credentials.",
            "web  There are no AWS credentials.",
            "queue  It is busy.");
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
