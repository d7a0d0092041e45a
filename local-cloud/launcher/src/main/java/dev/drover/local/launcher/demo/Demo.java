package dev.drover.local.launcher.demo;

import dev.drover.local.launcher.cloud.LocalCloud;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import dev.drover.local.launcher.cloud.SimulatedVcenter;
import dev.drover.local.launcher.cloud.Terminal;
import dev.drover.local.launcher.stack.ConnectorSource;
import dev.drover.local.launcher.stack.ConnectorStart;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.RunningConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Replicates a running VM of a simulated vCenter three times while its guest writes, and compares
 * each disk of each AMI with what the VM's snapshot of that run froze.
 */
public final class Demo {
  /** The second VM has two disks. */
  private static final int VMS = 2;

  private static final String SERVER_NAME = "server-0002";
  private static final int DISKS = 2;
  private static final int RUNS = 3;

  /** MiB of each disk. */
  private static final int DISK_MIB = 640;

  private static final int KIB_PER_MIB = 1024;
  private static final int CONTENT_MIB = 256;

  /** Each write changes 512 KiB to be sent: so later runs have some tens of MiB. */
  private static final int WRITES_PER_SECOND = 4;

  private static final double BYTES_PER_MIB = 1024.0 * 1024;

  private final DeployedStack stack;
  private final LocalCloud cloud;
  private final Terminal terminal;

  /** A demo on a stack whose connector does not run yet. */
  public Demo(DeployedStack stack, Terminal terminal) {
    this.stack = stack;
    this.cloud = stack.cloud();
    this.terminal = terminal;
  }

  /** Whether every snapshot equals its disk. */
  public boolean run() {
    SimulatedVcenter vcenter =
        SimulatedVcenter.start(
            cloud,
            VMS,
            List.of(
                "-disk-mb",
                Integer.toString(DISK_MIB),
                "-fill-kb",
                Integer.toString(CONTENT_MIB * KIB_PER_MIB),
                "-writes-per-second",
                Integer.toString(WRITES_PER_SECOND),
                "-keep-digests"));
    ConnectorStart start = stack.connectorOver(new ConnectorSource.Vcenter(vcenter));
    RunningConnector connector = stack.startConnector(terminal.live() ? start.onTerminal() : start);
    List<DemoReplication.Run> runs = new ArrayList<>();
    DemoReplication.Job job;
    try (DemoReplication replication = new DemoReplication(stack, terminal)) {
      stack.awaitHealthy(connector);
      terminal.line("  connector " + connector.connectorId() + " is healthy");
      job = replication.createJob(SERVER_NAME);
      runs.add(replication.awaitRun(job.id(), 1));
      for (int number = 2; number <= RUNS; number++) {
        replication.startRun(job.id());
        runs.add(replication.awaitRun(job.id(), number));
      }
    } finally {
      connector.stop();
    }
    printRuns(runs);
    List<SimulatedVcenter.Frozen> frozen = vcenter.frozen();
    boolean passes = true;
    for (DemoReplication.Run run : runs) {
      passes &= compare(run, job.vmId(), frozen);
    }
    passes &= sentOnlyChanges(runs);
    passes &= leftNothing(vcenter);
    return passes;
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
      DemoReplication.Run run, String vmId, List<SimulatedVcenter.Frozen> frozen) {
    SimulatedVcenter.Frozen source =
        frozen.stream()
            .filter(snapshot -> snapshot.name().contains(run.runId()))
            .reduce((_, later) -> later)
            .orElseThrow(
                () -> new LocalCloudException("No VM snapshot was made for run " + run.runId()));
    boolean identical = run.disks().size() == DISKS && source.disks().size() == DISKS;
    if (!identical) {
      terminal.line("  run " + run.number() + " has " + run.disks().size() + " snapshots, not 2");
    }
    for (SimulatedVcenter.FrozenDisk disk : source.disks()) {
      identical &= compare(run, DemoReplication.diskId(vmId, disk.uuid()), disk);
    }
    return identical;
  }

  private boolean compare(
      DemoReplication.Run run, String diskId, SimulatedVcenter.FrozenDisk disk) {
    String snapshotId =
        run.disks().stream()
            .filter(one -> one.diskId().equals(diskId))
            .map(DemoReplication.Disk::snapshotId)
            .findFirst()
            .orElseThrow(
                () -> new LocalCloudException("Run " + run.runId() + " lacks disk " + diskId));
    Path exported = cloud.home().resolve("data").resolve(snapshotId + ".img");
    cloud.exportSnapshot(snapshotId, exported);
    VolumeComparison comparison = VolumeComparison.of(disk, exported);
    terminal.line(
        String.format(
            "  run %d %-24s disk %d %s", run.number(), snapshotId, disk.key(), comparison.text()));
    try {
      Files.delete(exported);
    } catch (IOException e) {
      throw new LocalCloudException("Cannot remove " + exported + ": " + Reason.of(e, exported), e);
    }
    return comparison.identical();
  }

  /** The guest changes a few places between two runs: who sends as much as all, sent too much. */
  private boolean sentOnlyChanges(List<DemoReplication.Run> runs) {
    long limit = runs.getFirst().bytesSent() / 2;
    boolean passes = true;
    for (DemoReplication.Run run : runs.subList(1, runs.size())) {
      if (run.bytesSent() <= 0 || run.bytesSent() > limit) {
        terminal.line(
            String.format(
                Locale.ROOT,
                "  run %d sent %.1f MiB: not only what changed",
                run.number(),
                run.bytesSent() / BYTES_PER_MIB));
        passes = false;
      }
    }
    return passes;
  }

  private boolean leftNothing(SimulatedVcenter vcenter) {
    int left = vcenter.snapshots();
    terminal.line(
        left == 0
            ? "  the VMs have no snapshot any more"
            : "  " + left + " VM snapshots are left behind");
    return left == 0;
  }
}
