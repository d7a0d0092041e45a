package dev.drover.local.simulation.ebs;

import dev.drover.functions.account.EbsContracts;
import dev.drover.functions.account.EbsPorts;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.aws.EbsBlocks;
import dev.drover.functions.aws.EbsRunSnapshots;
import dev.drover.functions.aws.Ec2Images;
import dev.drover.functions.aws.Ec2Snapshots;
import dev.drover.local.simulation.kernel.DirectLine;
import dev.drover.local.simulation.kernel.Line;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import java.time.Instant;

/** The functions' adapters keep their ports' contracts against the simulated account. */
final class AccountContractTest extends EbsContracts {
  private final Simulation simulation =
      new Simulation(1, Instant.parse("2026-11-23T00:00:00Z"), Trace.digested());
  private final Line line = new DirectLine(simulation);
  private final EbsAccount account =
      new EbsAccount(simulation, EbsSettings.AWS.with(EbsSettings.Delays.NONE));
  private final Snapshots snapshots = new Ec2Snapshots(account.ec2(line));
  private final EbsPorts ports =
      new EbsPorts(
          new EbsRunSnapshots(account.ebs(line), snapshots, account.kms(line)),
          new EbsBlocks(account.ebs(line)),
          snapshots,
          new Ec2Images(account.ec2(line)));

  @Override
  protected EbsPorts ports() {
    return ports;
  }

  @Override
  protected void encryptByDefault(boolean encrypted) {
    account.encryptByDefault(encrypted);
  }
}
