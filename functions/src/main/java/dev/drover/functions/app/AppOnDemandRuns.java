package dev.drover.functions.app;

import dev.drover.functions.job.OnDemandRuns;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.State;
import dev.drover.protocol.JobId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs of all servers of an application that someone asks for between the scheduled ones. */
public final class AppOnDemandRuns {
  private final State state;
  private final OnDemandRuns onDemand;

  public AppOnDemandRuns(State state, OnDemandRuns onDemand) {
    this.state = state;
    this.onDemand = onDemand;
  }

  /**
   * Starts a run of each server that may have one now; refused if none may.
   *
   * @param by who asks: its ARN
   * @param clientRequest names the request, so that its repetition finds the runs; null: none does
   */
  public AppOutcome start(
      AppId id, String by, @Nullable String description, @Nullable String clientRequest) {
    Optional<App> found = state.apps().find(id);
    if (found.isEmpty()) {
      return new AppOutcome.NoSuchApp();
    }
    App app = found.get();
    List<JobId> jobs = app.replication().jobIds();
    if (!app.replication().isWanted() || jobs.isEmpty()) {
      return new AppOutcome.NotNow(
          "Application " + id + " is not replicated; call StartAppReplication first.");
    }
    List<OnDemandRuns.Outcome> outcomes =
        AtOnce.each(jobs, job -> onDemand.start(job, by, description, clientRequest));
    boolean isStarted = outcomes.stream().anyMatch(OnDemandRuns.Outcome.Started.class::isInstance);
    return isStarted
        ? new AppOutcome.Done(app)
        : new AppOutcome.NotNow(
            "No server of application %s can run on demand now; job %s: %s."
                .formatted(id, jobs.getFirst(), reason(outcomes.getFirst())));
  }

  private static String reason(OnDemandRuns.Outcome outcome) {
    return switch (outcome) {
      case OnDemandRuns.Outcome.Started started -> "run " + started.runId() + " is started";
      case OnDemandRuns.Outcome.NoSuchJob none -> "it is no more";
      case OnDemandRuns.Outcome.NotNow notNow -> notNow.reason();
      case OnDemandRuns.Outcome.LimitReached limit -> limit.reason();
    };
  }
}
