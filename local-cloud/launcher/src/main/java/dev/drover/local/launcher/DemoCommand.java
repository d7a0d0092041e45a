package dev.drover.local.launcher;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code demo}: shows the whole way of the data on real disks and proves the result. */
@Command(
    name = "demo",
    description = "Replicate a server with two real disks twice, and compare byte for byte.")
final class DemoCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Repository repository = LauncherMain.repository();
    Terminal terminal = Terminal.ofThisProcess();
    LocalCloudSettings settings =
        new LocalCloudSettings(
            repository,
            repository.local().resolve("demo-" + ProcessHandle.current().pid()),
            LocalCloudSettings.Lifetime.THIS_PROCESS,
            new LocalCloudSettings.Stack.Drover(Optional.empty()),
            Map.of(),
            line -> terminal.line("  " + line));
    try (LocalCloud cloud = LocalCloud.start(settings)) {
      boolean identical = new Demo(cloud, repository, terminal).run();
      terminal.line(
          identical
              ? "PASS: every snapshot is byte for byte the disk that it was made from."
              : "FAIL: see above.");
      return identical ? 0 : 1;
    }
  }
}
