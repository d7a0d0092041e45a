package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.app.ValidationWish;
import dev.drover.functions.app.ValidationWish.Wanted;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.ServerGroup;
import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.ValidationConfiguration;
import dev.drover.functions.state.ValidationConfiguration.AppScript;
import dev.drover.functions.state.ValidationConfiguration.ServerScript;
import dev.drover.functions.state.ValidationConfiguration.Validation;
import dev.drover.functions.state.ValidationId;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ServerId;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.AppValidationConfiguration;
import software.amazon.awssdk.services.sms.model.AppValidationStrategy;
import software.amazon.awssdk.services.sms.model.PutAppValidationConfigurationRequest;
import software.amazon.awssdk.services.sms.model.SSMValidationParameters;
import software.amazon.awssdk.services.sms.model.ScriptType;
import software.amazon.awssdk.services.sms.model.ServerGroupValidationConfiguration;
import software.amazon.awssdk.services.sms.model.ServerValidationConfiguration;
import software.amazon.awssdk.services.sms.model.ServerValidationStrategy;
import software.amazon.awssdk.services.sms.model.Source;
import software.amazon.awssdk.services.sms.model.UserDataValidationParameters;

/**
 * Checks what PutAppValidationConfiguration is asked for, and shows it again. Where nothing else is
 * said, the limits are those of SMS's model.
 */
final class AppValidationWishes {
  private static final int MAX_NAME_CHARS = 255;

  private static final Pattern NAME = Pattern.compile("\\S+");
  private static final Pattern INSTANCE_ID = Pattern.compile("i-(\\w{8}|\\w{17})|mi-\\w{17}");
  private static final int MAX_COMMAND_CHARS = 64_000;

  /** To both shells. */
  private static final Pattern COMMENT = Pattern.compile("(?m)(?<!\\S)#.*$");

  /** What shells take away of a name: Bourne's backslash, PowerShell's backtick. */
  private static final Pattern QUOTES = Pattern.compile("[\\\\`'\"]");

  /** Of all commands of an application in UTF-8: DynamoDB takes items of 400 KB. */
  private static final int MAX_COMMANDS_BYTES = 3 * MAX_COMMAND_CHARS;

  /** Of the application itself; the model names no limit, DynamoDB's items have one. */
  private static final int MAX_APP_VALIDATIONS = 20;

  private static final int MIN_TIMEOUT_SECONDS = 60;

  /** Eight hours. */
  private static final int MAX_TIMEOUT_SECONDS = 28_800;

  private static final Set<ScriptType> SCRIPT_TYPES =
      Set.of(ScriptType.SHELL_SCRIPT, ScriptType.POWERSHELL_SCRIPT);

  private AppValidationWishes() {}

  static ValidationWish read(App app, PutAppValidationConfigurationRequest request) {
    Set<Object> seen = new HashSet<>();
    ValidationWish wish =
        new ValidationWish(
            request.appValidationConfigurations().stream()
                .map(validation -> ofApp(seen, validation))
                .toList(),
            request.serverGroupValidationConfigurations().stream()
                .flatMap(group -> ofGroup(app, seen, group).stream())
                .toList());
    Parameters.require(
        !wish.ofApp().isEmpty() || !wish.ofServers().isEmpty(),
        "no validation is configured; DeleteAppValidationConfiguration takes all of them back");
    requireStorable(wish.ofApp());
    return wish;
  }

  private static void requireStorable(List<Wanted<AppScript>> wanted) {
    Parameters.require(
        wanted.size() <= MAX_APP_VALIDATIONS,
        "there are "
            + wanted.size()
            + " validations of the application, at most "
            + MAX_APP_VALIDATIONS);
    int bytes =
        wanted.stream()
            .mapToInt(it -> it.script().command().getBytes(StandardCharsets.UTF_8).length)
            .sum();
    Parameters.require(
        bytes <= MAX_COMMANDS_BYTES,
        "the commands have " + bytes + " bytes together, at most " + MAX_COMMANDS_BYTES);
  }

