package dev.drover.functions.launch;

import dev.drover.functions.account.Commands;
import dev.drover.functions.account.CustomerObjects;
import dev.drover.functions.account.Instances;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.LaunchStage;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.CommandedValidation;
import dev.drover.functions.state.CommandedValidation.Sending;
import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.LaunchedValidation.Status;
import dev.drover.functions.state.LaunchedValidation.Told;
import dev.drover.functions.state.State;
import dev.drover.functions.state.ValidationConfiguration.AppScript;
import dev.drover.functions.state.ValidationId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The scripts that look at a launched application from an instance of the caller's choice (SMS's
 * strategy SSM): each is run once a launch, by Systems Manager. Only a script that was fetched and
 * ended with 0 has succeeded.
 *
 * <p>A step may die at any place and be taken again. SendCommand has no token, so a command stands
 * in the table before it is sent; who finds it there without its id looks for it by its comment,
 * and sends another only when there is none after a while.
 */
public final class AppCommands {
  /**
   * The tag that says that scripts may be run there. SMS's guide and API name the first, the policy
   * of its role checks the second.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/server-migration-service/latest/APIReference/API_SSMValidationParameters.html">
   *     SSMValidationParameters</a>
   */
  public static final List<String> TAGS =
      List.of("UserForSMSApplicationValidation", "UseForSMSApplicationValidation");

  /** What SMS's console had. */
  static final Duration DEFAULT_EXECUTION = Duration.ofMinutes(15);

  /** An instance that was launched just now registers within minutes, or not at all. */
  static final Duration REGISTRATION = Duration.ofMinutes(10);

  /** The same for an agent that is to take a command; Systems Manager's own default is an hour. */
  static final Duration DELIVERY = Duration.ofMinutes(10);

  /** After so long a command that was sent is listed; how soon it is, AWS does not say. */
  static final Duration UNSURE = Duration.ofMinutes(1);

  /** How much later than Systems Manager we give up. */
  static final Duration SLACK = Duration.ofMinutes(2);

