package dev.drover.functions.report;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.message.ReportOrigin;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the run that a report is about, if the one who reports has a say in it now. */
final class ReportedRun {
  private final State state;
  private final EventLog log;

  ReportedRun(State state, EventLog log) {
    this.state = state;
    this.log = log;
  }

  /** Empty when the report is late, or is about a run that is none of the connector's. */
  Optional<Run> find(ReportOrigin origin, RunAttempt at) {
    Optional<Run> run = state.runs().find(new RunReference(at.jobId(), at.runId()));
    String objection = run.map(found -> objection(origin, at, found)).orElse("unknown run");
    if (!objection.isEmpty()) {
      log.event(
          "run-report-ignored",
          Map.of(
              "connectorId", origin.connectorId(),
              "jobId", at.jobId(),
              "runId", at.runId(),
              "attempt", at.attempt(),
              "reason", objection));
      return Optional.empty();
    }
    return run;
  }

  private String objection(ReportOrigin origin, RunAttempt at, Run run) {
    @Nullable Job job = state.jobs().find(at.jobId()).orElse(null);
    if (job == null || !job.environment().equals(origin.environment())) {
      return "the run is of another environment";
    }
    if (run.state() != Run.State.ACTIVE) {
      return "the run is " + run.state();
    }
    if (run.handOver().attempt() != at.attempt()) {
      return "the run is at attempt " + run.handOver().attempt();
    }
    if (!origin.connectorId().equals(run.handOver().connectorId())) {
      return "the attempt is connector " + run.handOver().connectorId() + "'s";
    }
    return "";
  }
}
