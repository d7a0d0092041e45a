package dev.drover.functions.app;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Tries;
import java.util.Optional;

/** Deletes an application; its servers are free for another one. */
public final class AppDeletion {
  private static final int MAX_TRIES = 5;

  private final State state;
  private final AppReplication replication;
  private final AppRemoval removal;

  public AppDeletion(State state, AppReplication replication, ObjectStore objects, EventLog log) {
    this.state = state;
    this.replication = replication;
    this.removal = new AppRemoval(state, objects, log);
  }

  /** What became of the wish. */
  public sealed interface Outcome {
    /** There is no such application any more, or none as soon as its stack is gone. */
    record Deleted() implements Outcome {}

    /** Its stack has to be deleted first, if it was made; the caller may. */
    record HasStack() implements Outcome {}

    /** There never was one. */
    record NoSuchApp() implements Outcome {}

    /**
     * It is at something that has to be ended first.
     *
     * @param reason a sentence with the next step
     */
    record NotNow(String reason) implements Outcome {}
  }

  /**
   * Deletes it; one that was deleted before stays so, because whoever did not hear of it asks
   * again.
   *
   * @param stopReplication whether its replication is stopped if it goes on; jobs that are being
   *     deleted come to their end without the application
   * @param terminate whether its stack may be deleted then; else its replication goes on as long as
   *     it has one
   */
  public Outcome delete(AppId id, boolean stopReplication, boolean terminate) {
    return Tries.result(
        MAX_TRIES,
        "application " + id + " changes while it is deleted",
        () -> once(id, stopReplication, terminate));
  }

  /** Empty when the application is to be looked at again. */
  private Optional<Outcome> once(AppId id, boolean stopReplication, boolean terminate) {
    Optional<App> found = state.apps().find(id);
    if (found.isEmpty()) {
      return Optional.of(state.ids().isTaken(id) ? new Outcome.Deleted() : new Outcome.NoSuchApp());
    }
    App app = found.get();
    if (app.launch().thenDelete() && app.launch().stage() == App.LaunchStage.TERMINATING) {
      return Optional.of(new Outcome.Deleted());
    }
    boolean hasStack =
        app.launch().stage().mayHaveStack() || state.testLaunches().isAtWork(app.id());
    if (hasStack && !terminate) {
      return Optional.of(new Outcome.NotNow(hasStack(app)));
    }
    if (replication.isGoing(app)) {
      return stopReplication ? stopped(id) : Optional.of(new Outcome.NotNow(isReplicated(id)));
    }
    if (app.replication().isWanted()) {
      // Whoever makes its jobs at this moment sees it and deletes them.
      replication.unwant(id);
      return Optional.empty();
    }
    return hasStack ? Optional.of(new Outcome.HasStack()) : remove(app);
  }

  private static String hasStack(App app) {
    String what =
        switch (app.launch().stage()) {
          case NONE, TERMINATED -> "has a test launch; end that with Drover_V1.EndTestLaunch first";
          case TERMINATING -> "is being terminated; wait until its launchStatus is TERMINATED";
          case FAILED, TERMINATE_FAILED ->
              "may have a stack still; terminate it with TerminateApp first";
          default -> "is launched; terminate it with TerminateApp first";
        };
    return "Application " + app.id() + " " + what + ", or delete it with forceTerminateApp.";
  }

  /** Empty: the application is to be looked at again. */
  private Optional<Outcome> stopped(AppId id) {
    replication.stop(id);
    return Optional.empty();
  }

  private static String isReplicated(AppId id) {
    return "Application "
        + id
        + " is replicated; stop that with StopAppReplication first, or delete it with"
        + " forceStopAppReplication.";
  }

  private Optional<Outcome> remove(App app) {
    return removal.remove(app) ? Optional.of(new Outcome.Deleted()) : Optional.empty();
  }
}
