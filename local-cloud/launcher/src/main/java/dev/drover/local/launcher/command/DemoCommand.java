package dev.drover.local.launcher.command;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.LocalCloudSettings;
import dev.drover.local.launcher.cloud.Repository;
import dev.drover.local.launcher.cloud.Terminal;
import dev.drover.local.launcher.demo.Demo;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.StackContext;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code demo}: shows the whole way of the data, from a VM that runs, and proves the result. */
@Command(
    name = "demo",
    description = "Replicate a running VM three times, and compare byte for byte.")
public final class DemoCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Repository repository = Checkout.repository();
    Terminal terminal = Terminal.ofThisProcess();
    LocalCloudSettings settings =
        new LocalCloudSettings(
            repository,
            repository.local().resolve("demo-" + ProcessHandle.current().pid()),
            LocalCloudSettings.Lifetime.THIS_PROCESS,
            line -> terminal.line("  " + line));
    try (DeployedStack stack = DeployedStack.start(settings, StackContext.LOCAL)) {
      Path keptLogs = repository.local().resolve("logs/demo");
      if (passes(stack, terminal, keptLogs)) {
        terminal.line(
            "PASS: every snapshot is byte for byte the disk that it was made from, while its guest went on writing.");
        return 0;
      }
      stack.cloud().keepLogs(keptLogs);
      terminal.line("FAIL: see above; the logs are in " + keptLogs);
      return 1;
    }
  }

  private static boolean passes(DeployedStack stack, Terminal terminal, Path keptLogs) {
    try {
      return new Demo(stack, terminal).run();
    } catch (LocalCloudException e) {
      // After a Ctrl-C there is no cloud whose logs could tell anything.
      stack.cloud().requireOpen();
      stack.cloud().keepLogs(keptLogs);
      throw new LocalCloudException(
          e.getMessage() + "\nThe logs of the demo's cloud are in " + keptLogs, e);
    }
  }
}