  private static Wanted<AppScript> ofApp(Set<Object> seen, AppValidationConfiguration wish) {
    requireStrategy(
        "appValidationStrategy",
        wish.appValidationStrategyAsString(),
        AppValidationStrategy.SSM.toString());
    requireName(wish.name());
    SSMValidationParameters given = wish.ssmValidationParameters();
    if (given == null) {
      throw Parameters.missing("ssmValidationParameters of each validation of the application");
    }
    String instanceId = Parameters.required("instanceId of each validation", given.instanceId());
    Parameters.requireShape("instanceId", INSTANCE_ID, instanceId);
    Parameters.requireShape(
        "outputS3BucketName", AppLaunchWishes.BUCKET, given.outputS3BucketName());
    return new Wanted<>(
        id(seen, wish.validationId()),
        new AppScript(
            wish.name(),
            source(given.source()),
            scriptType(given.scriptType(), given.scriptTypeAsString()),
            instanceId,
            command(given.command(), given.source()),
            timeoutSeconds(given.executionTimeoutSeconds()),
            given.outputS3BucketName()));
  }

  private static List<Wanted<ServerScript>> ofGroup(
      App app, Set<Object> seen, ServerGroupValidationConfiguration wish) {
    ServerGroup group =
        AppWishes.group(
            app, Parameters.required("serverGroupId of each group", wish.serverGroupId()));
    Parameters.require(seen.add(group.id()), "server group " + group.id() + " is configured twice");
    return wish.serverValidationConfigurations().stream()
        .map(validation -> ofServer(group, seen, validation))
        .toList();
  }

  private static Wanted<ServerScript> ofServer(
      ServerGroup group, Set<Object> seen, ServerValidationConfiguration wish) {
    ServerId server = AppWishes.serverId(wish.server());
    Parameters.require(
        group.servers().contains(server),
        "server " + server + " is not in server group " + group.id());
    Parameters.require(
        seen.add(server),
        "server " + server + " is configured twice, and its user data is one script");
    requireStrategy(
        "serverValidationStrategy",
        wish.serverValidationStrategyAsString(),
        ServerValidationStrategy.USERDATA.toString());
    requireName(wish.name());
    UserDataValidationParameters given = wish.userDataValidationParameters();
    if (given == null) {
      throw Parameters.missing("userDataValidationParameters of each validation of a server");
    }
    return new Wanted<>(
        id(seen, wish.validationId()),
        new ServerScript(
            server,
            wish.name(),
            source(given.source()),
            scriptType(given.scriptType(), given.scriptTypeAsString())));
  }

  private static @Nullable ValidationId id(Set<Object> seen, @Nullable String text) {
    if (text == null) {
      return null;
    }
    ValidationId id = id(text);
    Parameters.require(seen.add(id), "validationId " + id + " is given twice");
    return id;
  }

  /** The id of a validation; what has not the shape of one names none. */
  static ValidationId id(String text) {
    try {
      return new ValidationId(text);
    } catch (InvalidMessageException e) {
      throw noSuchValidation(text);
    }
  }

  /** That the application has no validation of that id. */
  static ApiException noSuchValidation(String id) {
    return Parameters.invalid("there is no validation " + ApiError.shown(id));
  }

  private static void requireStrategy(String name, @Nullable String given, String only) {
    String strategy = Parameters.required(name + " of each validation", given);
    Parameters.require(
        strategy.equals(only), name + " is '" + ApiError.shown(strategy) + "', " + only);
  }

  private static void requireName(@Nullable String name) {
    Parameters.require(
        name == null || name.length() <= MAX_NAME_CHARS,
        "the name of a validation is longer than " + MAX_NAME_CHARS + " characters");
    Parameters.requireShape("the name of a validation", NAME, name);
    Parameters.requirePrintable("the name of a validation", name);
  }

  private static S3Object source(@Nullable Source source) {
    S3Object object = AppLaunchWishes.object("source", source == null ? null : source.s3Location());
    if (object == null) {
      throw Parameters.missing("source of each validation");
    }
    return object;
  }

