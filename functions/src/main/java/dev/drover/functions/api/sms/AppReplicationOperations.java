package dev.drover.functions.api.sms;

import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Operation;
import dev.drover.functions.app.AppConfiguration;
import dev.drover.functions.app.AppOnDemandRuns;
import dev.drover.functions.app.AppOutcome;
import dev.drover.functions.app.AppReplication;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.ReplicationSettings;
import dev.drover.functions.state.State;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sms.model.DeleteAppReplicationConfigurationRequest;
import software.amazon.awssdk.services.sms.model.DeleteAppReplicationConfigurationResponse;
import software.amazon.awssdk.services.sms.model.GetAppReplicationConfigurationRequest;
import software.amazon.awssdk.services.sms.model.GetAppReplicationConfigurationResponse;
import software.amazon.awssdk.services.sms.model.PutAppReplicationConfigurationRequest;
import software.amazon.awssdk.services.sms.model.PutAppReplicationConfigurationResponse;
import software.amazon.awssdk.services.sms.model.StartAppReplicationRequest;
import software.amazon.awssdk.services.sms.model.StartAppReplicationResponse;
import software.amazon.awssdk.services.sms.model.StartOnDemandAppReplicationRequest;
import software.amazon.awssdk.services.sms.model.StartOnDemandAppReplicationResponse;
import software.amazon.awssdk.services.sms.model.StopAppReplicationRequest;
import software.amazon.awssdk.services.sms.model.StopAppReplicationResponse;

/** What callers can do with the replication of applications. */
public final class AppReplicationOperations {
  private final State state;
  private final AppReplication replication;
  private final AppOnDemandRuns onDemand;
  private final AppConfiguration configuration;
  private final AppReplicationWishes wishes;

  public AppReplicationOperations(
      State state,
      AppReplication replication,
      AppOnDemandRuns onDemand,
      JobLimits limits,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.replication = replication;
    this.onDemand = onDemand;
    this.configuration = new AppConfiguration(state, log);
    this.wishes = new AppReplicationWishes(new JobWishes(limits, clock));
  }

  Map<String, Operation> operations() {
    return Map.of(
        "PutAppReplicationConfiguration",
        Operation.of(
            PutAppReplicationConfigurationRequest::builder,
            PutAppReplicationConfigurationRequest.class,
            this::put),
        "GetAppReplicationConfiguration",
        Operation.of(
            GetAppReplicationConfigurationRequest::builder,
            GetAppReplicationConfigurationRequest.class,
            this::get),
        "DeleteAppReplicationConfiguration",
        Operation.of(
            DeleteAppReplicationConfigurationRequest::builder,
            DeleteAppReplicationConfigurationRequest.class,
            this::delete),
        "StartAppReplication",
        Operation.of(
            StartAppReplicationRequest::builder, StartAppReplicationRequest.class, this::start),
        "StartOnDemandAppReplication",
        Operation.of(
            StartOnDemandAppReplicationRequest::builder,
            StartOnDemandAppReplicationRequest.class,
            this::startOnDemand),
        "StopAppReplication",
        Operation.of(
            StopAppReplicationRequest::builder, StopAppReplicationRequest.class, this::stop));
  }

  private PutAppReplicationConfigurationResponse put(
      PutAppReplicationConfigurationRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    List<ReplicationSettings> settings = wishes.read(request);
    AppReplicationWishes.requireGroups(find(id), request);
    done(id, configuration.putReplication(id, settings));
    return PutAppReplicationConfigurationResponse.builder().build();
  }

  private GetAppReplicationConfigurationResponse get(
      GetAppReplicationConfigurationRequest request, Caller caller) {
    App app = find(AppWishes.id(request.appId()));
    return GetAppReplicationConfigurationResponse.builder()
        .serverGroupReplicationConfigurations(
            AppReplicationWishes.view(app, state.appConfigurations().replication(app.id())))
        .build();
  }

  private DeleteAppReplicationConfigurationResponse delete(
      DeleteAppReplicationConfigurationRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    done(id, configuration.deleteReplication(id));
    return DeleteAppReplicationConfigurationResponse.builder().build();
  }

  private StartAppReplicationResponse start(StartAppReplicationRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    done(id, replication.start(id));
    return StartAppReplicationResponse.builder().build();
  }

  private StopAppReplicationResponse stop(StopAppReplicationRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    done(id, replication.stop(id));
    return StopAppReplicationResponse.builder().build();
  }

  private StartOnDemandAppReplicationResponse startOnDemand(
      StartOnDemandAppReplicationRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    Parameters.requirePrintable("description", request.description());
    done(id, onDemand.start(id, caller.arn(), request.description(), caller.requestToken()));
    return StartOnDemandAppReplicationResponse.builder().build();
  }

  private static void done(AppId id, AppOutcome outcome) {
    AppOperations.done(outcome, id.value());
  }

  private App find(AppId id) {
    return state.apps().find(id).orElseThrow(() -> AppWishes.noSuchApp(id.value()));
  }
}
