package dev.drover.functions.launch;

import dev.drover.functions.app.ReplicationProgress;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.Launch;
import dev.drover.functions.state.App.LaunchStage;
import dev.drover.functions.state.LaunchConfiguration;
import dev.drover.functions.state.State;
import java.util.Map;

/**
 * Launches an application by itself when each of its servers has its first AMI, where its
 * configuration says so. Only one that never was launched: a later launch replaces instances that
 * people may be working on, and is theirs to ask for.
 */
final class FirstLaunch {
  /** The round that a first launch is. */
  static final int ROUND = 1;

  private final State state;
  private final AppTemplates templates;
  private final EventLog log;

  FirstLaunch(State state, AppTemplates templates, EventLog log) {
    this.state = state;
    this.templates = templates;
    this.log = log;
  }

  /** Says that the launch is wanted, if it is time. An application that cannot be says why. */
  void beginIfTime(App app) {
    if (isTime(app)) {
      begin(app);
    }
  }

  private boolean isTime(App app) {
    return app.launch().round() == 0
        && app.launch().isConfigured()
        && app.replication().isWanted()
        && state
            .appConfigurations()
            .launch(app.id())
            .filter(LaunchConfiguration::autoLaunch)
            .isPresent()
        && ReplicationProgress.of(state, app).status().isComplete();
  }

  private void begin(App app) {
    Launch wanted = app.launch().next(LaunchStage.PENDING, false);
    try {
      templates.writeForLaunch(app);
    } catch (NotLaunchableException e) {
      wanted = wanted.at(LaunchStage.FAILED, LaunchSteps.shown(String.valueOf(e.getMessage())));
    }
    // Who changed it meanwhile is looked at again, by the next run or sweep.
    if (state.transaction().with(state.apps().replace(app.launched(wanted))).commit()) {
      log.event(
          "app-launched-by-itself",
          Map.of(
              "appId", app.id(),
              "stage", wanted.stage(),
              "message", String.valueOf(wanted.message())));
    }
  }
}
