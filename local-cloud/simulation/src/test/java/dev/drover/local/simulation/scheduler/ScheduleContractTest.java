package dev.drover.local.simulation.scheduler;

import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.account.RunScheduleContract;
import dev.drover.functions.aws.SchedulerRunSchedule;
import dev.drover.local.simulation.kernel.DirectLine;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Instant;
import java.util.Optional;

/** The functions' adapter keeps its port's contract against the simulated Scheduler. */
final class ScheduleContractTest extends RunScheduleContract {
  private final Simulation simulation =
      new Simulation(1, Instant.parse("2026-11-23T00:00:00Z"), Trace.digested());
  private final SchedulerService scheduler =
      new SchedulerService(simulation, SchedulerSettings.AWS, (target, input) -> {});

  @Override
  protected RunSchedule schedule() {
    scheduler.addGroup("Drover");
    return new SchedulerRunSchedule(scheduler.client(new DirectLine(simulation)), "Drover");
  }

  @Override
  protected Optional<Instant> timeOf(JobId jobId, RunId runId) {
    return Optional.ofNullable(scheduler.standing().get("Drover/" + jobId + "." + runId));
  }
}
