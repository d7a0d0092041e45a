package dev.drover.functions.job;

import dev.drover.functions.admission.AdmissionControl;
import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.protocol.JobId;
import dev.drover.protocol.message.MessageJson;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A schedule fired: the job's due run starts. Every five minutes a rule asks to look after all jobs
 * if an hour has passed or the last look was not ended, every minute and when a run has ended
 * another asks whose turn it is; then failed runs that are kept give back the pending snapshots
 * that others wait for, and the metrics of the minute are told.
 *
 * <p>Idempotency key: the id of the next run in the job's item. A second firing, or one that comes
 * when no run is due, finds nothing to take and only completes what is missing.
 */
public final class StartRunHandler
    extends JsonHandler<StartRunHandler.Input, StartRunHandler.Output> {
  /**
   * A schedule is exact to the minute and may fire before its second: what is due within a minute
   * is due.
   *
   * @see <a href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html">
   *     Schedule types</a>
   */
  static final Duration SCHEDULER_PRECISION = Duration.ofMinutes(1);

  /** Called by Lambda. */
  public StartRunHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public StartRunHandler(Wiring wiring) {
    this(feature(wiring), kept(wiring), gauges(wiring), wiring.clock());
  }

  /** Starts runs in what the function is wired to. */
  public static RunStarter feature(Wiring wiring) {
    return new RunStarter(
        wiring.state(),
        wiring.executions(),
        wiring.schedule(),
        wiring.waking(),
        admission(wiring),
        new EndWarning(wiring.state(), wiring.events(), wiring.log()),
        wiring.clock(),
        wiring.log());
  }

  /** The line of runs in what the function is wired to. */
  public static AdmissionControl admission(Wiring wiring) {
    return new AdmissionControl(
        wiring.state(), wiring.pendingSnapshots(), wiring.clock(), wiring.log());
  }

  private static KeptSnapshots kept(Wiring wiring) {
    return new KeptSnapshots(wiring.state(), admission(wiring), wiring.snapshots(), wiring.log());
  }

  private static Gauges gauges(Wiring wiring) {
    return new Gauges(
        wiring.state(), admission(wiring), wiring.stack(), wiring.clock(), wiring.log());
  }

  StartRunHandler(RunStarter starter, KeptSnapshots kept, Gauges gauges, InstantSource clock) {
    super(Input.class, input -> start(input, starter, kept, gauges, clock.instant()));
  }

  private static Output start(
      Input input, RunStarter starter, KeptSnapshots kept, Gauges gauges, Instant now) {
    if (Boolean.TRUE.equals(input.turns())) {
      kept.giveBack();
      int started = starter.startAdmitted();
      if (Boolean.TRUE.equals(input.gauges())) {
        gauges.tell();
      }
      return new Output(started);
    }
    JobId jobId = input.jobId();
    if (jobId != null) {
      starter.advance(jobId, now.plus(SCHEDULER_PRECISION));
      return new Output(1);
    }
    return new Output(
        Boolean.TRUE.equals(input.ifDue()) ? starter.advanceIfDue(now) : starter.advanceAll(now));
  }

  /**
   * What the schedule says.
   *
   * @param version of what a schedule says; absent in those of before it had one, and in what the
   *     stack's own rules say, which are deployed with this
   * @param jobId absent: every job that has not ended
   * @param turns true: only whose turn it is
   * @param gauges true: with the turns the metrics of the minute are told
   * @param ifDue true: of all jobs only those of the round that is due
   */
  public record Input(
      @Nullable Integer version,
      @Nullable JobId jobId,
      @Nullable Boolean turns,
      @Nullable Boolean gauges,
      @Nullable Boolean ifDue) {
    /** Refuses what a schedule of a later version says. */
    public Input {
      MessageJson.requireVersion(version == null ? 1 : version, "a schedule's input");
    }
  }

  /** How many jobs were looked after, or how many runs had their turn. */
  public record Output(int jobs) {}
}
