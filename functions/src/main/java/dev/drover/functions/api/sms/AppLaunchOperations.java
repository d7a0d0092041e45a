package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Operation;
import dev.drover.functions.app.AppConfiguration;
import dev.drover.functions.launch.AppChangeSets;
import dev.drover.functions.launch.AppLaunch;
import dev.drover.functions.launch.AppTemplates;
import dev.drover.functions.launch.AutoLaunch;
import dev.drover.functions.launch.TemplateFormat;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.LaunchConfiguration;
import dev.drover.functions.state.State;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.DeleteAppLaunchConfigurationRequest;
import software.amazon.awssdk.services.sms.model.DeleteAppLaunchConfigurationResponse;
import software.amazon.awssdk.services.sms.model.GenerateChangeSetRequest;
import software.amazon.awssdk.services.sms.model.GenerateChangeSetResponse;
import software.amazon.awssdk.services.sms.model.GenerateTemplateRequest;
import software.amazon.awssdk.services.sms.model.GenerateTemplateResponse;
import software.amazon.awssdk.services.sms.model.GetAppLaunchConfigurationRequest;
import software.amazon.awssdk.services.sms.model.GetAppLaunchConfigurationResponse;
import software.amazon.awssdk.services.sms.model.LaunchAppRequest;
import software.amazon.awssdk.services.sms.model.LaunchAppResponse;
import software.amazon.awssdk.services.sms.model.PutAppLaunchConfigurationRequest;
import software.amazon.awssdk.services.sms.model.PutAppLaunchConfigurationResponse;
import software.amazon.awssdk.services.sms.model.S3Location;
import software.amazon.awssdk.services.sms.model.TerminateAppRequest;
import software.amazon.awssdk.services.sms.model.TerminateAppResponse;

/** What callers can do with the launch of applications. */
public final class AppLaunchOperations {
  private final State state;
  private final AppConfiguration configuration;
  private final AppTemplates templates;
  private final AppChangeSets changeSets;
  private final AppLaunch launch;
  private final AutoLaunch autoLaunch;
  private final String bucket;

  /**
   * Wires the operations.
   *
   * @param bucket where templates and change sets are put
   */
  public AppLaunchOperations(
      State state,
      AppTemplates templates,
      AppChangeSets changeSets,
      AppLaunch launch,
      AutoLaunch autoLaunch,
      String bucket,
      EventLog log) {
    this.state = state;
    this.templates = templates;
    this.changeSets = changeSets;
    this.launch = launch;
    this.autoLaunch = autoLaunch;
    this.bucket = bucket;
    this.configuration = new AppConfiguration(state, log);
  }

  Map<String, Operation> operations() {
    return Map.of(
        "PutAppLaunchConfiguration",
        Operation.of(
            PutAppLaunchConfigurationRequest::builder,
            PutAppLaunchConfigurationRequest.class,
            this::put),
        "GetAppLaunchConfiguration",
        Operation.of(
            GetAppLaunchConfigurationRequest::builder,
            GetAppLaunchConfigurationRequest.class,
            this::get),
        "DeleteAppLaunchConfiguration",
        Operation.of(
            DeleteAppLaunchConfigurationRequest::builder,
            DeleteAppLaunchConfigurationRequest.class,
            this::delete),
        "GenerateTemplate",
        Operation.of(
            GenerateTemplateRequest::builder, GenerateTemplateRequest.class, this::template),
        "GenerateChangeSet",
        Operation.of(
            GenerateChangeSetRequest::builder, GenerateChangeSetRequest.class, this::changeSet),
        "LaunchApp",
        Operation.of(LaunchAppRequest::builder, LaunchAppRequest.class, this::launch),
        "TerminateApp",
        Operation.of(TerminateAppRequest::builder, TerminateAppRequest.class, this::terminate));
  }

  private PutAppLaunchConfigurationResponse put(
      PutAppLaunchConfigurationRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    LaunchConfiguration wish = AppLaunchWishes.read(find(id), request);
    App configured = AppOperations.done(configuration.putLaunch(id, wish), id.value());
    if (wish.autoLaunch() && configured.launch().round() == 0) {
      autoLaunch.afterConfiguration(id, configured.revision());
    }
    return PutAppLaunchConfigurationResponse.builder().build();
  }

  private GetAppLaunchConfigurationResponse get(
      GetAppLaunchConfigurationRequest request, Caller caller) {
    App app = find(AppWishes.id(request.appId()));
    GetAppLaunchConfigurationResponse.Builder response =
        GetAppLaunchConfigurationResponse.builder().appId(app.id().value());
    state
        .appConfigurations()
        .launch(app.id())
        .ifPresent(
            launch ->
                response
                    .roleName(launch.roleName())
                    .autoLaunch(launch.autoLaunch())
                    .serverGroupLaunchConfigurations(AppLaunchWishes.view(app, launch)));
    return response.build();
  }

  private DeleteAppLaunchConfigurationResponse delete(
      DeleteAppLaunchConfigurationRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    AppOperations.done(configuration.deleteLaunch(id), id.value());
    return DeleteAppLaunchConfigurationResponse.builder().build();
  }

  private LaunchAppResponse launch(LaunchAppRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    AppOperations.done(launch.launch(id), id.value());
    return LaunchAppResponse.builder().build();
  }

  private TerminateAppResponse terminate(TerminateAppRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    AppOperations.done(launch.terminate(id, false), id.value());
    return TerminateAppResponse.builder().build();
  }

  private GenerateTemplateResponse template(GenerateTemplateRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    TemplateFormat format = format("templateFormat", request.templateFormatAsString());
    return GenerateTemplateResponse.builder()
        .s3Location(written(id, templates.generate(id, format)))
        .build();
  }

  private GenerateChangeSetResponse changeSet(GenerateChangeSetRequest request, Caller caller) {
    AppId id = AppWishes.id(request.appId());
    TemplateFormat format = format("changesetFormat", request.changesetFormatAsString());
    return GenerateChangeSetResponse.builder()
        .s3Location(written(id, changeSets.generate(id, format)))
        .build();
  }

  private S3Location written(AppId id, AppTemplates.Outcome outcome) {
    return switch (outcome) {
      case AppTemplates.Outcome.Written written ->
          S3Location.builder().bucket(bucket).key(written.key()).build();
      case AppTemplates.Outcome.Refused refused ->
          throw AppOperations.refusal(refused.why(), id.value());
    };
  }

  /** SMS's documents name no default; JSON is the first of its two. */
  private static TemplateFormat format(String parameter, @Nullable String said) {
    if (said == null) {
      return TemplateFormat.JSON;
    }
    return Arrays.stream(TemplateFormat.values())
        .filter(format -> format.name().equals(said))
        .findFirst()
        .orElseThrow(
            () ->
                Parameters.invalid(parameter + " is '" + ApiError.shown(said) + "', JSON or YAML"));
  }

  private App find(AppId id) {
    return state.apps().find(id).orElseThrow(() -> AppWishes.noSuchApp(id.value()));
  }
}
