package dev.drover.connector.progress;

import dev.drover.connector.agent.RunObserver;
import dev.drover.connector.agent.TaskOutcome;
import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.task.RunProgress;
import dev.drover.connector.words.PlainText;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Shows running tasks to a person: on a terminal one line that is redrawn, elsewhere a line now and
 * then, and one more at the end of each run.
 */
public final class ConsoleProgress implements RunObserver, AutoCloseable {
  private static final Duration REDRAW = Duration.ofMillis(500);
  private static final Duration PLAIN_LINE = Duration.ofSeconds(10);

  /** Back to the line's start and clear it (ECMA-48). */
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoClock;
  private final StopSignal closed = new StopSignal();
  private final List<RunLine> lines = new ArrayList<>();
  private final Map<String, String> lastTroubles = new HashMap<>();

  /**
   * A display that shows nothing before {@link #start}.
   *
   * @param terminal whether lines can be redrawn
   * @param nanoClock as {@link System#nanoTime}
   */
  public ConsoleProgress(PrintStream out, boolean terminal, LongSupplier nanoClock) {
    this.out = out;
    this.terminal = terminal;
    this.nanoClock = nanoClock;
  }

  /** Begins to draw, on a thread of its own. */
  public void start() {
    Thread.ofPlatform().daemon().name("progress").start(this::loop);
  }

  @Override
  public synchronized void started(RunProgress progress) {
    lines.add(new RunLine(progress, nanoClock.getAsLong()));
  }

  @Override
  public synchronized void ended(RunProgress progress, TaskOutcome outcome) {
    for (RunLine line : List.copyOf(lines)) {
      if (line.isOf(progress)) {
        lines.remove(line);
        print(line.summary(text(outcome), nanoClock.getAsLong()) + reason(outcome));
      }
    }
  }

  /** Once, until it is another sentence: it comes with each try. */
  @Override
  public synchronized void troubled(String what, String sentence) {
    String line = PlainText.of(what + "  " + sentence);
    if (!line.equals(lastTroubles.put(what, line))) {
      print(line);
    }
  }

  @Override
  public void close() {
    closed.stop();
  }

  /** Draws once; the loop calls it. */
  synchronized void draw() {
    if (lines.isEmpty()) {
      return;
    }
    long now = nanoClock.getAsLong();
    if (!terminal) {
      lines.forEach(line -> print(line.text(now)));
      return;
    }
    String more = lines.size() == 1 ? "" : "  (+" + (lines.size() - 1) + " more)";
    out.print(CLEAR_LINE + lines.getFirst().text(now) + more);
    out.flush();
  }

  private void loop() {
    while (!closed.await(terminal ? REDRAW : PLAIN_LINE)) {
      draw();
    }
  }

  private void print(String line) {
    out.println(terminal ? CLEAR_LINE + line : line);
    out.flush();
  }

  private static String text(TaskOutcome outcome) {
    return switch (outcome) {
      case TaskOutcome.Succeeded succeeded -> "done";
      case TaskOutcome.Failed failed -> "failed";
      case TaskOutcome.Abandoned abandoned -> "given up (" + abandoned.reason() + ")";
      case TaskOutcome.Interrupted interrupted -> "interrupted, goes on at the next start";
    };
  }

  private static String reason(TaskOutcome outcome) {
    return outcome instanceof TaskOutcome.Failed failed
        ? System.lineSeparator() + failed.failure().sentence()
        : "";
  }
}
