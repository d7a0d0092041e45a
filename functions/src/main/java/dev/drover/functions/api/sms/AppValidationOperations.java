package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Guest;
import dev.drover.functions.api.Operation;
import dev.drover.functions.app.AppConfiguration;
import dev.drover.functions.launch.AppValidation;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.Launch;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.CommandedValidation;
import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.LaunchedValidation;
import dev.drover.functions.state.LaunchedValidation.Told;
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
 * What callers can do with the validation of applications. Scripts of servers are run by the
 * servers (SMS's strategy USERDATA), those of the application itself by Systems Manager on an
 * instance that the caller names (SSM).
 */
public final class AppValidationOperations {
  /** Of SMS's model. */
  private static final int MAX_MESSAGE_CHARS = 2_500;

  private final State state;
  private final AppConfiguration configuration;
  private final AppValidation validation;

  public AppValidationOperations(State state, AppValidation validation, EventLog log) {
    this.state = state;
    this.validation = validation;
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
    Map<ValidationId, LaunchedValidation> launched =
        ofServers.isEmpty()
            ? Map.of()
            : state.launchedValidations().list(app.id()).stream()
                .collect(Collectors.toMap(LaunchedValidation::id, Function.identity()));
    Map<ValidationId, CommandedValidation> commanded =
        said.ofApp().isEmpty()
            ? Map.of()
            : state.commandedValidations().list(app.id()).stream()
                .collect(Collectors.toMap(CommandedValidation::id, Function.identity()));
    return GetAppValidationOutputResponse.builder()
        .validationOutputList(
            Stream.concat(
                    said.ofApp().stream().map(it -> ofApp(app, it, commanded.get(it.id()))),
                    ofServers.stream().map(it -> ofServer(app, it, launched.get(it.id()), servers)))
                .toList())
        .build();
  }

  private static ValidationOutput ofApp(
      App app, Validation<AppScript> validation, @Nullable CommandedValidation commanded) {
    ValidationOutput.Builder shown = ready(validation.id(), validation.script().name());
    if (commanded != null && commanded.script().doesAs(validation.script())) {
      boolean isEnded =
          show(shown, app.launch(), commanded.round(), commanded.toldNow().orElse(null));
      S3Object output = commanded.output();
      if (isEnded && output != null) {
        shown.appValidationOutput(
            of -> of.ssmOutput(ssm -> ssm.s3Location(AppLaunchWishes.view(output))));
      }
    }
    return shown.build();
  }

  private static ValidationOutput ofServer(
      App app,
      Validation<ServerScript> validation,
      @Nullable LaunchedValidation launched,
      Map<ServerId, Server> servers) {
    ServerScript script = validation.script();
    ValidationOutput.Builder shown =
        ready(validation.id(), script.name())
            .serverValidationOutput(of -> of.server(AppView.server(script.serverId(), servers)));
    if (launched != null
        && launched.source().equals(script.source())
        && launched.scriptType().equals(script.type())) {
      var _ = show(shown, app.launch(), launched.round(), launched.toldNow().orElse(null));
    }
    return shown.build();
  }

  /**
   * A launch that failed has none; what was told before a termination stays.
   *
   * @param round in which it was launched last
   * @param told of that round
   * @return whether it is shown as ended
   */
  private static boolean show(
      ValidationOutput.Builder shown, Launch launch, int round, @Nullable Told told) {
    boolean isEnded = told != null && told.status().isEnd();
    boolean isShown =
        switch (launch.stage()) {
          case NONE, FAILED, RELAUNCH_FAILED -> false;
          case PENDING, LAUNCHING, RELAUNCHING, LAUNCHED -> round == launch.round();
          case TERMINATING, TERMINATE_FAILED, TERMINATED -> isEnded;
        };
    if (isShown && told != null) {
      shown
          .status(told.status().name())
          .statusMessage(told.message())
          .latestValidationTime(told.at());
    } else if (isShown) {
      shown.status(ValidationStatus.PENDING);
    }
    return isShown && isEnded;
  }

  private static ValidationOutput.Builder ready(ValidationId id, @Nullable String name) {
    return ValidationOutput.builder()
        .validationId(id.value())
        .name(name)
        .status(ValidationStatus.READY_FOR_VALIDATION);
  }

  /**
   * What a launched server says of its own script. It is known by its caller ARN; whoever is not
   * the instance in question learns nothing, not even whether there is such a validation.
   */
  private NotifyAppValidationOutputResponse hear(
      NotifyAppValidationOutputRequest request, Caller caller) {
    AppId id = find(request.appId()).id();
    NotificationContext told = request.notificationContext();
    if (told == null) {
      throw Parameters.missing("notificationContext");
    }
    ValidationId validationId =
        AppValidationWishes.id(Parameters.required("validationId", told.validationId()));
    LaunchedValidation.Status status = status(told);
    String message = told.statusMessage();
    Parameters.require(
        message == null || message.length() <= MAX_MESSAGE_CHARS,
        "statusMessage is longer than " + MAX_MESSAGE_CHARS + " characters");
    boolean isHeard =
        Guest.of(caller.arn())
            .filter(
                guest ->
                    validation.tell(
                        id,
                        validationId,
                        guest.instanceId(),
                        status,
                        message == null || message.isEmpty() ? null : message))
            .isPresent();
    if (!isHeard) {
      throw ApiError.UNAUTHORIZED.because(
          "NotifyAppValidationOutput is for the server itself: an instance of the application's stack"
              + " whose role's name begins with sms-app-, and the validation that it was launched"
              + " with.");
    }
    return NotifyAppValidationOutputResponse.builder().build();
  }

  private static LaunchedValidation.Status status(NotificationContext told) {
    String given = Parameters.required("status", told.statusAsString());
    return switch (told.status()) {
      case PENDING -> LaunchedValidation.Status.PENDING;
      case IN_PROGRESS -> LaunchedValidation.Status.IN_PROGRESS;
      case SUCCEEDED -> LaunchedValidation.Status.SUCCEEDED;
      case FAILED -> LaunchedValidation.Status.FAILED;
      default ->
          throw Parameters.invalid(
              "status is '"
                  + ApiError.shown(given)
                  + "', PENDING, IN_PROGRESS, SUCCEEDED or FAILED");
    };
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
