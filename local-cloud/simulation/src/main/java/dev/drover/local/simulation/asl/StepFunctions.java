package dev.drover.local.simulation.asl;

import static java.util.Objects.requireNonNull;

import dev.drover.local.simulation.kernel.Ascending;
import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.InvalidExecutionInputException;
import software.amazon.awssdk.services.sfn.model.InvalidNameException;
import software.amazon.awssdk.services.sfn.model.InvalidOutputException;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.ListExecutionsRequest;
import software.amazon.awssdk.services.sfn.model.ListExecutionsResponse;
import software.amazon.awssdk.services.sfn.model.SfnException;
import software.amazon.awssdk.services.sfn.model.StateMachineDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;

/**
 * Step Functions with one state machine of the type Standard. It throws what the SDK does, and does
 * everything at one instant; what follows from a call, executions do by themselves later.
 */
public final class StepFunctions {
  /**
   * How long the name of an execution that ended stays taken.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html">StartExecution</a>
   */
  private static final Duration NAME_STAYS_TAKEN = Duration.ofDays(90);

  /** The most events of a history. */
  public static final int MAX_EVENTS = Execution.MAX_EVENTS;

  /** The most bytes of an input, a result, an output, and of what one state assigns. */
  public static final int MAX_BYTES = Execution.MAX_BYTES;

  private static final int MAX_NAME_CHARS = 80;
  private static final int MAX_LISTED = 1_000;
  private static final int MAX_ERROR_CHARS = 256;
  private static final int MAX_CAUSE_CHARS = 32_768;

  /** What a name must not have: white space, brackets, wildcards, and characters of URLs. */
  private static final Pattern NOT_IN_NAMES =
      Pattern.compile("[\\s<>{}\\[\\]?*\"#%\\\\^|~`$&,;:/\\p{Cntrl}]");

  private final Simulation simulation;
  private final RandomGenerator random;
  private final String stateMachineArn;
  private final StateMachine machine;
  private final Integrations integrations;
  private final Consumer<StatusChange> listener;
  private final Map<String, Execution> running = new LinkedHashMap<>();
  private final Map<String, ExecutionSummary> ended = new HashMap<>();
  private final Map<String, TaskAttempt> openTokens = new HashMap<>();
  private long tokens;
  private long transitions;
  private int mostRunning;

  /**
   * A service without executions.
   *
   * @param stateMachineArn for example {@code
   *     arn:aws:states:eu-central-1:123456789012:stateMachine:replicate-run}
   * @param listener is told when an execution begins or ends; must not wait
   */
  public StepFunctions(
      Simulation simulation,
      String stateMachineArn,
      StateMachine machine,
      Integrations integrations,
      Consumer<StatusChange> listener) {
    this.simulation = simulation;
    this.random = simulation.newRandom();
    this.stateMachineArn = stateMachineArn;
    this.machine = machine;
    this.integrations = integrations;
    this.listener = listener;
  }

  Simulation simulation() {
    return simulation;
  }

  RandomGenerator random() {
    return random;
  }

  String stateMachineArn() {
    return stateMachineArn;
  }

  StateMachine machine() {
    return machine;
  }

  Integrations integrations() {
    return integrations;
  }

  /** The ARN of an execution of that name. */
  public String executionArn(String name) {
    return stateMachineArn.replace(":stateMachine:", ":execution:") + ":" + name;
  }

  /**
   * Starts an execution, or finds the one of that name and input that runs. Not proven: that inputs
   * are the same only as texts.
   *
   * @param input JSON
   * @return when it was started
   * @throws ExecutionAlreadyExistsException when the name is taken, for 90 days after its end
   */
  public Instant start(String machineArn, String name, String input) {
    if (!machineArn.equals(stateMachineArn)) {
      throw error(
          StateMachineDoesNotExistException.builder(),
          "StateMachineDoesNotExist",
          "State Machine Does Not Exist: '" + machineArn + "'");
    }
    if (name.isEmpty()
        || name.codePointCount(0, name.length()) > MAX_NAME_CHARS
        || NOT_IN_NAMES.matcher(name).find()) {
      throw error(InvalidNameException.builder(), "InvalidName", "Invalid Name: '" + name + "'");
    }
    Execution same = running.get(name);
    if (same != null && same.inputJson().equals(input)) {
      return same.started();
    }
    if (same != null || isStillTaken(name)) {
      throw error(
          ExecutionAlreadyExistsException.builder(),
          "ExecutionAlreadyExists",
          "Execution Already Exists: '" + executionArn(name) + "'");
    }
    Execution execution = new Execution(this, name, input, parsedInput(input));
    running.put(name, execution);
    mostRunning = Math.max(mostRunning, running.size());
    ended.remove(name);
    execution.start();
    listener.accept(execution.change(ExecutionStatus.RUNNING, null, null));
    return execution.started();
  }

  private boolean isStillTaken(String name) {
    ExecutionSummary before = ended.get(name);
    return before != null
        && before.ended() != null
        && simulation.instant().isBefore(before.ended().plus(NAME_STAYS_TAKEN));
  }

  private static @Nullable Object parsedInput(String input) {
    try {
      Object parsed = Json.parse(input);
      if (Json.bytes(parsed) <= Execution.MAX_BYTES) {
        return parsed;
      }
      throw invalidInput("the input is longer than " + Execution.MAX_BYTES + " bytes");
    } catch (Json.MalformedException e) {
      throw invalidInput(String.valueOf(e.getMessage()));
    }
  }

