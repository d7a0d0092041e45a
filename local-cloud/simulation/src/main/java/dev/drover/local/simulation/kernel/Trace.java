package dev.drover.local.simulation.kernel;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happened, one line each: virtual time, who, what. A digest of all lines tells whether two
 * simulations were the same.
 */
public final class Trace {
  private final @Nullable Consumer<String> sink;
  private @Nullable InstantSource clock;
  private long digest = 1;
  private @Nullable Throwable firstFailure;

  private Trace(@Nullable Consumer<String> sink) {
    this.sink = sink;
  }

  /** Every line goes there. */
  public static Trace to(Consumer<String> sink) {
    return new Trace(sink);
  }

  /** Nobody reads the lines; the digest is made of them all the same. */
  public static Trace digested() {
    return new Trace(line -> {});
  }

  /** There are no lines. */
  public static Trace off() {
    return new Trace(null);
  }

  void readsTimeFrom(InstantSource source) {
    clock = source;
  }

  /** Whether there are lines; what is costly to put in words need not be otherwise. */
  public boolean isWanted() {
    return sink != null;
  }

  /** Writes a line. */
  public void line(String who, String what) {
    if (sink == null) {
      return;
    }
    Instant now = clock == null ? Instant.EPOCH : clock.instant();
    String line = now + " " + who + ": " + what;
    digest = digest * 1_000_003 + line.hashCode();
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

  /** Equal for equal lines. */
  public long digest() {
    return digest;
  }
}
