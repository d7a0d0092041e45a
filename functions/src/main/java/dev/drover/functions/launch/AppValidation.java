package dev.drover.functions.launch;

import dev.drover.functions.account.StackResources;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.LaunchStage;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.LaunchedValidation;
import dev.drover.functions.state.LaunchedValidation.Status;
import dev.drover.functions.state.LaunchedValidation.Told;
import dev.drover.functions.state.State;
import dev.drover.functions.state.TestLaunch;
import dev.drover.functions.state.Tries;
import dev.drover.functions.state.ValidationId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What comes of the validations of a launch. A server tells what came of its own; one that tells
 * nothing in time has failed. Nothing else ends one, and only what a server told ends one well.
 */
public final class AppValidation {
  /** How long after its launch an application's servers may take; SMS names no limit. */
  static final Duration LIMIT = Duration.ofMinutes(30);

  private static final int MAX_TRIES = 10;

  private final State state;
  private final StackResources resources;
  private final InstantSource clock;
  private final EventLog log;

  public AppValidation(State state, StackResources resources, InstantSource clock, EventLog log) {
    this.state = state;
    this.resources = resources;
    this.clock = clock;
    this.log = log;
  }

  /**
   * A server tells what came of its validation. It is believed of the instance that the stack has
   * for that server now, and of no other. What is told twice changes nothing.
   *
   * @return false: that instance does not run that validation
   */
  public boolean tell(
      AppId id,
      ValidationId validationId,
      String instanceId,
      Status status,
      @Nullable String message) {
    Optional<App> app = state.apps().find(id).filter(AppValidation::mayTell);
    Optional<LaunchedValidation> validation =
        app.flatMap(it -> state.launchedValidations().find(id, validationId))
            .filter(it -> it.round() == app.get().launch().round());
    if (validation.isEmpty() || !instanceId.equals(instance(app.get(), validation.get()))) {
      return tellTest(id, validationId, instanceId, status, message);
    }
    tell(app.get(), validation.get(), instanceId, status, message);
    return true;
  }

  /** What a server of a test launch tells stands there, and counts for nothing else. */
  private boolean tellTest(
      AppId id,
      ValidationId validationId,
      String instanceId,
      Status status,
      @Nullable String message) {
    return Tries.result(
        MAX_TRIES,
        "the test launch of application " + id + " changes",
        () -> {
          Optional<TestLaunch> test =
              state.testLaunches().find(id).filter(it -> it.stage().isAtWork());
          Optional<TestLaunch.Server> server =
              test.flatMap(it -> server(it, validationId, instanceId));
          if (server.isEmpty()) {
            return Optional.of(false);
          }
          TestLaunch told =
              test.get()
                  .with(
                      it ->
                          it.equals(server.get())
                              ? it.told(new TestLaunch.Server.Validation(status.name(), message))
                              : it);
          return state.transaction().with(state.testLaunches().replace(told)).commit()
              ? Optional.of(true)
              : Optional.empty();
        });
  }

  private Optional<TestLaunch.Server> server(
      TestLaunch test, ValidationId validationId, String instanceId) {
    Map<String, String> made = resources.of(AppStack.testName(test.appId()));
    return state.appConfigurations().validation(test.appId()).ofServers().stream()
        .filter(it -> it.id().equals(validationId))
        .flatMap(
            it ->
                test.servers().stream()
                    .filter(server -> server.serverId().equals(it.script().serverId())))
        .filter(server -> instanceId.equals(made.get(server.logicalId())))
        .findFirst();
  }

  /** While the stack of the launch is made, and once it is. */
  private static boolean mayTell(App app) {
    return switch (app.launch().stage()) {
      case LAUNCHING, RELAUNCHING, LAUNCHED -> app.launch().stackId() != null;
      case NONE, PENDING, FAILED, RELAUNCH_FAILED, TERMINATING, TERMINATE_FAILED, TERMINATED ->
          false;
    };
  }

  private @Nullable String instance(App app, LaunchedValidation validation) {
    String stackId = app.launch().stackId();
    return stackId == null ? null : resources.of(stackId).get(validation.logicalId());
  }

  private void tell(
      App app,
      LaunchedValidation validation,
      @Nullable String instanceId,
      Status status,
      @Nullable String message) {
    Told told = new Told(validation.round(), instanceId, status, message, clock.instant());
    if (state.launchedValidations().tell(app.id(), validation.id(), told)) {
      log.event(
          "app-validation",
          Map.of(
              "appId", app.id(),
              "validationId", validation.id(),
              "serverId", validation.serverId(),
              "instanceId", String.valueOf(instanceId),
              "status", status));
    }
  }

  private List<LaunchedValidation> open(App app) {
    return state.launchedValidations().list(app.id()).stream()
        .filter(it -> it.round() == app.launch().round())
        .filter(it -> !it.isEnded())
        .toList();
  }

  /**
   * Ends what nobody told in time. A server whose instance the launch left as it is runs nothing
   * again: what was told of it holds on.
   *
   * @return whether something of the application's launch is still waited for
   */
  boolean advance(App app) {
    List<LaunchedValidation> open =
        app.launch().stage() == LaunchStage.LAUNCHED ? open(app) : List.of();
    if (open.isEmpty()) {
      return false;
    }
    String stackId = app.launch().stackId();
    Map<String, String> instances = stackId == null ? Map.of() : resources.of(stackId);
    open.forEach(it -> advance(app, it, instances.get(it.logicalId())));
    return !open(app).isEmpty();
  }

  private void advance(App app, LaunchedValidation validation, @Nullable String instanceId) {
    Told before = validation.told();
    if (before != null
        && before.round() < validation.round()
        && before.status().isEnd()
        && before.instanceId() != null
        && before.instanceId().equals(instanceId)) {
      state
          .launchedValidations()
          .tell(
              app.id(),
              validation.id(),
              new Told(
                  validation.round(), instanceId, before.status(), before.message(), before.at()));
    } else if (isLate(app)) {
      tell(app, validation, instanceId, Status.FAILED, late(validation, instanceId));
    }
  }

  private boolean isLate(App app) {
    return app.launch().launchedAt() == null
        || clock.instant().isAfter(app.launch().launchedAt().plus(LIMIT));
  }

  private static String late(LaunchedValidation validation, @Nullable String instanceId) {
    String what =
        validation.toldNow().isPresent()
            ? "told that its script began, and not how it ended"
            : "told nothing";
    return instanceId == null
        ? "The stack has no instance of server " + validation.serverId() + " that could tell."
        : "Instance %s %s within %d minutes of the launch; its console says what its script did (GetConsoleOutput), its role needs s3:GetObject on %s and execute-api:Invoke on this API, and an instance that the launch did not replace runs no script anew."
            .formatted(instanceId, what, LIMIT.toMinutes(), validation.source().uri());
  }
}
