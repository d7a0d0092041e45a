package dev.drover.functions.app;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.ServerGroup;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.Apps;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.ServerId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Changes an application. A group that is wanted without an id is the application's group of that
 * name, if it has one: so a call that is sent twice makes its groups once.
 */
public final class AppUpdate {
  private static final int MAX_TRIES = 5;

  private final State state;
  private final Membership membership;
  private final InstantSource clock;
  private final EventLog log;

  public AppUpdate(State state, InstantSource clock, EventLog log) {
    this.state = state;
    this.membership = new Membership(state);
    this.clock = clock;
    this.log = log;
  }

  /**
   * What is wanted; null leaves it as it is.
   *
   * @param groups all groups that the application is to have; no server is in two of them
   * @param tags all tags that it is to have
   */
  public record Wish(
      AppId id, App.About about, @Nullable List<GroupWish> groups, @Nullable List<App.Tag> tags) {
    /** Keeps its own lists. */
    public Wish {
      groups = groups == null ? null : List.copyOf(groups);
      tags = tags == null ? null : List.copyOf(tags);
    }
  }

  /** Changes it all at once, or not at all; an application that was imported is read-only. */
  public AppOutcome update(Wish wish) {
    return update(wish, AppUpdate::isImported);
  }

  /** The same of an application that was imported, by whoever imports it. */
  AppOutcome bring(Wish wish) {
    return update(wish, app -> Optional.empty());
  }

  private AppOutcome update(Wish wish, Function<App, Optional<AppOutcome>> objection) {
    return Tries.result(
        MAX_TRIES,
        "application " + wish.id() + " or its servers change while it is updated",
        () ->
            state
                .apps()
                .find(wish.id())
                .map(seen -> objection.apply(seen).or(() -> once(seen, wish)))
                .orElseGet(() -> Optional.of(new AppOutcome.NoSuchApp())));
  }

  private static Optional<AppOutcome> isImported(App app) {
    return Optional.ofNullable(app.history().importedAppId())
        .map(
            id ->
                new AppOutcome.NotNow(
                    "Application %s was imported from %s of Application Discovery Service; change it there, and call ImportAppCatalog."
                        .formatted(app.id(), id)));
  }

  /** Empty when something that it read has changed meanwhile. */
  private Optional<AppOutcome> once(App seen, Wish wish) {
    List<GroupWish> wanted = wish.groups();
    if (wanted == null) {
      return put(seen, wish, seen.groups());
    }
    return unknownGroup(seen, wanted)
        .map(
            unknown ->
                Optional.<AppOutcome>of(
                    new AppOutcome.Unfit(
                        "application " + seen.id() + " has no server group " + unknown)))
        .orElseGet(() -> put(seen, wish, groups(seen, wanted)));
  }

  private static Optional<String> unknownGroup(App seen, List<GroupWish> wanted) {
    List<String> known = seen.groups().stream().map(group -> group.id().value()).toList();
    return wanted.stream()
        .map(GroupWish::id)
        .filter(Objects::nonNull)
        .map(Object::toString)
        .filter(Predicate.not(known::contains))
        .findFirst();
  }

  private List<ServerGroup> groups(App seen, List<GroupWish> wanted) {
    List<ServerGroup> free = new ArrayList<>(seen.groups());
    // Those that are wanted by their ids are not taken for others by their names.
    wanted.forEach(group -> free.removeIf(it -> it.id().equals(group.id())));
    return wanted.stream().map(group -> group(seen, free, group)).toList();
  }

  private ServerGroup group(App seen, List<ServerGroup> free, GroupWish wish) {
    if (wish.id() != null) {
      ServerGroup before =
          seen.groups().stream()
              .filter(group -> group.id().equals(wish.id()))
              .findFirst()
              .orElseThrow();
      return new ServerGroup(
          wish.id(), wish.name() == null ? before.name() : wish.name(), wish.servers());
    }
    Optional<ServerGroup> before =
        free.stream()
            .filter(group -> wish.name() != null && wish.name().equals(group.name()))
            .findFirst();
    before.ifPresent(free::remove);
    return new ServerGroup(
        before.map(ServerGroup::id).orElseGet(state.ids()::serverGroup),
        wish.name(),
        wish.servers());
  }

  private Optional<AppOutcome> put(App seen, Wish wish, List<ServerGroup> groups) {
    App changed =
        seen.changed(
            about(seen.about(), wish.about()),
            groups,
            wish.tags() == null ? seen.tags() : wish.tags(),
            clock.instant());
    Set<ServerId> joining = new LinkedHashSet<>(changed.servers().toList());
    joining.removeAll(seen.servers().toList());
    Set<ServerId> leaving = new LinkedHashSet<>(seen.servers().toList());
    leaving.removeAll(changed.servers().toList());
    if (seen.replication().isWanted() && !(joining.isEmpty() && leaving.isEmpty())) {
      return Optional.of(
          new AppOutcome.NotNow(
              "Application %s is replicated; stop that with StopAppReplication before servers join or leave it."
                  .formatted(seen.id())));
    }
    if (joining.size() + leaving.size() > Apps.MAX_SERVERS_AT_ONCE) {
      return Optional.of(
          new AppOutcome.Unfit(
              "%d servers would join or leave, at most %d in one call; do it in two"
                  .formatted(joining.size() + leaving.size(), Apps.MAX_SERVERS_AT_ONCE)));
    }
    return membership.objection(List.copyOf(joining)).or(() -> commit(changed, joining, leaving));
  }

  private Optional<AppOutcome> commit(App changed, Set<ServerId> joining, Set<ServerId> leaving) {
    AppId id = changed.id();
    Transaction transaction = state.transaction().with(state.apps().replace(changed));
    joining.forEach(server -> transaction.with(state.servers().join(server, id)));
    leaving.forEach(server -> transaction.with(state.servers().leave(server, id)));
    if (!transaction.commit()) {
      return Optional.empty();
    }
    log.event("app-updated", Map.of("appId", id, "joined", joining.size(), "left", leaving.size()));
    return Optional.of(new AppOutcome.Done(changed));
  }

  private static App.About about(App.About before, App.About wish) {
    return new App.About(
        wish.name() == null ? before.name() : wish.name(),
        wish.description() == null ? before.description() : wish.description(),
        wish.roleName() == null ? before.roleName() : wish.roleName());
  }
}
