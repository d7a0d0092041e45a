package dev.drover.functions.run;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.job.JobEnd;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.Table;

/** Puts together what the functions fail runs with. */
public final class RunFailureWiring {
  private RunFailureWiring() {}

  /** With the account's own clients. */
  public static RunFailure wire(Wiring wiring) {
    Table table = wiring.table();
    EventLog log = wiring.log();
    ObjectStore objects = wiring.objects();
    UncommittedSnapshots snapshots =
        new UncommittedSnapshots(table, wiring.snapshots(), wiring.images(), objects, log);
    StagedObjects staging = new StagedObjects(objects);
    RunSchedule schedule = wiring.schedule();
    return new RunFailure(
        table,
        new RunLeftovers(snapshots, staging),
        new JobEnd(table, schedule, log),
        wiring.clock(),
        log);
  }
}
