package dev.drover.local.simulator.ssm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.local.simulator.ec2.Forwarder;
import dev.drover.local.simulator.fault.CallGate;
import dev.drover.local.simulator.fault.FaultRule;
import dev.drover.local.simulator.guest.Agent;
import dev.drover.local.simulator.http.CredentialScope;
import dev.drover.local.simulator.http.Request;
import dev.drover.local.simulator.http.Response;
import dev.drover.local.simulator.http.Service;
import dev.drover.local.simulator.instance.InstanceRecord;
import dev.drover.local.simulator.instance.InstanceStore;
import dev.drover.local.simulator.ssm.RunCommand.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Run Command of Systems Manager, JSON 1.1, with the one document AWS-RunRemoteScript. An instance
 * is managed while its guest runs with a role. What the simulator does not own (parameters, say) is
 * passed on.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Operations.html">
 *     Actions</a>
 */
public final class SsmApi implements Service {
  /** What {@code X-Amz-Target} begins with. */
  public static final String TARGET = "AmazonSSM.";

  private static final String CONTENT_TYPE = "application/x-amz-json-1.1";
  private static final String DOCUMENT = "AWS-RunRemoteScript";
  private static final int MAX_BODY_BYTES = 1024 * 1024;
  private static final int MAX_COMMENT_CHARS = 100;
  private static final int MAX_PREFIX_CHARS = 500;
  private static final int MAX_PAGE = 50;
  private static final int DEFAULT_DELIVERY_SECONDS = 3_600;
  private static final int MAX_DELIVERY_SECONDS = 2_592_000;
  private static final int MAX_EXECUTION_SECONDS = 28_800;
  private static final String DEFAULT_EXECUTION_SECONDS = "3600";

  /** Of the document; with GitHub as a source it knows two more of which nothing is simulated. */
  private static final Set<String> PARAMETERS =
      Set.of("sourceType", "sourceInfo", "commandLine", "workingDirectory", "executionTimeout");

  private final CommandStore commands;
  private final InstanceStore instances;
  private final CallGate gate;
  private final @Nullable Forwarder forwarder;
  private final Map<String, Operation> operations =
      Map.of(
          "SendCommand", this::send,
          "GetCommandInvocation", this::invocation,
          "ListCommands", this::list,
          "CancelCommand", this::cancel,
          "DescribeInstanceInformation", this::nodes);

  public SsmApi(
      CommandStore commands,
      InstanceStore instances,
      CallGate gate,
      @Nullable Forwarder forwarder) {
    this.commands = commands;
    this.instances = instances;
    this.gate = gate;
    this.forwarder = forwarder;
  }

  @FunctionalInterface
  private interface Operation {
    ObjectNode answer(Body body) throws IOException;
  }

  @Override
  public Response answer(Request request) throws IOException {
    String name = request.header("X-Amz-Target").orElse(TARGET).substring(TARGET.length());
    byte[] body = request.body(MAX_BODY_BYTES);
    Operation operation = operations.get(name);
    if (operation == null) {
      return forwarder == null
          ? error(SsmRefusal.of("UnknownOperationException", name + " is not simulated"))
          : forwarder.forward(request, body);
    }
    return gate.pass(name, SsmApi::refused, () -> answer(operation, request, body));
  }

  private static Response answer(Operation operation, Request request, byte[] body)
      throws IOException {
    try {
      if (!CredentialScope.service(request).equals(Optional.of("ssm"))) {
        throw SsmRefusal.of("MissingAuthenticationTokenException", "Missing Authentication Token");
      }
      Body members = Body.parse(body);
      return Response.of(
          200, CONTENT_TYPE, Body.MAPPER.writeValueAsBytes(operation.answer(members)));
    } catch (SsmRefusal refusal) {
      return error(refusal);
    }
  }

  private static Response refused(FaultRule.Refusal refusal) {
    return error(
        switch (refusal) {
          case THROTTLE_ACCOUNT, THROTTLE_SNAPSHOT -> SsmRefusal.throttled();
          case SERVER_ERROR -> SsmRefusal.internal();
        });
  }

