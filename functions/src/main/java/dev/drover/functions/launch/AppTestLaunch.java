package dev.drover.functions.launch;

import dev.drover.functions.account.Executions;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.app.AppOutcome;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.LaunchStage;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.State;
import dev.drover.functions.state.TestLaunch;
import dev.drover.functions.state.Tries;
import dev.drover.functions.state.Write;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Launches applications to try them: beside what they are, into a subnet of their own, and
 * terminated after a time. Neither the replication nor the launch of the application changes.
 */
public final class AppTestLaunch {
  private static final int MAX_TRIES = 5;

  private final State state;
  private final AppTemplates templates;
  private final Executions executions;
  private final InstantSource clock;
  private final EventLog log;

  public AppTestLaunch(
      State state,
      AppTemplates templates,
      Executions executions,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.templates = templates;
    this.executions = executions;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Begins a test launch of the newest AMIs; one that is at work in the same place goes on.
   *
   * @param minutes how long it runs
   */
  public AppOutcome launch(AppId id, TestLaunch.Place place, int minutes) {
    AppOutcome outcome =
        Tries.result(
            MAX_TRIES,
            "the test launch of application " + id + " changes",
            () ->
                state
                    .apps()
                    .find(id)
                    .map(app -> begin(app, place, minutes))
                    .orElseGet(() -> Optional.of(new AppOutcome.NoSuchApp())));
    if (outcome instanceof AppOutcome.Done) {
      state
          .testLaunches()
          .find(id)
          .ifPresent(
              test ->
                  executions.start(
                      id + "-test-" + test.round(), LaunchInput.ofTest(id, test.round())));
    }
    return outcome;
  }

  /** Empty when it changed meanwhile. */
  private Optional<AppOutcome> begin(App app, TestLaunch.Place place, int minutes) {
    if (app.launch().thenDelete() && app.launch().stage() == LaunchStage.TERMINATING) {
      return notNow("Application " + app.id() + " is being deleted.");
    }
    Optional<TestLaunch> before = state.testLaunches().find(app.id());
    if (before.filter(test -> test.stage().isAtWork()).isPresent()) {
      return before.get().place().equals(place)
          ? Optional.of(new AppOutcome.Done(app))
          : notNow(
              "Application %s has a test launch in %s; %s."
                  .formatted(
                      app.id(),
                      before.get().place().subnet(),
                      before.get().stage() == TestLaunch.Stage.ENDING
                          ? "wait until it has ended"
                          : "end it with Drover_V1.EndTestLaunch first"));
    }
    try {
      return add(app, place, minutes, before);
    } catch (NotLaunchableException e) {
      return notNow(String.valueOf(e.getMessage()));
    }
  }

  private Optional<AppOutcome> add(
      App app, TestLaunch.Place place, int minutes, Optional<TestLaunch> before) {
    List<TestLaunch.Server> servers =
        templates.writeForTest(app, place).stream()
            .map(
                server ->
                    new TestLaunch.Server(
                        server.serverId(),
                        server.logicalId(),
                        server.image().amiId(),
                        server.image().tags().get(Snapshots.TAG_RUN)))
            .toList();
    TestLaunch next =
        new TestLaunch(
            app.id(),
            before.map(TestLaunch::round).orElse(0) + 1,
            TestLaunch.Stage.PENDING,
            place,
            minutes,
            clock.instant(),
            null,
            null,
            servers,
            before.map(TestLaunch::revision).orElse(0L));
    Write write =
        before.isPresent() ? state.testLaunches().replace(next) : state.testLaunches().add(next);
    if (!state.transaction().with(write).commit()) {
      return Optional.empty();
    }
    log.event(
        "app-test-launch",
        Map.of("appId", app.id(), "round", next.round(), "subnet", place.subnet()));
    return Optional.of(new AppOutcome.Done(app));
  }

  /** Ends the test launch as soon as may be; one that has ended is the same. */
  public AppOutcome end(AppId id) {
    return Tries.result(
        MAX_TRIES, "the test launch of application " + id + " changes", () -> ended(id));
  }

  private Optional<AppOutcome> ended(AppId id) {
    Optional<App> app = state.apps().find(id);
    if (app.isEmpty()) {
      return Optional.of(new AppOutcome.NoSuchApp());
    }
    Optional<TestLaunch> test = state.testLaunches().find(id);
    if (test.isEmpty()) {
      return notNow("Application " + id + " has no test launch.");
    }
    int lasted =
        Math.toIntExact(Duration.between(test.get().askedAt(), clock.instant()).toMinutes());
    if (!test.get().stage().isAtWork() || lasted >= test.get().minutes()) {
      return Optional.of(new AppOutcome.Done(app.get()));
    }
    return state.transaction().with(state.testLaunches().replace(test.get().lasting(0))).commit()
        ? Optional.of(new AppOutcome.Done(app.get()))
        : Optional.empty();
  }

  private static Optional<AppOutcome> notNow(String why) {
    return Optional.of(new AppOutcome.NotNow(why));
  }
}
