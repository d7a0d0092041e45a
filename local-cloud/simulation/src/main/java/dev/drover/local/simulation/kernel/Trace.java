package dev.drover.local.simulation.kernel;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happened, one line each: virtual time, who, what. It keeps the newest lines for whoever
 * looks into a failure, and a digest of all of them, which tells whether two simulations were the
 * same.
 */
public final class Trace {
  private final int keep;
  private final Consumer<String> sink;
  private final Deque<String> newest = new ArrayDeque<>();
  private @Nullable InstantSource clock;
  private long lines;
  private long digest = 1;
  private @Nullable Throwable firstFailure;

  /**
   * A trace that keeps so many lines.
   *
   * @param sink is given every line
   */
  public Trace(int keep, Consumer<String> sink) {
    this.keep = keep;
    this.sink = sink;
  }

  /** A trace that only keeps its newest lines. */
  public static Trace keeping(int lines) {
    return new Trace(lines, line -> {});
  }

  void readsTimeFrom(InstantSource source) {
    clock = source;
  }

  /** Whether anyone looks at it; what is costly to put in words need not be otherwise. */
  public boolean isWanted() {
    return keep > 0;
  }

  /** Writes a line. */
  public void line(String who, String what) {
    if (keep == 0) {
      return;
    }
    Instant now = clock == null ? Instant.EPOCH : clock.instant();
    String line = now + " " + who + ": " + what;
    lines++;
    digest = digest * 1_000_003 + line.hashCode();
    if (newest.size() == keep) {
      newest.poll();
    }
    newest.add(line);
    sink.accept(line);
  }

  /** A thread ended with something that nobody caught: a defect of the simulation or of ours. */
  void failure(String process, String thread, Throwable failure) {
    line(process, "thread " + thread + " died: " + failure);
    if (firstFailure == null) {
      firstFailure = failure;
    }
  }

  /** The first thing that nobody caught. */
  public @Nullable Throwable firstFailure() {
    return firstFailure;
  }

  /** How many lines there were. */
  public long lines() {
    return lines;
  }

  /** Equal for equal lines. */
  public long digest() {
    return digest;
  }

  /** The newest lines, oldest first. */
  public List<String> newest() {
    return List.copyOf(newest);
  }
}
