package dev.drover.functions.reconcile;

import dev.drover.functions.account.Instances;
import dev.drover.functions.account.Listing;
import dev.drover.functions.account.StackResources;
import dev.drover.functions.account.Volumes;
import dev.drover.functions.launch.AppStack;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.State;
import dev.drover.functions.state.TestLaunch;
import dev.drover.protocol.InvalidMessageException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Instances of applications that no stack has any more: CloudFormation ends an update well though
 * what was replaced could not be terminated, and deletes a stack without what somebody retained.
 * They run, with data that may be nowhere else; so they go only when somebody asks for it.
 */
final class InstanceKind implements LeftoverKind {
  private final State state;
  private final Instances instances;
  private final StackResources resources;

  InstanceKind(State state, Instances instances, StackResources resources) {
    this.state = state;
    this.instances = instances;
    this.resources = resources;
  }

  @Override
  public String word() {
    return "instance";
  }

  @Override
  public Part look(@Nullable String from) {
    Listing<Instances.Launched> listing = instances.launched(from);
    Owners owners = new Owners();
    List<Leftover> leftovers =
        listing.items().stream().flatMap(instance -> owners.judge(instance).stream()).toList();
    return new Part(leftovers, listing.items().size(), listing.next());
  }

  @Override
  public Optional<Leftover> find(String name) {
    return instances.findLaunched(name).flatMap(new Owners()::judge);
  }

  @Override
  public boolean remove(Leftover leftover) {
    instances.terminate(leftover.name());
    return true;
  }

  @Override
  public boolean isSwept() {
    return false;
  }

  /** Applications and their stacks, each read once. */
  private final class Owners {
    private final Known known = new Known(state);
    private final Map<String, Map<String, String>> stacks = new HashMap<>();

    Optional<Leftover> judge(Instances.Launched instance) {
      Optional<AppId> id = id(instance);
      if (id.isEmpty()) {
        return left(instance, "its tag drover:app names no application", Leftover.Removal.BY_HAND);
      }
      Optional<App> app = known.app(id.get());
      if (app.isPresent()) {
        return stray(instance, app.get());
      }
      return known.life(id.get()) == Known.AppLife.DELETED
          ? left(instance, "application " + id.get() + " was deleted", Leftover.Removal.ON_REQUEST)
          : left(instance, "there is no application " + id.get(), Leftover.Removal.BY_HAND);
    }

    /** What is being made, changed or deleted is not judged. */
    private Optional<Leftover> stray(Instances.Launched instance, App app) {
      boolean isTest = instance.tags().containsKey(AppStack.TAG_TEST);
      boolean isAtWork =
          isTest
              ? state
                  .testLaunches()
                  .find(app.id())
                  .map(TestLaunch::stage)
                  .filter(it -> it.isAtWork())
                  .isPresent()
              : app.launch().stage().isAtWork();
      if (isAtWork) {
        return Optional.empty();
      }
      String stack = isTest ? AppStack.testName(app.id()) : AppStack.name(app.id());
      return stacks.computeIfAbsent(stack, resources::of).containsValue(instance.id())
          ? Optional.empty()
          : left(
              instance,
              "stack " + stack + " of its application has it no more",
              Leftover.Removal.ON_REQUEST);
    }

    private Optional<Leftover> left(
        Instances.Launched instance, String why, Leftover.Removal removal) {
      return Optional.of(
          new Leftover(
              word(),
              instance.id(),
              why + "; what this " + instance.type() + " costs is not counted",
              instance.launchedAt(),
              null,
              0,
              removal));
    }
  }

  private static Optional<AppId> id(Instances.Launched instance) {
    try {
      return Optional.of(new AppId(String.valueOf(instance.tags().get(Volumes.TAG_APP))));
    } catch (InvalidMessageException e) {
      return Optional.empty();
    }
  }
}
