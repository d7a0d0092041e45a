package dev.drover.local.simulation.kernel;

import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;

/**
 * Threads that share a fate, as those of an operating system's process do: a function's environment
 * or a connector. {@link #kill} is {@code kill -9}: none of its threads takes another step, and no
 * {@code finally} of theirs runs.
 */
public final class SimulatedProcess {
  private final String name;
  private final Executor scheduler;
  private final Thread.Builder.OfVirtual threads;
  private boolean killed;

  SimulatedProcess(String name, Executor scheduler, Trace trace) {
    this.name = name;
    this.scheduler = scheduler;
    this.threads =
        threadsOn(this::schedule)
            .uncaughtExceptionHandler(
                (thread, failure) -> trace.failure(name, thread.getName(), failure));
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Whether it was killed. */
  public boolean isKilled() {
    return killed;
  }

  /** Nothing of it runs any more; a second time changes nothing. */
  public void kill() {
    killed = true;
  }

  /** Starts another thread of it. What a thread of it starts by itself belongs to it as well. */
  public Thread start(String threadName, Runnable body) {
    return threads.name(threadName).start(body);
  }

  /** Another thread of it, not started yet. */
  public Thread thread(String threadName, Runnable body) {
    return threads.name(threadName).unstarted(body);
  }

  private void schedule(Runnable continuation) {
    if (!killed) {
      scheduler.execute(continuation);
    }
  }

  /**
   * Virtual threads on a scheduler of our own, and so on all that they start. The JDK has no public
   * way to it; its own tests use this constructor, and {@code --add-opens java.base/java.lang} lets
   * us. A JDK without it ends the simulation here, at once.
   */
  private static Thread.Builder.OfVirtual threadsOn(Executor scheduler) {
    try {
      Constructor<?> constructor =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
      constructor.setAccessible(true);
      return (Thread.Builder.OfVirtual) constructor.newInstance(scheduler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this JDK gives virtual threads no scheduler of their own: the simulation needs JDK 25",
          e);
    }
  }
}
