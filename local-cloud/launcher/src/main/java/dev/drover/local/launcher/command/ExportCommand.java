package dev.drover.local.launcher.command;

import dev.drover.local.launcher.cloud.AwsSimulator;
import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.SnapshotExport;
import dev.drover.local.launcher.cloud.Terminal;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export}: writes a snapshot of the checkout's cloud as a raw disk image. */
@Command(name = "export", description = "Write an EBS snapshot as a raw disk image.")
public final class ExportCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "SNAPSHOT_ID")
  private String snapshotId = "";

  @Parameters(index = "1", paramLabel = "FILE")
  private Path file = Path.of("");

  @Option(names = "--force", description = "Overwrite a file that exists, or a block device.")
  private boolean force;

  @Override
  public Integer call() {
    if (snapshotId.isBlank() || file.toString().isBlank()) {
      throw new LocalCloudException(
          "export takes a SNAPSHOT_ID and a FILE, and one of them is empty.");
    }
    CloudHome home = new CloudHome(Checkout.repository().defaultHome());
    CloudState state = CloudState.ofRunning(home);
    URI simulator = URI.create("http://127.0.0.1:" + state.port(AwsSimulator.NAME));
    Terminal terminal = Terminal.ofThisProcess();
    SnapshotExport export =
        new SnapshotExport(simulator, progress -> terminal.overwrite(progress.text()));
    Path target = Checkout.asCalled(file);
    terminal.finish(export.write(snapshotId, target, force).text());
    System.out.println(snapshotId + " is in " + target);
    return 0;
  }
}
