package dev.drover.functions.api.sms;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Page;
import dev.drover.functions.api.PageToken;
import dev.drover.functions.app.AppCreation;
import dev.drover.functions.app.AppDeletion;
import dev.drover.functions.app.AppLimits;
import dev.drover.functions.app.AppOutcome;
import dev.drover.functions.app.AppReplication;
import dev.drover.functions.app.AppUpdate;
import dev.drover.functions.app.ReplicationProgress;
import dev.drover.functions.launch.AppLaunch;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ServerId;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sms.model.AppSummary;
import software.amazon.awssdk.services.sms.model.CreateAppRequest;
import software.amazon.awssdk.services.sms.model.CreateAppResponse;
import software.amazon.awssdk.services.sms.model.DeleteAppRequest;
import software.amazon.awssdk.services.sms.model.DeleteAppResponse;
import software.amazon.awssdk.services.sms.model.GetAppRequest;
import software.amazon.awssdk.services.sms.model.GetAppResponse;
import software.amazon.awssdk.services.sms.model.ListAppsRequest;
import software.amazon.awssdk.services.sms.model.ListAppsResponse;
import software.amazon.awssdk.services.sms.model.UpdateAppRequest;
import software.amazon.awssdk.services.sms.model.UpdateAppResponse;

/** What callers can do with the catalog of applications. */
public final class AppOperations {
  /** SMS's own, where a caller of ListApps says none. */
  private static final int DEFAULT_RESULTS = 100;

  /** A summary with all texts as long as they may be is 20 KB; Lambda answers with 6 MB at most. */
  private static final int MAX_RESULTS = 200;

  /** Each takes a read; all applications of an account take a few more. */
  private static final int LOOKED_UP = 50;

  private final State state;
  private final AppCreation creation;
  private final AppUpdate updates;
  private final AppDeletion deletion;
  private final AppLaunch launch;
  private final AppWishes wishes;

  public AppOperations(
      State state,
      AppReplication replication,
      AppLaunch launch,
      ObjectStore objects,
      AppLimits limits,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.creation = new AppCreation(state, limits, clock, log);
    this.updates = new AppUpdate(state, clock, log);
    this.launch = launch;
    this.deletion = new AppDeletion(state, replication, objects, log);
    this.wishes = new AppWishes(limits);
  }

  Map<String, Operation> operations() {
    return Map.of(
        "CreateApp",
        Operation.of(CreateAppRequest::builder, CreateAppRequest.class, this::create),
        "GetApp",
        Operation.of(GetAppRequest::builder, GetAppRequest.class, this::get),
        "ListApps",
        Operation.of(ListAppsRequest::builder, ListAppsRequest.class, this::list),
        "UpdateApp",
        Operation.of(UpdateAppRequest::builder, UpdateAppRequest.class, this::update),
        "DeleteApp",
        Operation.of(DeleteAppRequest::builder, DeleteAppRequest.class, this::delete));
  }

  private CreateAppResponse create(CreateAppRequest request, Caller caller) {
    App app = done(creation.create(wishes.read(request, caller)), "");
    return CreateAppResponse.builder()
        .appSummary(summary(app))
        .serverGroups(AppView.groups(app, servers(app)))
        .tags(AppView.tags(app))
        .build();
  }

  private GetAppResponse get(GetAppRequest request, Caller caller) {
    App app = find(request.appId());
    return GetAppResponse.builder()
        .appSummary(summary(app))
        .serverGroups(AppView.groups(app, servers(app)))
        .tags(AppView.tags(app))
        .build();
  }

  private UpdateAppResponse update(UpdateAppRequest request, Caller caller) {
    App app = done(updates.update(wishes.read(request)), String.valueOf(request.appId()));
    return UpdateAppResponse.builder()
        .appSummary(summary(app))
        .serverGroups(AppView.groups(app, servers(app)))
        .tags(AppView.tags(app))
        .build();
  }

  static App done(AppOutcome outcome, String id) {
    if (outcome instanceof AppOutcome.Done done) {
      return done.app();
    }
    throw refusal(outcome, id);
  }

  static ApiException refusal(AppOutcome outcome, String id) {
    return switch (outcome) {
      case AppOutcome.Done done -> throw new IllegalArgumentException("nothing was refused");
      case AppOutcome.NoSuchApp none -> AppWishes.noSuchApp(id);
      case AppOutcome.Unfit unfit -> Parameters.invalid(unfit.complaint());
      case AppOutcome.NotNow notNow -> ApiError.NOT_PERMITTED.because(notNow.reason());
    };
  }

  private DeleteAppResponse delete(DeleteAppRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    boolean terminate = Boolean.TRUE.equals(request.forceTerminateApp());
    return switch (deletion.delete(
        id, Boolean.TRUE.equals(request.forceStopAppReplication()), terminate)) {
      case AppDeletion.Outcome.Deleted deleted -> DeleteAppResponse.builder().build();
      case AppDeletion.Outcome.HasStack stack -> {
        done(launch.terminate(id, true), id.value());
        yield DeleteAppResponse.builder().build();
      }
      case AppDeletion.Outcome.NoSuchApp none -> throw AppWishes.noSuchApp(id.value());
      case AppDeletion.Outcome.NotNow notNow ->
          throw ApiError.NOT_PERMITTED.because(notNow.reason());
    };
  }

  /** Applications by id, or those of them that are asked for; what there is not is left out. */
  private ListAppsResponse list(ListAppsRequest request, Caller caller) {
    Set<String> wanted = new TreeSet<>(request.appIds());
    PageToken token = new PageToken("ListApps " + wanted);
    String after = token.read(request.nextToken());
    Page<App> page =
        Page.of(
            apps(request.hasAppIds(), wanted, after),
            request.maxResults() == null ? DEFAULT_RESULTS : request.maxResults(),
            MAX_RESULTS,
            token,
            app -> app.id().value());
    return ListAppsResponse.builder()
        .apps(page.items().stream().map(this::summary).toList())
        .nextToken(page.nextToken())
        .build();
  }

  private Stream<App> apps(boolean filtered, Set<String> wanted, String after) {
    if (!filtered) {
      return state.apps().listAfter(after);
    }
    return wanted.size() > LOOKED_UP
        ? state.apps().listAfter(after).filter(app -> wanted.contains(app.id().value()))
        : wanted.stream()
            .filter(id -> id.compareTo(after) > 0)
            .sorted(Comparator.naturalOrder())
            .flatMap(id -> known(id).stream());
  }

  private Optional<App> known(String id) {
    try {
      return state.apps().find(new AppId(id));
    } catch (InvalidMessageException e) {
      return Optional.empty();
    }
  }

  private App find(String text) {
    AppId id = AppWishes.id(text);
    return state.apps().find(id).orElseThrow(() -> AppWishes.noSuchApp(id.value()));
  }

  private AppSummary summary(App app) {
    return AppView.summary(app, ReplicationProgress.of(state, app));
  }

  private Map<ServerId, Server> servers(App app) {
    List<ServerId> ids = app.servers().toList();
    return AtOnce.each(ids, id -> state.servers().find(id)).stream()
        .flatMap(Optional::stream)
        .collect(Collectors.toMap(Server::id, Function.identity()));
  }
}
