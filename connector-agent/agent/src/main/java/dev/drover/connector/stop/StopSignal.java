package dev.drover.connector.stop;

import dev.drover.connector.host.Host;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a piece of work to end. Work looks at it between blocks and waits on it instead of sleeping.
 * Threads are not interrupted, because an interrupt would close the files that they read.
 */
public final class StopSignal {
  private final CompletableFuture<Boolean> stopped = new CompletableFuture<>();
  private final Host host;

  /** For work on this JVM. */
  public StopSignal() {
    this(Host.JVM);
  }

  /** For work on that host. */
  public StopSignal(Host host) {
    this.host = host;
  }

  /** Asks; may be called more than once. */
  public void stop() {
    stopped.complete(true);
  }

  /** Whether anyone asked. */
  public boolean isStopped() {
    return stopped.isDone();
  }

  /**
   * Goes on or not.
   *
   * @throws StoppedException when someone asked to stop
   */
  public void check() {
    if (isStopped()) {
      throw new StoppedException();
    }
  }

  /**
   * Waits.
   *
   * @throws StoppedException as soon as someone asks to stop
   */
  public void pause(Duration duration) {
    if (await(duration)) {
      throw new StoppedException();
    }
  }

  /** Waits at most so long for someone to ask; returns whether someone did. */
  public boolean await(Duration atMost) {
    // An interrupted thread is to end as well.
    return host.await(stopped, atMost) || Thread.currentThread().isInterrupted();
  }
}
