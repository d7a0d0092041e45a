package dev.drover.local.launcher;

import java.nio.file.Path;
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
      Path keptLogs = repository.local().resolve("logs/demo");
      if (passes(cloud, repository, terminal, keptLogs)) {
        terminal.line("PASS: every snapshot is byte for byte the disk that it was made from.");
        return 0;
      }
      cloud.keepLogs(keptLogs);
      terminal.line("FAIL: see above; the logs are in " + keptLogs);
      return 1;
    }
  }

  private static boolean passes(
      LocalCloud cloud, Repository repository, Terminal terminal, Path keptLogs) {
    try {
      return new Demo(cloud, repository, terminal).run();
    } catch (LocalCloudException e) {
      // After a Ctrl-C there is no cloud whose logs could tell anything.
      cloud.requireOpen();
      cloud.keepLogs(keptLogs);
      throw new LocalCloudException(
          e.getMessage() + "\nThe logs of the demo's cloud are in " + keptLogs, e);
    }
  }
}
