package dev.drover.functions.launch;

import dev.drover.functions.account.Executions;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.AppRound;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.LaunchConfiguration;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import java.util.Map;
import java.util.Optional;

/**
 * Has launch-app look whether an application is to be launched by itself; {@link FirstLaunch} is
 * what it finds there. Whoever misses a look is looked at by the hourly sweep.
 */
public final class AutoLaunch {
  private final State state;
  private final Executions launches;
  private final EventLog log;

  public AutoLaunch(State state, Executions launches, EventLog log) {
    this.state = state;
    this.launches = launches;
    this.log = log;
  }

  /** A run made an AMI. A look that cannot be had now holds up nothing of the run. */
  public void afterRun(Job job, RunReference run) {
    Optional<AppId> app = AppRound.of(job).map(AppRound::appId);
    if (app.isPresent() && isWanted(app.get())) {
      look(app.get(), run.runId().toString());
    }
  }

  /**
   * The application was configured to be launched by itself.
   *
   * @param revision the application's, which names the look
   */
  public void afterConfiguration(AppId app, long revision) {
    look(app, "revision-" + revision);
  }

  private boolean isWanted(AppId app) {
    return state
        .appConfigurations()
        .launch(app)
        .filter(LaunchConfiguration::autoLaunch)
        .isPresent();
  }

  private void look(AppId app, String why) {
    try {
      launches.start(app + "-auto-" + why, LaunchInput.of(app, FirstLaunch.ROUND));
    } catch (TransientException | RefusedException e) {
      log.failure("app-not-looked-at", Map.of("appId", app), e);
    }
  }
}