  /** Of what a script printed; with the sentences around it less than SMS's 2,500. */
  private static final int MAX_PRINTED_CHARS = 1_500;

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\n\r\t]]");
  private static final String MANAGED_ELSEWHERE = "mi-";

  private final State state;
  private final Commands commands;
  private final Instances instances;
  private final CustomerObjects objects;
  private final InstantSource clock;
  private final EventLog log;

  public AppCommands(
      State state,
      Commands commands,
      Instances instances,
      CustomerObjects objects,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.commands = commands;
    this.instances = instances;
    this.objects = objects;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Ends what earlier launches left running; what comes of it counts for nothing.
   *
   * @return false: one may be on its way to Systems Manager, and is to be ended later
   */
  boolean endEarlier(App app) {
    boolean isEnded = true;
    for (CommandedValidation validation : state.commandedValidations().list(app.id())) {
      Optional<Sending> earlier = validation.openBefore(app.launch().round());
      isEnded &= earlier.isEmpty() || end(app.id(), validation.id(), earlier.get());
    }
    return isEnded;
  }

  private boolean end(AppId id, ValidationId validation, Sending sending) {
    try {
      Optional<String> commandId = commandId(id, validation, sending);
      if (commandId.filter(commands::cancel).isEmpty() && !isOver(sending.at(), UNSURE)) {
        return false;
      }
    } catch (RefusedException e) {
      // What follows matters more, and the script has its own limit.
      log.failure("app-command-cancel-refused", Map.of("appId", id, "validationId", validation), e);
    }
    state.commandedValidations().forget(id, validation, sending);
    return true;
  }

  /**
   * Takes the next step of each script of the application's launch.
   *
   * @return whether one of them is still waited for
   */
  boolean advance(App app) {
    if (app.launch().stage() == LaunchStage.NONE) {
      return false;
    }
    List<CommandedValidation> all = state.commandedValidations().list(app.id());
    if (all.stream().anyMatch(it -> it.openBefore(app.launch().round()).isPresent())) {
      // A step died before it came to that, or saw one on its way.
      if (!endEarlier(app)) {
        return true;
      }
      all = state.commandedValidations().list(app.id());
    }
    boolean isWaited = false;
    if (app.launch().stage() == LaunchStage.LAUNCHED) {
      for (CommandedValidation validation : open(app, all)) {
        isWaited |= !step(app, validation);
      }
    }
    return isWaited;
  }

  private static List<CommandedValidation> open(App app, List<CommandedValidation> all) {
    return all.stream()
        .filter(it -> it.round() == app.launch().round())
        .filter(it -> !it.isEnded())
        .toList();
  }

  /** Whether it has ended. */
  private boolean step(App app, CommandedValidation validation) {
    Result result;
    try {
      result = next(app, validation);
    } catch (RefusedException e) {
      log.failure(
          "app-command-refused", Map.of("appId", app.id(), "validationId", validation.id()), e);
      result = Result.failed("Systems Manager or EC2 refuses: " + e.sentence());
    }
    Status before = validation.toldNow().map(Told::status).orElse(null);
    if (result.status() != before) {
      tell(app, validation, result);
    }
    return result.status().isEnd();
  }

  /**
   * How far a script is.
   *
   * @param output what it printed; null: nowhere
   */
  private record Result(Status status, @Nullable String message, @Nullable S3Object output) {
    static final Result PENDING = new Result(Status.PENDING, null, null);

    static Result failed(String why) {
      return new Result(Status.FAILED, why, null);
    }
  }

  private Result next(App app, CommandedValidation validation) {
    Optional<Sending> sending = validation.sendingNow();
    if (sending.isEmpty()) {
      return send(app, validation);
    }
    Optional<String> commandId = commandId(app.id(), validation.id(), sending.get());
    if (commandId.isPresent()) {
      return look(app, validation, sending.get(), commandId.get());
    }
    return isOver(sending.get().at(), UNSURE) ? send(app, validation) : Result.PENDING;
  }

  /** Empty: it was not sent, or nobody can see yet that it was. */
  private Optional<String> commandId(AppId id, ValidationId validation, Sending sending) {
    if (sending.commandId() != null) {
      return Optional.of(sending.commandId());
    }
    Optional<String> found =
        commands.find(sending.instanceId(), comment(id, validation, sending.round()));
    found.ifPresent(
        commandId -> {
          var _ = state.commandedValidations().sent(id, validation, sending, commandId);
        });
    return found;
  }

  private static String comment(AppId id, ValidationId validation, int round) {
    return "drover " + id + " " + validation + " " + round;
  }

  private Result send(App app, CommandedValidation validation) {
    AppScript script = validation.script();
    Optional<Result> unfit = unfit(app, script);
    if (unfit.isPresent()) {
      return unfit.get();
    }
    Sending sending = new Sending(validation.round(), script.instanceId(), clock.instant(), null);
    if (!state.commandedValidations().send(app.id(), validation, sending)) {
      return Result.PENDING;
    }
    // Whoever ends this launch changes the application first and looks for commands then.
    if (!isStillLaunched(app)) {
      state.commandedValidations().forget(app.id(), validation.id(), sending);
      return Result.PENDING;
    }
    String commandId = commands.send(request(app.id(), validation));
    if (!state.commandedValidations().sent(app.id(), validation.id(), sending, commandId)) {
      // It took so long that another step gave it up.
      var _ = commands.cancel(commandId);
      return Result.PENDING;
    }
    log.event(
        "app-command-sent",
        Map.of(
            "appId", app.id(),
            "validationId", validation.id(),
            "instanceId", script.instanceId(),
            "commandId", commandId));
    return Result.PENDING;
  }

  private boolean isStillLaunched(App app) {
    return state
        .apps()
        .find(app.id())
        .map(App::launch)
        .filter(now -> now.round() == app.launch().round() && now.stage() == LaunchStage.LAUNCHED)
        .isPresent();
  }

  private static Commands.Request request(AppId id, CommandedValidation validation) {
    AppScript script = validation.script();
    String bucket = script.outputBucket();
    return new Commands.Request(
        script.instanceId(),
        comment(id, validation.id(), validation.round()),
        script.source().bucket(),
        script.source().key(),
        script.command(),
        DELIVERY,
        execution(script),
        bucket == null ? null : new Commands.Output(bucket, prefix(id, validation.id())));
  }

  private static String prefix(AppId id, ValidationId validation) {
    return id + "/" + validation;
  }

  private static Duration execution(AppScript script) {
    return script.timeoutSeconds() == null
        ? DEFAULT_EXECUTION
        : Duration.ofSeconds(script.timeoutSeconds());
  }

  private static Commands.Shell shell(AppScript script) {
    return UserData.SHELL.equals(script.type()) ? Commands.Shell.SHELL : Commands.Shell.POWERSHELL;
  }

  /** Why nothing is sent to the instance now; empty: it may be. */
  private Optional<Result> unfit(App app, AppScript script) {
    String instance = script.instanceId();
    if (instance.startsWith(MANAGED_ELSEWHERE)) {
      return Optional.of(
          Result.failed(
              "Instance %s is none of EC2's; Drover runs validations on instances of EC2 only, name one with PutAppValidationConfiguration."
                  .formatted(instance)));
    }
    Optional<Map<String, String>> tags = instances.tags(instance);
    if (tags.isEmpty()) {
      return Optional.of(
          Result.failed(
              "Instance %s does not run; start it, or name another one with PutAppValidationConfiguration."
                  .formatted(instance)));
    }
    if (TAGS.stream().noneMatch(tag -> "true".equals(tags.get().get(tag)))) {
      return Optional.of(
          Result.failed(
              "Instance %s lacks the tag %s=true (or %s=true), without which nothing is run there; tag it and launch the application again."
                  .formatted(instance, TAGS.getFirst(), TAGS.getLast())));
    }
    Optional<Commands.Node> node = commands.node(instance);
    if (node.isEmpty() || !node.get().isOnline()) {
      return Optional.of(unmanaged(app, instance, node));
    }
    boolean isWindows = "Windows".equals(node.get().platform());
    return isWindows == (shell(script) == Commands.Shell.POWERSHELL)
        ? noScript(script.source())
        : Optional.of(
            Result.failed(
                "Instance %s runs %s, where no %s is run; name another instance or scriptType with PutAppValidationConfiguration."
                    .formatted(instance, node.get().platform(), script.type())));
  }

  /** The agent says of a script that is not there only that its command was not found. */
  private Optional<Result> noScript(S3Object source) {
    try {
      return objects.size(source.bucket(), source.key()) > 0
          ? Optional.empty()
          : Optional.of(
              Result.failed(
                  "The script %s is empty, so nothing was run; upload it and launch the application again."
                      .formatted(source.uri())));
    } catch (RefusedException e) {
      return Optional.of(
          Result.failed(
              "The script %s cannot be read, so nothing was run (%s); upload it, or name another one with PutAppValidationConfiguration, and launch the application again."
                  .formatted(source.uri(), e.sentence())));
    }
  }

  private Result unmanaged(App app, String instance, Optional<Commands.Node> node) {
    Instant launched = app.launch().launchedAt();
    return launched != null && !isOver(launched, REGISTRATION)
        ? Result.PENDING
        : Result.failed(
            "Instance %s is not managed by Systems Manager (%s) %d minutes after the launch; its role needs AmazonSSMManagedInstanceCore, and its SSM Agent has to run and reach Systems Manager."
                .formatted(
                    instance,
                    node.map(Commands.Node::ping).orElse("it never registered"),
                    REGISTRATION.toMinutes()));
  }

  private Result look(App app, CommandedValidation validation, Sending sending, String commandId) {
    AppScript script = validation.script();
    Optional<Commands.Invocation> invocation =
        commands.invocation(commandId, sending.instanceId(), shell(script));
    Commands.Status status =
        invocation.map(Commands.Invocation::status).orElse(Commands.Status.PENDING);
    return switch (status) {
      case PENDING, IN_PROGRESS -> waited(validation, sending, commandId, invocation);
      case SUCCEEDED, FAILED ->
          ended(app.id(), validation, sending, commandId, invocation.orElseThrow());
    };
  }

  private Result ended(
      AppId id,
      CommandedValidation validation,
      Sending sending,
      String commandId,
      Commands.Invocation invocation) {
    S3Object output = output(id, validation, sending, commandId, invocation);
    String message = message(validation.script(), sending, commandId, invocation);
    return new Result(
        invocation.status() == Commands.Status.SUCCEEDED ? Status.SUCCEEDED : Status.FAILED,
        output == null || invocation.output().isEmpty() || isThere(output)
            ? message
            : message
                + "\nIts output is not at %s: is there such a bucket, and has the role of the instance s3:PutObject in it?"
                    .formatted(output.uri()),
        output);
  }

  private boolean isThere(S3Object output) {
    try {
      return objects.size(output.bucket(), output.key()) >= 0;
    } catch (RefusedException e) {
      return false;
    }
  }

  /** Systems Manager has the same limits; ours hold when it says nothing. */
  private Result waited(
      CommandedValidation validation,
      Sending sending,
      String commandId,
      Optional<Commands.Invocation> invocation) {
    Instant begun =
        validation
            .toldNow()
            .filter(told -> told.status() == Status.IN_PROGRESS)
            .map(Told::at)
            .orElse(sending.at().plus(DELIVERY));
    Duration execution = execution(validation.script());
    if (instances.tags(sending.instanceId()).isEmpty()) {
      var _ = commands.cancel(commandId);
      return Result.failed(
          "Instance %s does not run any more; how far command %s came there is not known. Launch the application again when an instance runs that validates it."
              .formatted(sending.instanceId(), commandId));
    }
    if (!isOver(begun, execution.plus(SLACK))) {
      return invocation.filter(it -> it.status() == Commands.Status.IN_PROGRESS).isPresent()
          ? new Result(Status.IN_PROGRESS, null, null)
          : before(validation);
    }
    var _ = commands.cancel(commandId);
    return Result.failed(
        "Command %s did not end on instance %s within its %d seconds; Systems Manager last said: %s. It was cancelled."
            .formatted(
                commandId,
                sending.instanceId(),
                execution.toSeconds(),
                invocation.map(Commands.Invocation::said).orElse("nothing")));
  }

  /** What began does not wait again. */
  private static Result before(CommandedValidation validation) {
    return validation
        .toldNow()
        .map(told -> new Result(told.status(), told.message(), null))
        .orElse(Result.PENDING);
  }

  private static String message(
      AppScript script, Sending sending, String commandId, Commands.Invocation invocation) {
    String printed =
        Stream.of(invocation.output(), invocation.error())
            .map(AppCommands::shown)
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining("\n"));
    if (invocation.status() == Commands.Status.SUCCEEDED) {
      return withEnd("exit code 0", printed);
    }
    String where = "command " + commandId + " on instance " + sending.instanceId();
    return switch (invocation.said()) {
      case "DeliveryTimedOut" ->
          withEnd(
              "The agent did not take %s within %d minutes (DeliveryTimedOut)"
                  .formatted(where, DELIVERY.toMinutes()),
              printed);
      case "Undeliverable" ->
          withEnd(
              "Systems Manager could not deliver %s (Undeliverable): the instance has ended, or its agent does not answer"
                  .formatted(where),
              printed);
      case "ExecutionTimedOut", "TimedOut" ->
          withEnd(
              "The script did not end within %d seconds (%s)"
                  .formatted(execution(script).toSeconds(), invocation.said()),
              printed);
      default ->
          withEnd(
              invocation.exitCode() == null || invocation.exitCode() == 0
                  ? "The script did not run to its end, %s: %s".formatted(where, invocation.said())
                  : "exit code " + invocation.exitCode(),
              printed);
    };
  }

  /** Scripts print what terminals obey. */
  private static String shown(String printed) {
    return CONTROL.matcher(printed).replaceAll("\uFFFD").strip();
  }

  private static String withEnd(String sentence, String printed) {
    if (printed.isEmpty()) {
      return sentence;
    }
    return printed.length() <= MAX_PRINTED_CHARS
        ? sentence + ": " + printed
        : sentence + ": …" + printed.substring(printed.length() - MAX_PRINTED_CHARS);
  }

  /** Systems Manager's own word, where it is of that bucket; else as the agent lays it out. */
  private static @Nullable S3Object output(
      AppId id,
      CommandedValidation validation,
      Sending sending,
      String commandId,
      Commands.Invocation invocation) {
    String bucket = validation.script().outputBucket();
    if (bucket == null) {
      return null;
    }
    String url = invocation.outputUrl();
    String root = "/" + bucket + "/";
    String path = url == null ? null : path(url);
    return new S3Object(
        bucket,
        path != null && path.startsWith(root) && path.length() > root.length()
            ? path.substring(root.length())
            : shell(validation.script())
                .outputKey(prefix(id, validation.id()), commandId, sending.instanceId()));
  }

  private static @Nullable String path(String url) {
    try {
      return URI.create(url).getPath();
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  private void tell(App app, CommandedValidation validation, Result result) {
    Told told =
        new Told(
            validation.round(),
            validation.script().instanceId(),
            result.status(),
            result.message(),
            clock.instant());
    if (state.commandedValidations().tell(app.id(), validation.id(), told, result.output())) {
      log.event(
          "app-command",
          Map.of(
              "appId", app.id(),
              "validationId", validation.id(),
              "instanceId", validation.script().instanceId(),
              "status", result.status()));
    }
  }

  private boolean isOver(Instant from, Duration limit) {
    return clock.instant().isAfter(from.plus(limit));
  }
}
