package dev.drover.functions.app;

import dev.drover.functions.account.ApplicationDiscovery;
import dev.drover.functions.account.ApplicationDiscovery.DiscoveredApp;
import dev.drover.functions.account.Ec2Text;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppRequest;
import dev.drover.functions.state.Catalog;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.protocol.Digest;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.Shortened;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Brings the applications of AWS Application Discovery Service into the catalog, each with those of
 * its servers that are in the server catalog and in no other application; an application of none is
 * left out. One that was brought before is changed to what discovery has now, unless it is
 * replicated, or its stack is at work. What discovery has no more stays, until somebody deletes it.
 *
 * <p>Each application is brought by itself: when the call dies, the next one goes on. That one is
 * brought once stands by its request, which discovery's id of it names.
 */
public final class AppImport {
  /** As CreateApp takes it. */
  private static final int MAX_NAME_CHARS = 255;

  /** As CreateApp takes it. */
  private static final int MAX_DESCRIPTION_CHARS = 2_048;

  private final State state;
  private final ApplicationDiscovery discovery;
  private final AppCreation creation;
  private final AppUpdate updates;
  private final AppLimits limits;
  private final EventLog log;

  public AppImport(
      State state,
      ApplicationDiscovery discovery,
      AppCreation creation,
      AppUpdate updates,
      AppLimits limits,
      EventLog log) {
    this.state = state;
    this.discovery = discovery;
    this.creation = creation;
    this.updates = updates;
    this.limits = limits;
    this.log = log;
  }

  /**
   * Brings what there is.
   *
   * @return why the first application that could not be brought was not, a sentence for people; the
   *     others were. Empty: all were
   */
  public Optional<String> bring() {
    Catalog catalog = state.catalog().get();
    if (catalog.status() == Catalog.Status.DELETED) {
      return Optional.empty();
    }
    try {
      return bring(new DiscoveredServers(discovery, known(catalog)));
    } catch (RefusedException e) {
      return Optional.of(
          "Application Discovery Service does not tell its applications: " + e.sentence());
    }
  }

  /** Those that may join an application, and those that are in one. */
  private List<Server> known(Catalog catalog) {
    return state
        .servers()
        .list()
        .filter(
            server ->
                server.appId() != null
                    || (!catalog.lost(server) && (!server.isGone() || server.hasJob())))
        .toList();
  }

  private Optional<String> bring(DiscoveredServers servers) {
    List<DiscoveredApp> found =
        discovery.applications().stream().sorted(Comparator.comparing(DiscoveredApp::id)).toList();
    Set<ServerId> taken = new HashSet<>();
    List<String> problems =
        found.stream().flatMap(app -> bring(app, servers, taken).stream()).toList();
    log.event(
        "app-catalog-imported", Map.of("discovered", found.size(), "problems", problems.size()));
    return problems.stream().findFirst();
  }

  /** Empty when there is nothing to say. */
  private Optional<String> bring(
      DiscoveredApp found, DiscoveredServers servers, Set<ServerId> taken) {
    String request = "discovered " + found.id();
    Optional<App> before =
        state
            .apps()
            .requested(Digest.ofText(request).hex())
            .map(AppRequest::appId)
            .flatMap(state.apps()::find);
    if (before.filter(AppImport::isAtWork).isPresent()) {
      return Optional.empty();
    }
    List<ServerId> own =
        servers.of(found.id()).stream()
            .filter(server -> isFree(server, before))
            .map(Server::id)
            .filter(Predicate.not(taken::contains))
            .toList();
    taken.addAll(own);
    if (own.size() > limits.servers()) {
      return Optional.of(
          "Application %s of discovery has %d servers in the catalog, more than this deployment allows (drover:maxServersOfApplication)."
              .formatted(found.id(), own.size()));
    }
    return before.map(app -> change(app, found, own)).orElseGet(() -> create(found, own, request));
  }

  /** Such an application is left as it is. */
  private static boolean isAtWork(App app) {
    return app.replication().isWanted() || app.launch().stage().isAtWork();
  }

  private static boolean isFree(Server server, Optional<App> before) {
    return server.appId() == null
        || before.filter(app -> app.id().equals(server.appId())).isPresent();
  }

  private Optional<String> create(DiscoveredApp found, List<ServerId> own, String request) {
    return own.isEmpty()
        ? Optional.empty()
        : problem(
            found,
            creation.create(
                new AppCreation.Wish(
                    new App.About(name(found), description(found).orElse(null), null),
                    List.of(new GroupWish(null, null, own)),
                    List.of(),
                    request,
                    found.id())));
  }

  private Optional<String> change(App app, DiscoveredApp found, List<ServerId> own) {
    String description = description(found).orElse("");
    boolean isSame =
        name(found).equals(app.about().name())
            && description.equals(Optional.ofNullable(app.about().description()).orElse(""))
            && Set.copyOf(own).equals(app.servers().collect(Collectors.toSet()));
    return isSame
        ? Optional.empty()
        : problem(
            found,
            updates.bring(
                new AppUpdate.Wish(
                    app.id(),
                    new App.About(name(found), description, null),
                    List.of(new GroupWish(app.groups().getFirst().id(), null, own)),
                    null)));
  }

  private static Optional<String> problem(DiscoveredApp found, AppOutcome outcome) {
    return switch (outcome) {
      case AppOutcome.Done done -> Optional.empty();
      // Somebody deletes it at this moment.
      case AppOutcome.NoSuchApp none -> Optional.empty();
      case AppOutcome.Unfit unfit -> Optional.of(notBrought(found, unfit.complaint() + "."));
      case AppOutcome.NotNow notNow -> Optional.of(notBrought(found, notNow.reason()));
    };
  }

  private static String notBrought(DiscoveredApp found, String why) {
    return "Application " + found.id() + " of discovery was not imported: " + why;
  }

  private static String name(DiscoveredApp found) {
    return Shortened.to(Ec2Text.printable(found.name()), MAX_NAME_CHARS);
  }

  private static Optional<String> description(DiscoveredApp found) {
    return Optional.ofNullable(found.description())
        .map(text -> Shortened.to(Ec2Text.printable(text), MAX_DESCRIPTION_CHARS));
  }
}
