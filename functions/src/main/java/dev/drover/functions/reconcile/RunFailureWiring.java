package dev.drover.functions.reconcile;

import dev.drover.functions.aws.Ec2Images;
import dev.drover.functions.aws.Ec2Snapshots;
import dev.drover.functions.aws.EventLog;
import dev.drover.functions.aws.ObjectStore;
import dev.drover.functions.aws.RunSchedule;
import dev.drover.functions.aws.S3Objects;
import dev.drover.functions.aws.Wiring;
import dev.drover.functions.state.Table;

/** Puts together what the functions fail runs with. */
public final class RunFailureWiring {
  private RunFailureWiring() {}

  /** With the account's own clients. */
  public static RunFailure wire(Wiring wiring) {
    Table table = wiring.table();
    EventLog log = wiring.log();
    ObjectStore objects = new S3Objects(wiring.s3(), wiring.bucket());
    PendingSnapshots snapshots =
        new PendingSnapshots(
            table, new Ec2Snapshots(wiring.ec2()), new Ec2Images(wiring.ec2()), objects, log);
    StagingPurge staging = new StagingPurge(objects);
    RunSchedule schedule = new RunSchedule(wiring.scheduler(), wiring.scheduleGroup());
    return new RunFailure(
        table,
        new RunLeftovers(snapshots, staging),
        new JobEnd(table, schedule, log),
        wiring.clock(),
        log);
  }
}