  private static Response error(SsmRefusal refusal) {
    ObjectNode content =
        object().put("__type", refusal.type()).put("message", refusal.getMessage());
    return Response.of(
        refusal.status(), CONTENT_TYPE, content.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode object() {
    return Body.MAPPER.createObjectNode();
  }

  private ObjectNode send(Body body) throws IOException {
    String document = body.required("DocumentName");
    if (!document.equals(DOCUMENT)) {
      throw SsmRefusal.of(
          "InvalidDocument", "document " + document + " does not exist in your account");
    }
    List<String> targets = body.texts("InstanceIds");
    if (targets.size() != 1) {
      throw SsmRefusal.validation("the simulator sends to one instance, not to " + targets.size());
    }
    String comment = limited("Comment", body.text("Comment").orElse(""), MAX_COMMENT_CHARS);
    Map<String, List<String>> parameters = body.lists("Parameters");
    int execution = execution(parameters);
    int delivery =
        body.number("TimeoutSeconds", 30, MAX_DELIVERY_SECONDS).orElse(DEFAULT_DELIVERY_SECONDS);
    String bucket = body.text("OutputS3BucketName").orElse(null);
    String prefix =
        limited("OutputS3KeyPrefix", body.text("OutputS3KeyPrefix").orElse(""), MAX_PREFIX_CHARS);
    body.refuseUnknown();
    if (commands.agent(targets.getFirst()).isEmpty()) {
      throw SsmRefusal.of(
          "InvalidInstanceId", "Instances " + targets + " not in a valid state for account");
    }
    RunCommand.Wish wish =
        new RunCommand.Wish(
            UUID.randomUUID().toString(),
            targets.getFirst(),
            comment,
            parameters,
            Duration.ofSeconds(delivery),
            Duration.ofSeconds(execution),
            bucket,
            prefix,
            commands.now());
    commands.send(wish);
    ObjectNode answer = object();
    describe(answer.putObject("Command"), wish, Step.of("Pending"));
    return answer;
  }

  private static int execution(Map<String, List<String>> parameters) {
    parameters.keySet().stream()
        .filter(name -> !PARAMETERS.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw invalid(name + " is no parameter of " + DOCUMENT);
            });
    Stream.of("sourceType", "sourceInfo", "commandLine")
        .filter(name -> parameters.getOrDefault(name, List.of()).isEmpty())
        .findFirst()
        .ifPresent(
            name -> {
              throw invalid(name + " is missing");
            });
    if (!List.of("S3").equals(parameters.get("sourceType"))) {
      throw invalid("the simulator fetches scripts from S3 only");
    }
    String seconds =
        parameters.getOrDefault("executionTimeout", List.of(DEFAULT_EXECUTION_SECONDS)).getFirst();
    if (!seconds.matches("[1-9][0-9]{0,4}") || Integer.parseInt(seconds) > MAX_EXECUTION_SECONDS) {
      throw invalid("executionTimeout is " + seconds);
    }
    return Integer.parseInt(seconds);
  }

  private static SsmRefusal invalid(String message) {
    return SsmRefusal.of("InvalidParameters", message);
  }

  private static String limited(String name, String text, int most) {
    if (text.length() > most) {
      throw SsmRefusal.validation(name + " has more than " + most + " characters");
    }
    return text;
  }

  /**
   * Of a document of several steps the step has to be named, says the reference; not which error it
   * is otherwise.
   */
  private ObjectNode invocation(Body body) {
    String id = body.required("CommandId");
    String instance = body.required("InstanceId");
    String name = body.text("PluginName").orElse("");
    body.refuseUnknown();
    RunCommand command =
        commands
            .find(id)
            .filter(it -> it.wish.instanceId().equals(instance))
            .orElseThrow(() -> SsmRefusal.of("InvocationDoesNotExist", ""));
    Step step =
        command
            .step(name, commands.now())
            .orElseThrow(() -> SsmRefusal.of("InvalidPluginName", "no step '" + name + "'"));
    return object()
        .put("CommandId", id)
        .put("InstanceId", instance)
        .put("Comment", command.wish.comment())
        .put("DocumentName", DOCUMENT)
        .put("DocumentVersion", "$DEFAULT")
        .put("PluginName", RunCommand.PLUGINS.get(name))
        .put("ResponseCode", step.code())
        .put("Status", step.status())
        .put("StatusDetails", step.details())
        .put("StandardOutputContent", step.output())
        .put("StandardErrorContent", step.error())
        .put("StandardOutputUrl", step.url())
        .put("StandardErrorUrl", step.url().replaceFirst("stdout$", "stderr"));
  }

  private ObjectNode list(Body body) {
    Optional<String> id = body.text("CommandId");
    Optional<String> instance = body.text("InstanceId");
    int most = body.number("MaxResults", 1, MAX_PAGE).orElse(MAX_PAGE);
    Optional<String> from = body.text("NextToken");
    body.refuseUnknown();
    List<RunCommand> all =
        commands.list().stream()
            .filter(command -> id.isEmpty() || id.get().equals(command.wish.id()))
            .filter(
                command -> instance.isEmpty() || instance.get().equals(command.wish.instanceId()))
            .toList();
    int start = from.map(SsmApi::position).orElse(0);
    List<RunCommand> page = all.stream().skip(start).limit(most).toList();
    ObjectNode answer = object();
    ArrayNode listed = answer.putArray("Commands");
    page.forEach(
        command -> describe(listed.addObject(), command.wish, command.whole(commands.now())));
    if (start + page.size() < all.size()) {
      answer.put("NextToken", Integer.toString(start + page.size()));
    }
    return answer;
  }

  private static int position(String token) {
    if (!token.matches("[0-9]{1,9}")) {
      throw SsmRefusal.of("InvalidNextToken", "the token is not one of these");
    }
    return Integer.parseInt(token);
  }

  private static void describe(ObjectNode answer, RunCommand.Wish wish, Step whole) {
    answer
        .put("CommandId", wish.id())
        .put("DocumentName", DOCUMENT)
        .put("DocumentVersion", "$DEFAULT")
        .put("Comment", wish.comment())
        .put("RequestedDateTime", seconds(wish.requestedAt()))
        .put("ExpiresAfter", seconds(wish.requestedAt().plus(wish.delivery())))
        .put("Status", whole.status())
        .put("StatusDetails", whole.details())
        .put("OutputS3BucketName", wish.outputBucket() == null ? "" : wish.outputBucket())
        .put("OutputS3KeyPrefix", wish.outputPrefix())
        .put("TimeoutSeconds", Math.toIntExact(wish.delivery().toSeconds()))
        .put("TargetCount", 1)
        .put("CompletedCount", whole.isEnded() ? 1 : 0)
        .put("ErrorCount", whole.status().equals("Failed") ? 1 : 0);
    answer.putArray("InstanceIds").add(wish.instanceId());
    ObjectNode parameters = answer.putObject("Parameters");
    wish.parameters().forEach((name, values) -> values.forEach(parameters.putArray(name)::add));
  }

  private static double seconds(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }

  private ObjectNode cancel(Body body) {
    String id = body.required("CommandId");
    List<String> only = body.texts("InstanceIds");
    body.refuseUnknown();
    RunCommand command =
        commands
            .find(id)
            .orElseThrow(() -> SsmRefusal.of("InvalidCommandId", "there is no command " + id));
    if (only.isEmpty() || only.contains(command.wish.instanceId())) {
      commands.cancel(command);
    }
    return object();
  }

  private ObjectNode nodes(Body body) throws IOException {
    List<Body> filters = body.bodies("Filters");
    body.number("MaxResults", 5, MAX_PAGE);
    body.refuseUnknown();
    Optional<List<String>> ids = Optional.empty();
    for (Body filter : filters) {
      String key = filter.required("Key");
      if (!key.equals("InstanceIds")) {
        throw SsmRefusal.of("InvalidFilterKey", "the simulator does not filter by " + key);
      }
      ids = Optional.of(filter.texts("Values"));
      filter.refuseUnknown();
    }
    ObjectNode answer = object();
    ArrayNode listed = answer.putArray("InstanceInformationList");
    for (InstanceRecord instance : instances.list()) {
      Optional<Agent> agent = commands.agent(instance.id());
      if (agent.isPresent() && (ids.isEmpty() || ids.get().contains(instance.id()))) {
        listed
            .addObject()
            .put("InstanceId", instance.id())
            .put("PingStatus", "Online")
            .put("LastPingDateTime", seconds(commands.now()))
            .put("PlatformType", "Linux")
            .put("ResourceType", "EC2Instance")
            .put("IPAddress", agent.get().privateIp());
      }
    }
    return answer;
  }
}
