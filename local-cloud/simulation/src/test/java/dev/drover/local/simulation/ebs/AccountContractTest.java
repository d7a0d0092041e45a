package dev.drover.local.simulation.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.EbsContracts;
import dev.drover.functions.account.EbsPorts;
import dev.drover.functions.account.RunSnapshots;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.aws.EbsBlocks;
import dev.drover.functions.aws.EbsRunSnapshots;
import dev.drover.functions.aws.Ec2ImageImports;
import dev.drover.functions.aws.Ec2Images;
import dev.drover.functions.aws.Ec2Snapshots;
import dev.drover.functions.aws.KmsEncryptionKeys;
import dev.drover.local.simulation.kernel.DirectLine;
import dev.drover.local.simulation.kernel.Line;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The functions' adapters keep their ports' contracts against the simulated account. */
final class AccountContractTest extends EbsContracts {
  private final Simulation simulation =
      new Simulation(1, Instant.parse("2026-11-23T00:00:00Z"), Trace.digested());
  private final Line line = new DirectLine(simulation);
  private final EbsAccount account =
      new EbsAccount(simulation, EbsSettings.AWS.with(EbsSettings.Delays.NONE));
  private final Snapshots snapshots = new Ec2Snapshots(account.ec2(line));
  private final KmsEncryptionKeys keys =
      new KmsEncryptionKeys(account.ec2(line), account.kms(line));
  private final EbsPorts ports =
      new EbsPorts(
          new EbsRunSnapshots(account.ebs(line), snapshots, keys),
          new EbsBlocks(account.ebs(line)),
          snapshots,
          keys,
          new Ec2Images(account.ec2(line)),
          new Ec2ImageImports(account.ec2(line)));

  @Override
  protected EbsPorts ports() {
    return ports;
  }

  @Test
  void start_accountsDefaultKeyIsAnotherThanTheBaseHas_isRefused() {
    RunAttempt run =
        new RunAttempt(new JobId("sms-job-0000000a"), new RunId("sms-run-0000000b"), 1);
    RunSnapshots.Wish first = encrypted(run, 1, null);
    SnapshotId base = started(ports.runSnapshots().start(first));
    ports.blocks().complete(base, 0, Digest.ofText(""));

    assertThat(ports.runSnapshots().start(encrypted(run, 2, base)))
        .isInstanceOf(RunSnapshots.Outcome.Started.class);
    String newer = account.addKey("0000000c", "alias/aws/ebs");

    assertThat(ports.runSnapshots().start(encrypted(run, 3, base)))
        .isInstanceOfSatisfying(
            RunSnapshots.Outcome.Refused.class,
            refused -> assertThat(refused.sentence()).contains(newer));
    assertThat(snapshots.ofRun(run.runId())).hasSize(2);
  }

  private static SnapshotId started(RunSnapshots.Outcome outcome) {
    return ((RunSnapshots.Outcome.Started) outcome).snapshotId();
  }

  private static RunSnapshots.Wish encrypted(RunAttempt run, int epoch, @Nullable SnapshotId base) {
    DiskGeometry gib = new DiskGeometry(1L << 30);
    return new RunSnapshots.Wish(
        run, DiskId.of("web", "root.img"), "root.img", epoch, gib, base, true, null, false);
  }

  @Override
  protected void encryptByDefault(boolean encrypted) {
    account.encryptByDefault(encrypted);
  }
}