  private static SfnException invalidInput(String why) {
    return error(
        InvalidExecutionInputException.builder(),
        "InvalidExecutionInput",
        "Invalid State Machine Execution Input: '" + why + "'");
  }

  /**
   * Stops an execution; one that has ended stays as it is (not proven).
   *
   * @return when it ended
   */
  public Instant stop(String executionArn, @Nullable String error, @Nullable String cause) {
    String name = described(executionArn).name();
    Execution execution = running.get(name);
    if (execution != null) {
      execution.end(
          ExecutionStatus.ABORTED, null, new StateError(error == null ? "" : error, cause));
    }
    return requireNonNull(requireNonNull(ended.get(name)).ended());
  }

  /**
   * What there is to know of an execution.
   *
   * @throws ExecutionDoesNotExistException when there is none of that ARN
   */
  public ExecutionSummary described(String executionArn) {
    String name = executionArn.substring(executionArn.lastIndexOf(':') + 1);
    ExecutionSummary summary = describe(name);
    if (summary == null || !executionArn.equals(executionArn(name))) {
      throw error(
          ExecutionDoesNotExistException.builder(),
          "ExecutionDoesNotExist",
          "Execution Does Not Exist: '" + executionArn + "'");
    }
    return summary;
  }

  /** What there is to know of an execution, {@code null} without one of that name. */
  public @Nullable ExecutionSummary describe(String name) {
    Execution execution = running.get(name);
    return execution == null ? ended.get(name) : execution.summary(ExecutionStatus.RUNNING);
  }

  /** The input of an execution while it runs; those of all that ended would fill the memory. */
  @Nullable String inputOfRunning(String name) {
    Execution execution = running.get(name);
    return execution == null ? null : execution.inputJson();
  }

  /** A part of those that run, by name; its token names its last execution. */
  ListExecutionsResponse list(ListExecutionsRequest request) {
    if (request.statusFilter() != ExecutionStatus.RUNNING) {
      throw new UnsupportedOperationException("executions that have ended");
    }
    String after = Objects.requireNonNullElse(request.nextToken(), "");
    int most = Objects.requireNonNullElse(request.maxResults(), MAX_LISTED);
    Ascending.Page<ExecutionListItem> page =
        Ascending.page(
            Ascending.after(new TreeMap<>(running), after).map(entry -> listed(entry.getValue())),
            most);
    return ListExecutionsResponse.builder()
        .executions(page.items())
        .nextToken(page.next(ExecutionListItem::name))
        .build();
  }

  private static ExecutionListItem listed(Execution execution) {
    return ExecutionListItem.builder()
        .name(execution.name())
        .status(ExecutionStatus.RUNNING)
        .startDate(execution.started())
        .build();
  }

  /** How many executions run. */
  public int runningCount() {
    return running.size();
  }

  /** The most executions that ran at a time. */
  public int mostRunning() {
    return mostRunning;
  }

  /** How many states were entered: what AWS charges for. */
  public long transitions() {
    return transitions;
  }

  void entered() {
    transitions++;
  }

  void ended(Execution execution, StatusChange change) {
    running.remove(execution.name());
    ended.put(execution.name(), change.execution());
    listener.accept(change);
  }

  String newToken(String execution, TaskAttempt attempt) {
    tokens++;
    String token = execution + "/" + tokens;
    openTokens.put(token, attempt);
    return token;
  }

  void close(String token) {
    openTokens.remove(token);
  }

  /** Ends a task; the output is JSON. A token is good for one end. */
  public void sendTaskSuccess(String token, String output) {
    Object result;
    try {
      result = Json.parse(output);
    } catch (Json.MalformedException e) {
      throw error(InvalidOutputException.builder(), "InvalidOutput", "Invalid Output");
    }
    if (Json.bytes(result) > Execution.MAX_BYTES) {
      throw error(InvalidOutputException.builder(), "InvalidOutput", "Invalid Output: too long");
    }
    open(token).tokenSucceeded(result);
  }

  /** Ends a task with an error. */
  public void sendTaskFailure(String token, @Nullable String error, @Nullable String cause) {
    if ((error != null && error.length() > MAX_ERROR_CHARS)
        || (cause != null && cause.length() > MAX_CAUSE_CHARS)) {
      throw error(SfnException.builder(), "ValidationException", "error or cause is too long");
    }
    // Not proven: that an error without a name is this one.
    String name = error == null ? StateError.TASK_FAILED : error;
    open(token).tokenFailed(new StateError(name, cause));
  }

  /** The task's heartbeat counts from now again. */
  public void sendTaskHeartbeat(String token) {
    open(token).heard();
  }

  private TaskAttempt open(String token) {
    TaskAttempt attempt = openTokens.get(token);
    if (attempt != null) {
      return attempt;
    }
    if (wasGiven(token)) {
      throw error(
          TaskTimedOutException.builder(),
          "TaskTimedOut",
          "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw error(InvalidTokenException.builder(), "InvalidToken", "Invalid Token: 'Invalid token'");
  }

  /** Tokens are numbered, so those that are closed need not be kept. */
  private boolean wasGiven(String token) {
    String number = token.substring(token.lastIndexOf('/') + 1);
    try {
      return token.contains("/") && Long.parseLong(number) <= tokens;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static SfnException error(SfnException.Builder builder, String code, String message) {
    return (SfnException)
        builder
            .message(message)
            .statusCode(400)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .serviceName("Sfn")
                    .errorCode(code)
                    .errorMessage(message)
                    .build())
            .build();
  }
}
