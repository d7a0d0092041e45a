package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Operation;
import dev.drover.functions.app.AppConfiguration;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.functions.state.ValidationConfiguration;
import dev.drover.functions.state.ValidationConfiguration.AppScript;
import dev.drover.functions.state.ValidationConfiguration.ServerScript;
import dev.drover.functions.state.ValidationConfiguration.Validation;
import dev.drover.functions.state.ValidationId;
import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.DeleteAppValidationConfigurationRequest;
import software.amazon.awssdk.services.sms.model.DeleteAppValidationConfigurationResponse;
import software.amazon.awssdk.services.sms.model.GetAppValidationConfigurationRequest;
import software.amazon.awssdk.services.sms.model.GetAppValidationConfigurationResponse;
import software.amazon.awssdk.services.sms.model.GetAppValidationOutputRequest;
import software.amazon.awssdk.services.sms.model.GetAppValidationOutputResponse;
import software.amazon.awssdk.services.sms.model.NotificationContext;
import software.amazon.awssdk.services.sms.model.NotifyAppValidationOutputRequest;
import software.amazon.awssdk.services.sms.model.NotifyAppValidationOutputResponse;
import software.amazon.awssdk.services.sms.model.PutAppValidationConfigurationRequest;
import software.amazon.awssdk.services.sms.model.PutAppValidationConfigurationResponse;
import software.amazon.awssdk.services.sms.model.ValidationOutput;
import software.amazon.awssdk.services.sms.model.ValidationStatus;

/**
 * What callers can do with the validation of applications: so far, say how it is to be. Nothing is
 * run yet, and so nothing ever has a result.
 */
public final class AppValidationOperations {
  /** What a guest may say of its script, the last two for good. */
  private static final Set<ValidationStatus> TOLD =
      Set.of(
          ValidationStatus.PENDING,
          ValidationStatus.IN_PROGRESS,
          ValidationStatus.SUCCEEDED,
          ValidationStatus.FAILED);

  /** Of SMS's model. */
  private static final int MAX_MESSAGE_CHARS = 2_500;

  private final State state;
  private final AppConfiguration configuration;

  public AppValidationOperations(State state, EventLog log) {
    this.state = state;
    this.configuration = new AppConfiguration(state, log);
  }

  Map<String, Operation> operations() {
    return Map.of(
        "PutAppValidationConfiguration",
        Operation.of(
            PutAppValidationConfigurationRequest::builder,
            PutAppValidationConfigurationRequest.class,
            this::put),
        "GetAppValidationConfiguration",
        Operation.of(
            GetAppValidationConfigurationRequest::builder,
            GetAppValidationConfigurationRequest.class,
            this::get),
        "DeleteAppValidationConfiguration",
        Operation.of(
            DeleteAppValidationConfigurationRequest::builder,
            DeleteAppValidationConfigurationRequest.class,
            this::delete),
        "GetAppValidationOutput",
        Operation.of(
            GetAppValidationOutputRequest::builder,
            GetAppValidationOutputRequest.class,
            this::output),
        "NotifyAppValidationOutput",
        Operation.of(
            NotifyAppValidationOutputRequest::builder,
            NotifyAppValidationOutputRequest.class,
            this::hear));
  }

  private PutAppValidationConfigurationResponse put(
      PutAppValidationConfigurationRequest request, Caller caller) {
    App app = find(request.appId());
    AppOperations.done(
        configuration.putValidation(app.id(), AppValidationWishes.read(app, request)),
        app.id().value());
    return PutAppValidationConfigurationResponse.builder().build();
  }

  private GetAppValidationConfigurationResponse get(
      GetAppValidationConfigurationRequest request, Caller caller) {
    App app = find(request.appId());
    ValidationConfiguration said = state.appConfigurations().validation(app.id());
    return GetAppValidationConfigurationResponse.builder()
        .appValidationConfigurations(AppValidationWishes.viewOfApp(said))
        .serverGroupValidationConfigurations(AppValidationWishes.viewOfGroups(app, said))
        .build();
  }

  private DeleteAppValidationConfigurationResponse delete(
      DeleteAppValidationConfigurationRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    AppOperations.done(configuration.deleteValidation(id), id.value());
    return DeleteAppValidationConfigurationResponse.builder().build();
  }

  private GetAppValidationOutputResponse output(
      GetAppValidationOutputRequest request, Caller caller) {
    App app = find(request.appId());
    ValidationConfiguration said = state.appConfigurations().validation(app.id());
    List<Validation<ServerScript>> ofServers = ofServers(app, said).toList();
    Map<ServerId, Server> servers =
        AtOnce.each(ofServers, it -> state.servers().find(it.script().serverId())).stream()
            .flatMap(Optional::stream)
            .collect(Collectors.toMap(Server::id, Function.identity()));
    return GetAppValidationOutputResponse.builder()
        .validationOutputList(
            Stream.concat(
                    said.ofApp().stream().map(AppValidationOperations::ofApp),
                    ofServers.stream().map(it -> ofServer(it, servers)))
                .toList())
        .build();
  }

  private static ValidationOutput ofApp(Validation<AppScript> validation) {
    return ready(validation.id(), validation.script().name()).build();
  }

  private static ValidationOutput ofServer(
      Validation<ServerScript> validation, Map<ServerId, Server> servers) {
    ServerScript script = validation.script();
    return ready(validation.id(), script.name())
        .serverValidationOutput(shown -> shown.server(AppView.server(script.serverId(), servers)))
        .build();
  }

  private static ValidationOutput.Builder ready(ValidationId id, @Nullable String name) {
    return ValidationOutput.builder()
        .validationId(id.value())
        .name(name)
        .status(ValidationStatus.READY_FOR_VALIDATION);
  }

  /**
   * What a launched server says of its own script. Nothing puts one into its user data yet: whoever
   * says it has not run it. Once it does, the caller's ARN names the instance.
   */
  private NotifyAppValidationOutputResponse hear(
      NotifyAppValidationOutputRequest request, Caller caller) {
    App app = find(request.appId());
    requireKnown(app, request.notificationContext());
    throw ApiError.NOT_PERMITTED.because(
        "This version of Drover runs no validation on the servers that it launches of application "
            + app.id()
            + ", so that none can tell what became of one.");
  }

  private void requireKnown(App app, @Nullable NotificationContext told) {
    if (told == null) {
      throw Parameters.missing("notificationContext");
    }
    ValidationId id =
        AppValidationWishes.id(Parameters.required("validationId", told.validationId()));
    String status = Parameters.required("status", told.statusAsString());
    Parameters.require(
        TOLD.contains(told.status()),
        "status is '" + AppWishes.shown(status) + "', PENDING, IN_PROGRESS, SUCCEEDED or FAILED");
    String message = told.statusMessage();
    Parameters.require(
        message == null || message.length() <= MAX_MESSAGE_CHARS,
        "statusMessage is longer than " + MAX_MESSAGE_CHARS + " characters");
    ValidationConfiguration said = state.appConfigurations().validation(app.id());
    if (ofServers(app, said).noneMatch(it -> it.id().equals(id))) {
      throw AppValidationWishes.noSuchValidation(id.value());
    }
  }

  /** Of the servers that the application has now. */
  private static Stream<Validation<ServerScript>> ofServers(App app, ValidationConfiguration said) {
    Set<ServerId> own = app.servers().collect(Collectors.toSet());
    return said.ofServers().stream().filter(it -> own.contains(it.script().serverId()));
  }

  private App find(@Nullable String text) {
    AppId id = AppWishes.id(text);
    return state.apps().find(id).orElseThrow(() -> AppWishes.noSuchApp(id.value()));
  }
}
