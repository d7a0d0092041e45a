package dev.drover.functions.launch;

import dev.drover.functions.account.Stacks;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.LaunchConfiguration;
import dev.drover.functions.state.State;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What CloudFormation has of an application, its own stack and that of its test launches: what both
 * are made, found and deleted by, and what is said of them.
 */
final class AppStacks {
  private final State state;
  private final Stacks stacks;

  AppStacks(State state, Stacks stacks) {
    this.state = state;
    this.stacks = stacks;
  }

  /** The stack of that name, if Drover made it for the application. */
  Optional<Stacks.Standing> find(AppId id, String name) {
    return stacks.find(name).filter(stack -> AppStack.isOf(id, stack));
  }

  /**
   * The stack as it is to be, with the role that was said for the application.
   *
   * @param tags besides the application's
   */
  Stacks.Request request(
      App app, String name, String templateKey, Map<String, String> tags, String token) {
    Map<String, String> all = new HashMap<>(AppStack.tags(app));
    all.putAll(tags);
    return new Stacks.Request(name, templateKey, roleName(app.id()), all, token);
  }

  private @Nullable String roleName(AppId id) {
    return state.appConfigurations().launch(id).map(LaunchConfiguration::roleName).orElse(null);
  }

  /** Begins to delete it, whoever made it. */
  void delete(AppId id, String name) {
    stacks.delete(name, roleName(id));
  }

  /** How far a deletion is. */
  sealed interface Deletion {
    /** There is no such stack of the application. */
    record Gone() implements Deletion {}

    /** It is on its way. */
    record Going() implements Deletion {}

    /**
     * It stays.
     *
     * @param why a sentence for people
     */
    record Stuck(String why) implements Deletion {}
  }

  /**
   * Sees to it that the application has no stack of that name.
   *
   * @param isAsked whether a stack that could not be deleted is one that was asked for now: what
   *     kept it once may be gone
   */
  Deletion deleted(AppId id, String name, boolean isAsked) {
    Optional<Stacks.Standing> stack = find(id, name);
    if (stack.isEmpty()) {
      return new Deletion.Gone();
    }
    boolean isStuck = stack.get().isBeingDeleted() && stack.get().status() == Stacks.Status.BROKEN;
    if (isStuck && isAsked) {
      return new Deletion.Stuck(
          stacks.failure(name).orElse("Stack " + name + " could not be deleted."));
    }
    if (isStuck || !stack.get().isBeingDeleted()) {
      delete(id, name);
    }
    return new Deletion.Going();
  }

  /** Why a stack is not what it was to be. */
  String failure(String name, Optional<Stacks.Standing> stack) {
    return stacks
        .failure(name)
        .orElseGet(
            () -> "Stack %s is %s.".formatted(name, stack.map(Stacks.Standing::said).orElse("")));
  }

  /** That the stack is somebody else's. */
  static String foreign(String name) {
    return "A stack " + name + " is there that Drover did not make; delete or rename it.";
  }

  /** That the stack vanished. */
  static String vanished(String name) {
    return "Stack " + name + " was deleted while it was made.";
  }
}
