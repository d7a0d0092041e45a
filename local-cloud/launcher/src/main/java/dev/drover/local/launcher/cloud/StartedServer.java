package dev.drover.local.launcher.cloud;

import java.util.OptionalInt;

/** A server that was started, whether it answers yet or not. */
public interface StartedServer {
  /** Its process on this machine; 0 if it has none. */
  long pid();

  /** Present once it has ended by itself. */
  OptionalInt exitCode();

  /**
   * Ends what {@link CloudProcesses#MARKER} does not reach. A process of this machine carries it
   * and ends by it: a second signal would make some servers skip their orderly end.
   */
  default void stop() {}

  /** A server that is a process of this machine. */
  static StartedServer of(Process process) {
    return new StartedServer() {
      @Override
      public long pid() {
        return process.pid();
      }

      @Override
      public OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
      }
    };
  }
}
