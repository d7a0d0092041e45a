package dev.drover.functions.app;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.AppRequest;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.Digest;
import dev.drover.protocol.ServerId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes an application, once for each request. */
public final class AppCreation {
  private static final int MAX_TRIES = 5;

  private final State state;
  private final Membership membership;
  private final AppLimits limits;
  private final InstantSource clock;
  private final EventLog log;

  public AppCreation(State state, AppLimits limits, InstantSource clock, EventLog log) {
    this.state = state;
    this.membership = new Membership(state);
    this.limits = limits;
    this.clock = clock;
    this.log = log;
  }

  /**
   * The application that is wanted.
   *
   * @param groups new ones, within the limits; no server is in two of them
   * @param request names the request, so that its repetition finds the application; null: none does
   * @param importedAppId Application Discovery Service's id of it; null: somebody creates it
   */
  public record Wish(
      App.About about,
      List<GroupWish> groups,
      List<App.Tag> tags,
      @Nullable String request,
      @Nullable String importedAppId) {
    /** Keeps its own lists. */
    public Wish {
      groups = List.copyOf(groups);
      tags = List.copyOf(tags);
    }

    private Optional<String> requestName() {
      return Optional.ofNullable(request).map(name -> Digest.ofText(name).hex());
    }

    private String digest() {
      return Digest.ofText(
              Arrays.asList(about.name(), about.description(), about.roleName(), groups, tags)
                  .toString())
          .hex();
    }

    private List<ServerId> servers() {
      return groups.stream().flatMap(group -> group.servers().stream()).toList();
    }
  }

  /** Makes the application; the same request again finds it as it is by then. */
  public AppOutcome create(Wish wish) {
    return Tries.result(
        MAX_TRIES, "the servers of the application change while it is made", () -> once(wish));
  }

  /** Empty when something that it read has changed meanwhile. */
  private Optional<AppOutcome> once(Wish wish) {
    Optional<AppRequest> before = wish.requestName().flatMap(state.apps()::requested);
    if (before.isPresent()) {
      return repeated(before.get(), wish);
    }
    return tooMany().or(() -> membership.objection(wish.servers())).or(() -> put(wish));
  }

  /** Empty when the application was deleted since its request was read. */
  private Optional<AppOutcome> repeated(AppRequest before, Wish wish) {
    if (!before.wish().equals(wish.digest())) {
      return Optional.of(
          new AppOutcome.Unfit(
              "clientToken named another request, which made application "
                  + before.appId()
                  + "; use another token for another application"));
    }
    return state.apps().find(before.appId()).map(AppOutcome.Done::new);
  }

  private Optional<AppOutcome> tooMany() {
    int count = state.apps().count();
    return count < limits.apps()
        ? Optional.empty()
        : Optional.of(
            new AppOutcome.NotNow(
                "There are %d applications, as many as this deployment allows (drover:maxApplications); delete one first."
                    .formatted(count)));
  }

  private Optional<AppOutcome> put(Wish wish) {
    Instant now = clock.instant();
    AppId id = state.ids().app();
    Optional<AppRequest> request =
        wish.requestName().map(name -> new AppRequest(name, id, wish.digest()));
    App app =
        new App(
            id,
            wish.about(),
            wish.groups().stream()
                .map(
                    group ->
                        new App.ServerGroup(
                            state.ids().serverGroup(), group.name(), group.servers()))
                .toList(),
            wish.tags(),
            App.Replication.NONE,
            App.Launch.NONE,
            new App.History(now, now, wish.requestName().orElse(null), wish.importedAppId()),
            0);
    Transaction transaction =
        state
            .transaction()
            .with(state.ids().take(id))
            .with(state.apps().add(app, request, limits.apps()));
    app.servers().forEach(server -> transaction.with(state.servers().join(server, id)));
    if (!transaction.commit()) {
      return Optional.empty();
    }
    log.event("app-created", Map.of("appId", id, "servers", app.servers().count()));
    return Optional.of(new AppOutcome.Done(app));
  }
}
