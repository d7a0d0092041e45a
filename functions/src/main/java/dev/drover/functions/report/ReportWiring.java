package dev.drover.functions.report;

import dev.drover.functions.aws.Ec2Snapshots;
import dev.drover.functions.aws.EventLog;
import dev.drover.functions.aws.RunSnapshots;
import dev.drover.functions.aws.S3Objects;
import dev.drover.functions.aws.Wiring;
import dev.drover.functions.state.NewIds;
import dev.drover.functions.state.Table;

/** Puts the feature together. */
final class ReportWiring {
  private ReportWiring() {}

  static ReportIntake intake(Wiring wiring) {
    Table table = wiring.table();
    EventLog log = wiring.log();
    SmallObjects objects = new SmallObjects(new S3Objects(wiring.s3(), wiring.bucket()));
    ReportedRun runs = new ReportedRun(table, log);
    RunSnapshots snapshots =
        new RunSnapshots(wiring.ebs(), new Ec2Snapshots(wiring.ec2()), wiring.kms());
    return new ReportIntake(
        objects,
        table,
        new CatalogUpdate(table, new NewIds(wiring.random()), wiring.clock(), log),
        new GenerationOpening(runs, table, objects, snapshots, log),
        new RunNews(runs, table, log),
        wiring.clock(),
        log);
  }
}
