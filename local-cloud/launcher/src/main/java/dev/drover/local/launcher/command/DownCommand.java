package dev.drover.local.launcher.command;

import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.CloudProcesses;
import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.cloud.HomeLock;
import dev.drover.local.launcher.cloud.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code down}: ends the checkout's cloud and removes its state; safe to repeat. */
@Command(name = "down", description = "End the local cloud and remove its state; logs stay.")
public final class DownCommand implements Callable<Integer> {
  @Override
  public Integer call() throws IOException {
    Repository repository = Checkout.repository();
    CloudHome home = new CloudHome(repository.defaultHome());
    try (HomeLock _ = HomeLock.take(home)) {
      Files.deleteIfExists(repository.environmentFile());
      System.out.println(
          takeDown(home)
              .map(count -> "The local cloud is down; " + count + " processes ended.")
              .orElse("The local cloud is down already."));
    }
    return 0;
  }

  /** Ends what a home's cloud started, also one whose start was cut short; empty without one. */
  static Optional<Integer> takeDown(CloudHome home) {
    Optional<CloudState> state = CloudState.read(home);
    Optional<Integer> ended =
        state.map(
            known -> {
              CloudProcesses processes = new CloudProcesses(known.cloudId());
              int count = processes.find().size();
              processes.stop();
              return count;
            });
    home.removeAllButLogs();
    return ended;
  }
}
