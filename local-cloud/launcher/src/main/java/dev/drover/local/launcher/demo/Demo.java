package dev.drover.local.launcher.demo;

import dev.drover.local.launcher.cloud.LocalCloud;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import dev.drover.local.launcher.cloud.Repository;
import dev.drover.local.launcher.cloud.Terminal;
import dev.drover.local.launcher.stack.ConnectorStart;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.RunningConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Replicates a server made of this machine's own files, changes one disk, replicates again, and
 * compares each snapshot with the disk as it was at that run.
 */
public final class Demo {
  private static final String SERVER_NAME = "web-1";
  private static final double BYTES_PER_MIB = 1024.0 * 1024;

  private final DeployedStack stack;
  private final LocalCloud cloud;
  private final Repository repository;
  private final Terminal terminal;
  private final Path work;

  /** A demo on a stack whose connector does not run yet. */
  public Demo(DeployedStack stack, Repository repository, Terminal terminal) {
    this.stack = stack;
    this.cloud = stack.cloud();
    this.repository = repository;
    this.terminal = terminal;
    // Below the cloud's home, so that it goes with the cloud, also after a Ctrl-C.
    this.work = cloud.home().resolve("data/demo");
  }

  /** Whether every snapshot equals its disk. */
  public boolean run() {
    DemoServer server = makeServer();
    ConnectorStart start = stack.connectorOver(server.servers());
    RunningConnector connector = stack.startConnector(terminal.live() ? start.onTerminal() : start);
    stack.awaitHealthy(connector);
    terminal.line("  connector " + connector.connectorId() + " is healthy");
    try (DemoReplication replication = new DemoReplication(stack, terminal)) {
      String jobId = replication.createJob(SERVER_NAME);
      DemoReplication.Run first = replication.awaitRun(jobId, 1);
      Path before = keep(server.dataDisk());
      server.changeDataDisk();
      terminal.line("  changed some files on " + name(server.dataDisk()));
      replication.startRun(jobId);
      DemoReplication.Run second = replication.awaitRun(jobId, 2);
      printRuns(List.of(first, second));
      boolean identical = compare(first, server.rootDisk(), before, server.dataDisk());
      identical &= compare(second, server.rootDisk(), server.dataDisk(), server.dataDisk());
      return identical && sentOnlyChanges(server, second);
    } finally {
      connector.stop();
    }
  }

  private DemoServer makeServer() {
    long begin = System.nanoTime();
    DemoServer server =
        new DemoServer(work.resolve("servers"), SERVER_NAME, new DemoTools(cloud, work));
    server.make(
        List.of(
            Path.of(System.getProperty("java.home")),
            repository.local().resolve("venv-clients"),
            repository.local().resolve("venv-cloud"),
            repository.root(),
            Path.of("/usr/share"),
            Path.of("/usr/lib"),
            Path.of("/usr/bin")),
        cloud::requireOpen);
    terminal.line(
        String.format(
            Locale.ROOT,
            "  %-58s %6.1f s",
            String.format(
                Locale.ROOT,
                "server %s: two ext4 disks, %,.0f MiB, %,d files",
                SERVER_NAME,
                server.sizeBytes() / BYTES_PER_MIB,
                server.fileCount()),
            (System.nanoTime() - begin) / 1e9));
    return server;
  }

  private Path keep(Path disk) {
    Path copy = work.resolve("before-" + disk.getFileName());
    try {
      return Files.copy(disk, copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new LocalCloudException("Cannot keep a copy of " + disk + ": " + Reason.of(e, disk), e);
    }
  }

  private void printRuns(List<DemoReplication.Run> runs) {
    terminal.line("");
    terminal.line(
        String.format(
            "  %-4s %-22s %12s %12s %12s %9s", "run", "AMI", "read", "changed", "sent", "time"));
    for (DemoReplication.Run run : runs) {
      terminal.line(
          String.format(
              Locale.ROOT,
              "  %-4d %-22s %8.1f MiB %8.1f MiB %8.1f MiB %7.1f s",
              run.number(),
              run.amiId(),
              run.bytesRead() / BYTES_PER_MIB,
              run.bytesChanged() / BYTES_PER_MIB,
              run.bytesSent() / BYTES_PER_MIB,
              run.elapsed().toMillis() / 1e3));
    }
    terminal.line("");
  }

  private boolean compare(
      DemoReplication.Run run, Path rootDisk, Path dataDiskThen, Path dataDiskName) {
    boolean identical = true;
    for (DemoReplication.Disk disk : run.disks()) {
      boolean isData = disk.diskId().equals(DemoReplication.diskId(SERVER_NAME, dataDiskName));
      Path source = isData ? dataDiskThen : rootDisk;
      Path exported = work.resolve(disk.snapshotId() + ".img");
      cloud.exportSnapshot(disk.snapshotId(), exported);
      DiskComparison comparison = DiskComparison.of(source, exported);
      List<String> findings = new ArrayList<>(List.of(comparison.text()));
      if (isData) {
        boolean sound = new DemoTools(cloud, work).isSoundExt4(exported);
        findings.add(sound ? "e2fsck finds no fault" : "e2fsck finds faults");
        identical &= sound;
      }
      identical &= comparison.identical();
      terminal.line(
          String.format(
              "  run %d %-24s %-9s %s",
              run.number(),
              disk.snapshotId(),
              name(isData ? dataDiskName : rootDisk),
              String.join(", ", findings)));
      deleteExport(exported);
    }
    if (run.disks().size() != 2) {
      terminal.line("  run " + run.number() + " has " + run.disks().size() + " snapshots, not 2");
      return false;
    }
    return identical;
  }

  /** The second run touches a few files: if it sends as much as they all, it sent too much. */
  private boolean sentOnlyChanges(DemoServer server, DemoReplication.Run second) {
    long limit = server.sizeBytes() / 10;
    if (second.bytesSent() <= 0 || second.bytesSent() > limit) {
      terminal.line(
          String.format(
              Locale.ROOT,
              "  run 2 sent %.1f MiB: not only what changed",
              second.bytesSent() / BYTES_PER_MIB));
      return false;
    }
    return true;
  }

  private static void deleteExport(Path exported) {
    try {
      Files.delete(exported);
    } catch (IOException e) {
      throw new LocalCloudException("Cannot remove " + exported + ": " + Reason.of(e, exported), e);
    }
  }

  private static String name(Path disk) {
    return String.valueOf(disk.getFileName());
  }
}
