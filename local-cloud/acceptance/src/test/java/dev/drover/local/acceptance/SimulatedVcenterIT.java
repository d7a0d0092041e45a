package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.drover.local.launcher.cloud.SimulatedVcenter;
import dev.drover.local.launcher.stack.ConnectorSource;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.protocol.DiskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.Server;
import software.amazon.awssdk.services.sms.model.VmManagerType;

/** The main job from a VM that runs: what {@code ./drover demo} shows, on small disks. */
@ExtendWith(SharedCloud.class)
class SimulatedVcenterIT {
  private static final String PROGRAM = "local-cloud/simulators/vcenter/target/vcenter";

  /** The second VM has two disks. */
  private static final String SERVER = "server-0002";

  @Test
  void threeRuns_runningVm_areWhatItsSnapshotsFrozeAndLeaveNone(
      DeployedStack stack, @TempDir Path folder, @TempDir Path scratch) {
    requireProgram(stack);
    SimulatedVcenter vcenter =
        SimulatedVcenter.start(
            stack.cloud(), 2, List.of("-writes-per-second", "20", "-keep-digests"));
    try (Site site = new Site(stack, Site.Place.VCENTER, folder);
        Images images = new Images(stack)) {
      site.startConnector(
          stack
              .connectorOver(new ConnectorSource.Vcenter(vcenter))
              .named(site.place().outputName())
              .with(Map.of("statusIntervalSeconds", 5, "heartbeatIntervalSeconds", 10)));
      String jobId = site.createJob(site.serverId(SERVER));
      Server server = site.server(SERVER).orElseThrow();
      assertThat(server.vmServer().vmManagerType()).isEqualTo(VmManagerType.VSPHERE);
      assertThat(server.vmServer().vmPath()).isEqualTo("/DC0/vm/test/" + SERVER);

      for (int run = 1; run <= 3; run++) {
        if (run > 1) {
          site.startRun(jobId);
        }
        ReplicationRun completed = site.awaitCompleted(jobId);
        assertThat(site.runs(jobId)).hasSize(run);
        assertIdentical(
            images, completed, server.vmServer().vmServerAddress().vmId(), vcenter, scratch);
      }
    }
    // The connector has ended: what it had left to remove, it has removed.
    assertThat(vcenter.snapshots()).isZero();
  }

  private static void requireProgram(DeployedStack stack) {
    boolean there = Files.exists(stack.cloud().settings().repository().root().resolve(PROGRAM));
    String reason = "no " + PROGRAM + ": './drover setup' builds it";
    if (!there) {
      System.out.println("SimulatedVcenterIT is skipped: " + reason);
    }
    assumeTrue(there, reason);
  }

  private static void assertIdentical(
      Images images, ReplicationRun run, String vmId, SimulatedVcenter vcenter, Path scratch) {
    List<SimulatedVcenter.Frozen> ofRun =
        vcenter.frozen().stream()
            .filter(frozen -> frozen.name().endsWith(run.replicationRunId()))
            .toList();
    assertThat(ofRun).hasSize(1);
    assertThat(ofRun.getFirst().disks()).hasSize(2);
    for (SimulatedVcenter.FrozenDisk disk : ofRun.getFirst().disks()) {
      String snapshotId = images.snapshotOf(run.amiId(), DiskId.of(vmId, disk.uuid()));
      assertThat(sha256(images.export(snapshotId, disk.bytes(), scratch)))
          .as("disk %d of %s, frozen with write %d", disk.key(), run.amiId(), disk.lastWrite())
          .isEqualTo(disk.sha256());
    }
  }

  private static String sha256(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new IllegalStateException("cannot hash " + file, e);
    }
  }
}
