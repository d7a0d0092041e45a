package dev.drover.local.simulation.kernel;

import java.util.function.Supplier;

/**
 * A process's way to the services: each call takes time, and may get lost on its way there or back.
 * A service does its part between the two at one instant, so that others see all of it or nothing.
 */
@FunctionalInterface
public interface Line {
  /**
   * Calls a service from the calling thread of a process.
   *
   * @param service for example {@code s3}
   * @param operation for example {@code PutObject}
   * @param about what the call is about, for the trace
   * @param action what the service does; must not wait
   */
  <T> T call(String service, String operation, String about, Supplier<T> action);
}
