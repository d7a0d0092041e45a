package dev.drover.local.simulator.guest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What runs commands in an instance, as the agent of Systems Manager would. */
public final class Agent {
  private final Guest guest;
  private final Map<String, String> variables;
  private volatile boolean hasEnded;

  Agent(Guest guest, Map<String, String> variables) {
    this.guest = guest;
    this.variables = variables;
  }

  /** Takes what a program prints. */
  @FunctionalInterface
  public interface Output {
    void write(byte[] bytes, int length) throws IOException;
  }

  /** The instance ends; nothing is told any more. */
  void end() {
    hasEnded = true;
  }

  /** The instance's private address. */
  public String privateIp() {
    return guest.instance().privateIp();
  }

  /** The keys of the instance's role; empty: there is none. */
  public Optional<RoleKeys.Keys> keys() throws IOException {
    return guest.keys();
  }

  /** The instance's folder: what is in it goes with the instance. */
  public Path folder() {
    return guest.folder();
  }

  /**
   * Runs a program to its end, or until the limit; who is interrupted ends it.
   *
   * @return its exit code; empty when it was ended at the limit
   * @throws IOException when the instance ended meanwhile
   */
  public Optional<Integer> run(
      List<String> command, Path directory, Duration limit, Output output, Output errors)
      throws IOException, InterruptedException {
    Optional<Integer> code =
        GuestProcess.run(
            command, directory, guest.environment(variables), limit, output::write, errors::write);
    if (hasEnded) {
      throw new IOException("the instance ended");
    }
    return code;
  }
}
