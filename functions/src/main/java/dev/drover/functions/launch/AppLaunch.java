package dev.drover.functions.launch;

import dev.drover.functions.account.Executions;
import dev.drover.functions.app.AppOutcome;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.LaunchStage;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Tries;
import java.util.Map;
import java.util.Optional;

/**
 * Launches applications as stacks of CloudFormation, and terminates them. What is wanted is written
 * first; an execution of launch-app, or the hourly sweep where that died, does it step by step.
 */
public final class AppLaunch {
  private static final int MAX_TRIES = 5;

  private final State state;
  private final AppTemplates templates;
  private final Executions executions;
  private final EventLog log;

  public AppLaunch(State state, AppTemplates templates, Executions executions, EventLog log) {
    this.state = state;
    this.templates = templates;
    this.executions = executions;
    this.log = log;
  }

  /**
   * Launches the application from its newest AMIs; one that is launched is brought to them. A
   * launch that is at work goes on.
   */
  public AppOutcome launch(AppId id) {
    return wanted(id, this::wantLaunch);
  }

  /**
   * Deletes the application's stack. Its AMIs stay, and so do the volumes of its instances.
   *
   * @param thenDelete whether the application is to be deleted afterwards
   */
  public AppOutcome terminate(AppId id, boolean thenDelete) {
    return wanted(id, app -> wantTermination(app, thenDelete));
  }

  private interface Want {
    /** Empty when the application changed meanwhile. */
    Optional<AppOutcome> of(App app);
  }

  private AppOutcome wanted(AppId id, Want want) {
    AppOutcome outcome =
        Tries.result(
            MAX_TRIES,
            "application " + id + " changes while it is launched or terminated",
            () ->
                state
                    .apps()
                    .find(id)
                    .map(want::of)
                    .orElseGet(() -> Optional.of(new AppOutcome.NoSuchApp())));
    if (outcome instanceof AppOutcome.Done done) {
      start(done.app());
    }
    return outcome;
  }

  private Optional<AppOutcome> wantLaunch(App app) {
    return switch (app.launch().stage()) {
      case PENDING, LAUNCHING, RELAUNCHING -> Optional.of(new AppOutcome.Done(app));
      case TERMINATING ->
          Optional.of(
              new AppOutcome.NotNow(
                  "Application "
                      + app.id()
                      + " is being terminated; launch it when its launchStatus is TERMINATED."));
      case NONE, LAUNCHED, FAILED, RELAUNCH_FAILED, TERMINATE_FAILED, TERMINATED -> {
        try {
          templates.writeForLaunch(app);
        } catch (NotLaunchableException e) {
          yield Optional.of(new AppOutcome.NotNow(String.valueOf(e.getMessage())));
        }
        yield next(app, LaunchStage.PENDING, false);
      }
    };
  }

  private Optional<AppOutcome> wantTermination(App app, boolean thenDelete) {
    LaunchStage stage = app.launch().stage();
    boolean hasTest = thenDelete && state.testLaunches().isAtWork(app.id());
    if (!stage.mayHaveStack() && !hasTest) {
      return Optional.of(new AppOutcome.NotNow("Application " + app.id() + " is not launched."));
    }
    if (thenDelete && app.replication().isWanted()) {
      return Optional.of(
          new AppOutcome.NotNow(
              "The replication of application %s was started meanwhile; delete it again."
                  .formatted(app.id())));
    }
    return stage == LaunchStage.TERMINATING && app.launch().thenDelete() == thenDelete
        ? Optional.of(new AppOutcome.Done(app))
        : next(app, LaunchStage.TERMINATING, thenDelete || app.launch().thenDelete());
  }

  private Optional<AppOutcome> next(App app, LaunchStage first, boolean thenDelete) {
    App changed = app.launched(app.launch().next(first, thenDelete));
    if (!state.transaction().with(state.apps().replace(changed)).commit()) {
      return Optional.empty();
    }
    log.event(
        "app-launch", Map.of("appId", app.id(), "round", changed.launch().round(), "stage", first));
    return Optional.of(new AppOutcome.Done(changed));
  }

  private void start(App app) {
    int round = app.launch().round();
    executions.start(app.id() + "-" + round, LaunchInput.of(app.id(), round));
  }
}
