package dev.drover.functions.launch;

import dev.drover.functions.account.Instances;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.StackResources;
import dev.drover.functions.account.Stacks;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.State;
import dev.drover.functions.state.TestLaunch;
import dev.drover.functions.state.TestLaunch.Stage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings the stack of a test launch to what is wanted of it, a step at a time, as {@link
 * LaunchSteps} does for the application's own: made, looked at, and deleted when its time is over.
 */
public final class TestLaunchSteps {
  /** Of a console's end; all servers' together fit into an item. */
  private static final int MAX_CONSOLE_CHARS = 2_000;

  private static final Duration LOOKS = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final State state;
  private final Stacks stacks;
  private final AppStacks ofApps;
  private final StackResources resources;
  private final Instances instances;
  private final InstantSource clock;
  private final EventLog log;

  public TestLaunchSteps(
      State state,
      Stacks stacks,
      StackResources resources,
      Instances instances,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.stacks = stacks;
    this.ofApps = new AppStacks(state, stacks);
    this.resources = resources;
    this.instances = instances;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Takes the next step.
   *
   * @return when the next one is to be taken; empty: there is nothing more to do
   */
  public Optional<Duration> advance(AppId id, int round) {
    state.testLaunches().find(id).filter(test -> test.round() == round).ifPresent(this::advance);
    return state
        .testLaunches()
        .find(id)
        .filter(test -> test.round() == round && test.stage().isAtWork())
        .map(this::untilNext);
  }

  /** The same of whatever test launch the application has. */
  public void advance(AppId id) {
    state.testLaunches().find(id).ifPresent(this::advance);
  }

  private Duration untilNext(TestLaunch test) {
    Instant end = test.endsAt();
    boolean isSettled =
        test.servers().stream()
            .map(TestLaunch.Server::checks)
            .allMatch(checks -> checks != null && checks.arePassed());
    if (test.stage() == Stage.ENDING && test.message() != null) {
      return PATIENCE;
    }
    if (test.stage() != Stage.RUNNING || end == null || !isSettled) {
      return LOOKS;
    }
    Duration left = Duration.between(clock.instant(), end);
    return left.compareTo(PATIENCE) < 0
        ? (left.isPositive() ? left.plusSeconds(1) : LOOKS)
        : PATIENCE;
  }

  private void advance(TestLaunch test) {
    try {
      switch (test.stage()) {
        case PENDING -> begin(test);
        case LAUNCHING -> look(test);
        case RUNNING -> watch(test);
        case ENDING -> end(test);
        case ENDED, FAILED -> {}
      }
    } catch (RefusedException e) {
      log.failure("app-test-refused", Map.of("appId", test.appId()), e);
      takeBack(test, e.sentence());
    }
  }

  private void begin(TestLaunch test) {
    Optional<App> app = state.apps().find(test.appId());
    if (app.isEmpty() || test.minutes() == 0) {
      put(test.at(Stage.ENDING));
      return;
    }
    String name = AppStack.testName(test.appId());
    Optional<Stacks.Standing> stack = stacks.find(name);
    if (stack.isEmpty()) {
      var _ = stacks.create(request(app.get(), test, name));
      put(test.at(Stage.LAUNCHING));
    } else if (!AppStack.isOf(test.appId(), stack.get())) {
      put(test.failing(Stage.FAILED, AppStacks.foreign(name)));
    } else if (stack.get().status() != Stacks.Status.WORKING) {
      // What an earlier one left goes first.
      ofApps.delete(test.appId(), name);
    }
  }

  private Stacks.Request request(App app, TestLaunch test, String name) {
    return ofApps.request(
        app,
        name,
        AppTemplates.tested(app.id()),
        Map.of(AppStack.TAG_TEST, "true"),
        app.id() + "-test-" + test.round());
  }

  private void look(TestLaunch test) {
    String name = AppStack.testName(test.appId());
    Optional<Stacks.Standing> stack = stacks.find(name);
    switch (stack.map(Stacks.Standing::status).orElse(null)) {
      case WORKING -> {
        if (test.minutes() == 0) {
          put(test.at(Stage.ENDING));
        }
      }
      case COMPLETE -> {
        Map<String, String> made = resources.of(stack.get().id());
        put(test.with(server -> server.as(made.get(server.logicalId()))).launched(clock.instant()));
      }
      case ROLLED_BACK, NEVER_MADE, BROKEN ->
          put(test.failing(Stage.ENDING, LaunchSteps.shown(ofApps.failure(name, stack))));
      case null -> put(test.failing(Stage.FAILED, AppStacks.vanished(name)));
    }
  }

  private void watch(TestLaunch test) {
    Map<String, Instances.Checks> seen = instances.checks(ids(test));
    TestLaunch looked = test.with(server -> checked(server, seen));
    Instant end = test.endsAt();
    if (end == null || clock.instant().isBefore(end)) {
      if (!looked.equals(test)) {
        put(looked);
      }
      return;
    }
    TestLaunch heard = looked.with(this::heard);
    if (put(heard.at(Stage.ENDING))) {
      heard.servers().forEach(server -> tell(heard, server));
    }
  }

  private static List<String> ids(TestLaunch test) {
    return test.servers().stream()
        .map(TestLaunch.Server::instanceId)
        .filter(Objects::nonNull)
        .toList();
  }

  /** An instance of which EC2 says nothing any more does not run. */
  private static TestLaunch.Server checked(
      TestLaunch.Server server, Map<String, Instances.Checks> seen) {
    return server.checked(server.instanceId() == null ? null : seen.get(server.instanceId()));
  }

  private TestLaunch.Server heard(TestLaunch.Server server) {
    return server.instanceId() == null
        ? server
        : server.heard(
            instances.console(server.instanceId()).map(TestLaunchSteps::end).orElse(null));
  }

  private static String end(String console) {
    return console.length() <= MAX_CONSOLE_CHARS
        ? console
        : console.substring(console.length() - MAX_CONSOLE_CHARS);
  }

  /** It stands in the story of the run that made the AMI. */
  private void tell(TestLaunch test, TestLaunch.Server server) {
    Map<String, String> fields = new HashMap<>();
    fields.put("appId", test.appId().value());
    fields.put("serverId", server.serverId().value());
    fields.put("amiId", server.amiId());
    fields.put("instanceId", String.valueOf(server.instanceId()));
    Instances.Checks checks = server.checks();
    fields.put("systemStatus", checks == null ? "not running" : checks.system());
    fields.put("instanceStatus", checks == null ? "not running" : checks.instance());
    TestLaunch.Server.Validation validation = server.validation();
    if (validation != null) {
      fields.put("validation", validation.status());
    }
    if (server.runId() != null) {
      fields.put("runId", server.runId());
    }
    log.event("image-tested", fields);
  }

  private void end(TestLaunch test) {
    switch (ofApps.deleted(test.appId(), AppStack.testName(test.appId()), true)) {
      case AppStacks.Deletion.Gone _ ->
          put(test.at(test.message() == null ? Stage.ENDED : Stage.FAILED));
      case AppStacks.Deletion.Going _ -> {}
      case AppStacks.Deletion.Stuck stuck -> {
        // What kept it may be gone; until then its instances run, and it is at work.
        takeBack(test, stuck.why());
        ofApps.delete(test.appId(), AppStack.testName(test.appId()));
      }
    }
  }

  /** It ends because of that. */
  private void takeBack(TestLaunch test, String why) {
    TestLaunch failing = test.failing(Stage.ENDING, LaunchSteps.shown(why));
    if (!failing.equals(test)) {
      put(failing);
    }
  }

  /** Who changed it meanwhile is not written over; the next step looks again. */
  private boolean put(TestLaunch test) {
    boolean written = state.transaction().with(state.testLaunches().replace(test)).commit();
    if (written) {
      log.event(
          "app-test",
          Map.of(
              "appId", test.appId(),
              "round", test.round(),
              "stage", test.stage(),
              "message", String.valueOf(test.message())));
    }
    return written;
  }
}
