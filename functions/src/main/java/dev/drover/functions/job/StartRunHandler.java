package dev.drover.functions.job;

import dev.drover.functions.aws.JsonHandler;
import dev.drover.functions.aws.Wiring;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A schedule fired: the job's due run starts.
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

  private StartRunHandler(Wiring wiring) {
    this(new RunStarter(wiring), wiring.clock());
  }

  StartRunHandler(RunStarter starter, InstantSource clock) {
    super(
        Input.class,
        input -> {
          starter.advance(input.jobId(), clock.instant().plus(SCHEDULER_PRECISION));
          return new Output(input.jobId());
        });
  }

  /** What the schedule says. */
  public record Input(JobId jobId) {
    /** Refuses an input without a job. */
    public Input {
      if (jobId == null) {
        throw new InvalidMessageException("jobId is missing");
      }
    }
  }

  /** The job that was looked after. */
  public record Output(JobId jobId) {}
}
