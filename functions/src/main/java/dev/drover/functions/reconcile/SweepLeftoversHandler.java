package dev.drover.functions.reconcile;

import com.amazonaws.services.lambda.runtime.Context;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.app.AppReplication;
import dev.drover.functions.job.JobCreation;
import dev.drover.functions.job.RunStarter;
import dev.drover.functions.job.StartRunHandler;
import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.launch.AdvanceLaunchHandler;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.FailRunHandler;
import dev.drover.functions.run.StraySnapshots;
import dev.drover.functions.state.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every five minutes a rule asks to remove what runs, ended jobs and deployments left, and what
 * else is left of ours, and to see to it that applications have the jobs that are wanted of them,
 * if an hour has passed or the last sweep was not ended.
 *
 * <p>Idempotency key: none is needed. What is gone is gone, and a second sweep at the same time
 * finds it so.
 */
public final class SweepLeftoversHandler
    extends JsonHandler<SweepLeftoversHandler.Input, SweepLeftoversHandler.Output> {
  /** What was begun is done by then, or was too much for a call anyway. */
  private static final Duration RESERVE = Duration.ofMinutes(1);

  /** Called by Lambda. */
  public SweepLeftoversHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public SweepLeftoversHandler(Wiring wiring) {
    this(feature(wiring), wiring.clock());
  }

  SweepLeftoversHandler(LeftoverSweep sweep, InstantSource clock) {
    super(
        Input.class,
        (input, context) -> {
          Instant end = end(clock, context);
          return new Output(
              Boolean.TRUE.equals(input.ifDue()) ? sweep.sweepIfDue(end) : sweep.sweep(end));
        });
  }

  private static Instant end(InstantSource clock, Context context) {
    return clock.instant().plusMillis(context.getRemainingTimeInMillis()).minus(RESERVE);
  }

  private static LeftoverSweep feature(Wiring wiring) {
    State state = wiring.state();
    ObjectStore objects = wiring.objects();
    EventLog log = wiring.log();
    InstantSource clock = wiring.clock();
    List<Station> stations = new ArrayList<>();
    stations.add(
        new EndedRuns(
            state,
            new StraySnapshots(state, wiring.snapshots(), objects, log),
            FailRunHandler.leftovers(wiring),
            clock));
    stations.add(new EndedBases(state, objects, log));
    stations.add(
        new OldFunctionVersions(
            wiring.versionedFunctions(),
            wiring.functionVersions(),
            state.oldVersions(),
            clock,
            log));
    stations.add(
        new UnfinishedApps(
            state,
            apps(wiring),
            AdvanceLaunchHandler.steps(wiring),
            AdvanceLaunchHandler.testSteps(wiring)));
    stations.addAll(audit(wiring).stations());
    return new LeftoverSweep(state, stations, clock, log);
  }

  /** The audit, for whoever shows it. */
  public static Audit audit(Wiring wiring) {
    return Audit.of(
        wiring.state(),
        wiring.executions(),
        wiring.schedule(),
        wiring.images(),
        wiring.imageImports(),
        wiring.snapshots(),
        wiring.instances(),
        wiring.stackResources(),
        wiring.volumes(),
        wiring.objects(),
        wiring.clock(),
        wiring.log());
  }

  private static AppReplication apps(Wiring wiring) {
    State state = wiring.state();
    RunStarter starter = StartRunHandler.feature(wiring);
    return new AppReplication(
        state,
        new JobCreation(state, starter, wiring.encryptionKeys(), wiring.clock(), wiring.log()),
        starter,
        wiring.recentAmisToKeep(),
        wiring.clock(),
        wiring.log());
  }

  /**
   * What the rule says.
   *
   * @param ifDue true: only if a round is due
   */
  public record Input(@Nullable Boolean ifDue) {}

  /** How many runs, ended jobs, applications and leftovers were looked after. */
  public record Output(int count) {}
}
