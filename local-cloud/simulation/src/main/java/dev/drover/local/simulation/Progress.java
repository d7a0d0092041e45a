package dev.drover.local.simulation;

import dev.drover.local.simulation.fleet.Fleet;
import dev.drover.local.simulation.fleet.Scenario;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Says how far a simulation is: on a terminal in one line each second, else each ten seconds. */
final class Progress implements AutoCloseable {
  private static final double HOURS_OF_A_DAY = 24;
  private static final String OVERWRITE = "\r\u001b[K";

  private final Scenario scenario;
  private final Fleet fleet;
  private final PrintStream out;
  private final boolean terminal;
  private final long begin = System.nanoTime();
  private final Thread thread;

  Progress(Scenario scenario, Fleet fleet, PrintStream out, boolean terminal) {
    this.scenario = scenario;
    this.fleet = fleet;
    this.out = out;
    this.terminal = terminal;
    this.thread = Thread.ofPlatform().daemon().name("progress").start(this::tell);
  }

  private void tell() {
    try {
      while (true) {
        Thread.sleep(Duration.ofSeconds(terminal ? 1 : 10));
        String line = line(fleet.passed(), fleet.steps(), (System.nanoTime() - begin) / 1e9);
        if (terminal) {
          out.print(OVERWRITE + line);
          out.flush();
        } else {
          out.println(line);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String line(Duration passed, long steps, double seconds) {
    double part = (double) passed.toMillis() / Math.max(1, scenario.duration().toMillis());
    long left = part == 0 ? 0 : Math.round(seconds / part - seconds);
    return String.format(
        Locale.ROOT,
        "day %.2f of %s (%.0f %%), %,.0f steps a second, %,.0f h of virtual time a minute, %s left",
        passed.toMinutes() / 60.0 / HOURS_OF_A_DAY,
        scenario.days(),
        100 * part,
        steps / seconds,
        passed.toMinutes() / seconds,
        left < 120 ? left + " s" : left / 60 + " min");
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (terminal) {
      out.print(OVERWRITE);
      out.flush();
    }
  }
}
