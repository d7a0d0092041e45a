package dev.drover.functions.run;

import dev.drover.functions.job.JobEnd;
import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.launch.AutoLaunch;
import dev.drover.functions.state.RunReference;

/**
 * replicate-run's last state.
 *
 * <p>Idempotency key: the run. A second call finds the job completed or ended and changes nothing.
 */
public final class FinishRunHandler extends JsonHandler<RunReference, RunFinish.Answer> {
  /** Called by Lambda. */
  public FinishRunHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public FinishRunHandler(Wiring wiring) {
    super(RunReference.class, feature(wiring)::finish);
  }

  private static RunFinish feature(Wiring wiring) {
    JobEnd jobEnd = new JobEnd(wiring.state(), wiring.schedule(), wiring.log());
    StraySnapshots strays =
        new StraySnapshots(wiring.state(), wiring.snapshots(), wiring.objects(), wiring.log());
    AutoLaunch launch = new AutoLaunch(wiring.state(), wiring.launches(), wiring.log());
    return new RunFinish(wiring.state(), jobEnd, strays, launch, wiring.clock(), wiring.log());
  }
}
