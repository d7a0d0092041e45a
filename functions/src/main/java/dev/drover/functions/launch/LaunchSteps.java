package dev.drover.functions.launch;

import dev.drover.functions.account.Listing;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.Stacks;
import dev.drover.functions.account.Volumes;
import dev.drover.functions.app.AppRemoval;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.Launch;
import dev.drover.functions.state.App.LaunchStage;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.State;
import dev.drover.protocol.Shortened;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Brings the stack of an application to what is wanted of it, a step at a time: what is wanted
 * stands in the application, what is there CloudFormation says. So a step that is done twice, or
 * after a crash in the middle, does nothing again.
 */
public final class LaunchSteps {
  private static final int MAX_MESSAGE_CHARS = 1_000;

  private final State state;
  private final Stacks stacks;
  private final AppStacks ofApps;
  private final FirstLaunch first;
  private final Volumes volumes;
  private final AppRemoval removal;
  private final AppValidation validation;
  private final AppCommands commands;
  private final InstantSource clock;
  private final EventLog log;

  public LaunchSteps(
      State state,
      Stacks stacks,
      Volumes volumes,
      AppTemplates templates,
      AppRemoval removal,
      AppValidation validation,
      AppCommands commands,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.stacks = stacks;
    this.ofApps = new AppStacks(state, stacks);
    this.volumes = volumes;
    this.first = new FirstLaunch(state, templates, log);
    this.removal = removal;
    this.validation = validation;
    this.commands = commands;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Takes the next step of a launch or termination; a launch goes on until it is validated.
   *
   * @param round of which; another one is another execution's business. The first may begin here,
   *     see {@link FirstLaunch}
   * @return whether there is nothing more to do
   */
  public boolean advance(AppId id, int round) {
    state
        .apps()
        .find(id)
        .filter(app -> app.launch().round() == round || isFirst(app, round))
        .ifPresent(this::bring);
    return state
        .apps()
        .find(id)
        .filter(app -> app.launch().round() == round)
        .filter(app -> app.launch().stage().isAtWork() || validate(app))
        .isEmpty();
  }

  private static boolean isFirst(App app, int round) {
    return app.launch().round() == 0 && round == FirstLaunch.ROUND;
  }

  /** The same of whatever round the application is in. */
  public void advance(App app) {
    bring(app);
    var _ = validate(app);
  }

  /** Whether some validation of the application's launch is still waited for. */
  private boolean validate(App app) {
    boolean ofServers = validation.advance(app);
    return commands.advance(app) || ofServers;
  }

  /** What the stack is to be. What comes of a validation changes nothing of a launch. */
  private void bring(App app) {
    try {
      switch (app.launch().stage()) {
        case PENDING -> begin(app);
        case LAUNCHING, RELAUNCHING -> look(app);
        case TERMINATING -> terminate(app);
        case NONE -> first.beginIfTime(app);
        case LAUNCHED, FAILED, RELAUNCH_FAILED, TERMINATE_FAILED, TERMINATED -> {}
      }
    } catch (RefusedException e) {
      log.failure("app-launch-refused", Map.of("appId", app.id()), e);
      fail(app, e.sentence());
    }
  }

  private void begin(App app) {
    if (!commands.endEarlier(app)) {
      return;
    }
    String name = AppStack.name(app.id());
    Optional<Stacks.Standing> stack = stacks.find(name);
    if (stack.isPresent() && !AppStack.isOf(app.id(), stack.get())) {
      fail(app, AppStacks.foreign(name));
      return;
    }
    switch (stack.map(Stacks.Standing::status).orElse(null)) {
      case null ->
          put(
              app,
              app.launch()
                  .ofStack(stacks.create(request(app, name)))
                  .at(LaunchStage.LAUNCHING, null));
      case WORKING -> {}
      // CloudFormation changes no stack that never was: it goes before it comes again.
      case NEVER_MADE -> ofApps.delete(app.id(), name);
      case COMPLETE, ROLLED_BACK -> update(app, name);
      case BROKEN ->
          fail(
              app,
              "Stack %s is %s, which people have to mend, or TerminateApp to delete."
                  .formatted(name, stack.map(Stacks.Standing::said).orElse("")));
    }
  }

  private void update(App app, String name) {
    if (stacks.update(request(app, name))) {
      put(app, app.launch().at(LaunchStage.RELAUNCHING, null));
    } else {
      put(app, app.launch().done(clock.instant()));
    }
  }

  private Stacks.Request request(App app, String name) {
    return ofApps.request(
        app,
        name,
        AppTemplates.launched(app.id()),
        Map.of(),
        app.id() + "-" + app.launch().round());
  }

  private void look(App app) {
    String name = AppStack.name(app.id());
    Optional<Stacks.Standing> stack = stacks.find(name);
    switch (stack.map(Stacks.Standing::status).orElse(null)) {
      case WORKING -> {}
      case COMPLETE -> put(app, app.launch().done(clock.instant()));
      case ROLLED_BACK, NEVER_MADE, BROKEN -> fail(app, ofApps.failure(name, stack));
      case null -> fail(app, AppStacks.vanished(name));
    }
  }

  private void terminate(App app) {
    if (!commands.endEarlier(app)) {
      return;
    }
    List<AppStacks.Deletion> deletions =
        stacks(app)
            .map(name -> ofApps.deleted(app.id(), name, app.launch().isDeletionAsked()))
            .toList();
    Optional<String> stuck =
        deletions.stream()
            .flatMap(
                it ->
                    it instanceof AppStacks.Deletion.Stuck stuckOne
                        ? Stream.of(stuckOne.why())
                        : Stream.empty())
            .findFirst();
    if (stuck.isPresent()) {
      fail(app, stuck.get());
    } else if (deletions.stream().allMatch(AppStacks.Deletion.Gone.class::isInstance)) {
      terminated(app);
    } else if (!app.launch().isDeletionAsked()) {
      put(app, app.launch().deletionAsked());
    }
  }

  /** An application that goes takes its test launch along. */
  private static Stream<String> stacks(App app) {
    String name = AppStack.name(app.id());
    return app.launch().thenDelete()
        ? Stream.of(name, AppStack.testName(app.id()))
        : Stream.of(name);
  }

  private void terminated(App app) {
    if (app.launch().thenDelete()) {
      // Where it changed meanwhile the next step looks again.
      var _ = removal.remove(app);
    } else {
      put(app, app.launch().at(LaunchStage.TERMINATED, leftVolumes(app).orElse(null)));
    }
  }

  /** Root volumes and all others stay when an instance goes: they may have what is nowhere else. */
  private Optional<String> leftVolumes(App app) {
    List<Volumes.Description> left =
        Listing.all(volumes::free).stream()
            .filter(volume -> app.id().value().equals(volume.tags().get(Volumes.TAG_APP)))
            .toList();
    if (left.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        shown(
            "Volumes of its instances stayed, %,d of %,d GiB together (Drover_V1.Audit lists those that are still there): %s"
                .formatted(
                    left.size(),
                    left.stream().mapToInt(Volumes.Description::sizeGib).sum(),
                    left.stream().map(Volumes.Description::id).collect(Collectors.joining(", ")))));
  }

  private void fail(App app, String why) {
    LaunchStage failed =
        switch (app.launch().stage()) {
          case RELAUNCHING -> LaunchStage.RELAUNCH_FAILED;
          case TERMINATING -> LaunchStage.TERMINATE_FAILED;
          case PENDING -> wasLaunched(app) ? LaunchStage.RELAUNCH_FAILED : LaunchStage.FAILED;
          default -> LaunchStage.FAILED;
        };
    put(app, app.launch().at(failed, shown(why)));
  }

  /** As much of a reason as is kept. */
  static String shown(String why) {
    return Shortened.shown(why, MAX_MESSAGE_CHARS);
  }

  private boolean wasLaunched(App app) {
    return ofApps
        .find(app.id(), AppStack.name(app.id()))
        .filter(stack -> stack.status() != Stacks.Status.NEVER_MADE)
        .isPresent();
  }

  /** Who changed the application meanwhile is not written over; the next step looks again. */
  private void put(App app, Launch launch) {
    boolean written = state.transaction().with(state.apps().replace(app.launched(launch))).commit();
    if (written) {
      log.event(
          "app-launch",
          Map.of(
              "appId", app.id(),
              "round", launch.round(),
              "stage", launch.stage(),
              "message", String.valueOf(launch.message())));
    }
  }
}