  private static String scriptType(@Nullable ScriptType type, @Nullable String text) {
    String given = Parameters.required("scriptType of each validation", text);
    Parameters.require(
        type != null && SCRIPT_TYPES.contains(type),
        "scriptType is '" + ApiError.shown(given) + "', SHELL_SCRIPT or POWERSHELL_SCRIPT");
    return given;
  }

  /** Of a command that does not name its script nobody can tell whether that ran. */
  private static String command(@Nullable String text, @Nullable Source source) {
    String command = Parameters.required("command of each validation of the application", text);
    Parameters.require(
        command.length() <= MAX_COMMAND_CHARS,
        "command is longer than " + MAX_COMMAND_CHARS + " characters");
    Parameters.require(
        command.codePoints().allMatch(AppValidationWishes::isOfACommand),
        "command has a control character that is no line break and no tab, or half a character");
    String key = source(source).key();
    String script = key.substring(key.lastIndexOf('/') + 1);
    Parameters.require(
        unquoted(COMMENT.matcher(command).replaceAll("")).contains(unquoted(script)),
        "command does not run its script: it has to name '"
            + ApiError.shown(script)
            + "', which stands beside it, outside of comments");
    return command;
  }

  private static String unquoted(String text) {
    return QUOTES.matcher(text).replaceAll("");
  }

  private static boolean isOfACommand(int codePoint) {
    return switch (codePoint) {
      case '\n', '\r', '\t' -> true;
      default ->
          !Character.isISOControl(codePoint) && Character.getType(codePoint) != Character.SURROGATE;
    };
  }

  private static @Nullable Integer timeoutSeconds(@Nullable Integer seconds) {
    Parameters.require(
        seconds == null || (seconds >= MIN_TIMEOUT_SECONDS && seconds <= MAX_TIMEOUT_SECONDS),
        "executionTimeoutSeconds is "
            + seconds
            + ", between "
            + MIN_TIMEOUT_SECONDS
            + " and "
            + MAX_TIMEOUT_SECONDS);
    return seconds;
  }

  static List<AppValidationConfiguration> viewOfApp(ValidationConfiguration configuration) {
    return configuration.ofApp().stream().map(AppValidationWishes::ofApp).toList();
  }

  private static AppValidationConfiguration ofApp(Validation<AppScript> validation) {
    AppScript script = validation.script();
    return AppValidationConfiguration.builder()
        .validationId(validation.id().value())
        .name(script.name())
        .appValidationStrategy(AppValidationStrategy.SSM)
        .ssmValidationParameters(
            shown ->
                shown
                    .source(source(script.source()))
                    .instanceId(script.instanceId())
                    .scriptType(script.type())
                    .command(script.command())
                    .executionTimeoutSeconds(script.timeoutSeconds())
                    .outputS3BucketName(script.outputBucket()))
        .build();
  }

  /** What was said of the servers that the application has now, group by group. */
  static List<ServerGroupValidationConfiguration> viewOfGroups(
      App app, ValidationConfiguration configuration) {
    return app.groups().stream()
        .map(
            group ->
                ServerGroupValidationConfiguration.builder()
                    .serverGroupId(group.id().value())
                    .serverValidationConfigurations(
                        configuration.ofServers().stream()
                            .filter(it -> group.servers().contains(it.script().serverId()))
                            .map(AppValidationWishes::ofServer)
                            .toList())
                    .build())
        .filter(group -> !group.serverValidationConfigurations().isEmpty())
        .toList();
  }

  private static ServerValidationConfiguration ofServer(Validation<ServerScript> validation) {
    ServerScript script = validation.script();
    return ServerValidationConfiguration.builder()
        .server(shown -> shown.serverId(script.serverId().value()))
        .validationId(validation.id().value())
        .name(script.name())
        .serverValidationStrategy(ServerValidationStrategy.USERDATA)
        .userDataValidationParameters(
            shown -> shown.source(source(script.source())).scriptType(script.type()))
        .build();
  }

  private static Source source(S3Object object) {
    return Source.builder().s3Location(AppLaunchWishes.view(object)).build();
  }
}
