package dev.drover.local.launcher.command;

import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.CloudState;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code status}: what runs, one line each; exit code 0 when the cloud is up. */
@Command(name = "status", description = "Show what runs; exit code 0 when the cloud is up.")
public final class StatusCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    CloudHome home = new CloudHome(Checkout.repository().defaultHome());
    Optional<CloudState> state = CloudState.read(home);
    if (state.isEmpty()) {
      System.out.println("The local cloud is down.");
      return 1;
    }
    StatusReport report = StatusReport.of(state.get(), home, Instant.now());
    report.lines().forEach(System.out::println);
    return report.isUp() ? 0 : 1;
  }
}
