package dev.drover.functions.report;

import dev.drover.functions.account.RunSnapshots;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.NewIds;
import dev.drover.functions.state.Table;

/** Puts the feature together. */
final class ReportWiring {
  private ReportWiring() {}

  static ReportIntake intake(Wiring wiring) {
    Table table = wiring.table();
    EventLog log = wiring.log();
    SmallObjects objects = new SmallObjects(wiring.objects());
    ReportedRun runs = new ReportedRun(table, log);
    RunSnapshots snapshots = wiring.runSnapshots();
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
