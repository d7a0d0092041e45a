package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.Commands;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Command;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.InstanceInformationStringFilter;
import software.amazon.awssdk.services.ssm.model.InvalidCommandIdException;
import software.amazon.awssdk.services.ssm.model.InvalidInstanceIdException;
import software.amazon.awssdk.services.ssm.model.InvocationDoesNotExistException;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;

/**
 * {@link Commands} over Systems Manager. Its client must not try a call again by itself:
 * SendCommand has no token, and a command whose answer was lost would run twice.
 */
public final class SsmCommands implements Commands {
  private static final String DOCUMENT = "AWS-RunRemoteScript";
  private static final String DOWNLOAD = "downloadContent";

  /**
   * What a step says that was meant for another system; its status is Success.
   *
   * @see <a
   *     href="https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/framework/runpluginutil/run.go">
   *     run.go</a>
   */
  private static final String SKIPPED = "Step execution skipped";

  /** An exit code that Systems Manager gives while there is none. */
  private static final int NO_CODE = -1;

  private final SsmClient ssm;

  public SsmCommands(SsmClient ssm) {
    this.ssm = ssm;
  }

  @Override
  public Optional<Node> node(String instanceId) {
    return translated(
        () ->
            ssm
                .describeInstanceInformation(
                    describe ->
                        describe.filters(
                            InstanceInformationStringFilter.builder()
                                .key("InstanceIds")
                                .values(instanceId)
                                .build()))
                .instanceInformationList()
                .stream()
                .findFirst()
                .map(it -> new Node(it.platformTypeAsString(), it.pingStatusAsString())));
  }

  @Override
  public String send(Request request) {
    Region region = Objects.requireNonNull(ssm.serviceClientConfiguration().region());
    SendCommandRequest.Builder command =
        SendCommandRequest.builder()
            .documentName(DOCUMENT)
            .instanceIds(request.instanceId())
            .comment(request.comment())
            .timeoutSeconds(Math.toIntExact(request.delivery().toSeconds()))
            .parameters(
                Map.of(
                    "sourceType", List.of("S3"),
                    "sourceInfo", List.of("{\"path\":\"" + url(request, region) + "\"}"),
                    "commandLine", List.of(request.commandLine()),
                    "executionTimeout", List.of(Long.toString(request.execution().toSeconds()))));
    Output output = request.output();
    if (output != null) {
      command.outputS3BucketName(output.bucket()).outputS3KeyPrefix(output.prefix());
    }
    return translated(() -> ssm.sendCommand(command.build()).command().commandId());
  }

  /** Which part of a key the agent decodes is unproven; only what no URL may hold is encoded. */
  private static String url(Request request, Region region) {
    StringBuilder path = new StringBuilder();
    for (byte each : request.key().getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (each & 0xff);
      if ((character < 0x80 && Character.isLetterOrDigit(character))
          || "-._~/!*'()".indexOf(character) >= 0) {
        path.append(character);
      } else {
        path.append("%%%02X".formatted((int) character));
      }
    }
    return "https://s3.%s.%s/%s/%s"
        .formatted(region.id(), region.metadata().partition().dnsSuffix(), request.bucket(), path);
  }

  @Override
  public Optional<String> find(String instanceId, String comment) {
    return translated(
        () -> {
          try {
            return ssm
                .listCommandsPaginator(list -> list.instanceId(instanceId))
                .commands()
                .stream()
                .filter(command -> comment.equals(command.comment()))
                .findFirst()
                .map(Command::commandId);
          } catch (InvalidInstanceIdException gone) {
            return Optional.empty();
          }
        });
  }

  @Override
  public Optional<Invocation> invocation(String commandId, String instanceId, Shell shell) {
    return translated(
        () ->
            step(commandId, instanceId, shell.step())
                .flatMap(script -> judged(commandId, instanceId, script)));
  }

  /** Empty: it succeeded, and the proof of that is not there yet. */
  private Optional<Invocation> judged(
      String commandId, String instanceId, GetCommandInvocationResponse script) {
    Invocation seen = invocation(script);
    if (!seen.isEnded()) {
      return Optional.of(seen);
    }
    return step(commandId, instanceId, DOWNLOAD)
        .map(download -> proved(seen, script, download))
        .or(() -> Optional.of(seen).filter(it -> it.status() == Status.FAILED));
  }

  private Optional<GetCommandInvocationResponse> step(
      String commandId, String instanceId, String step) {
    try {
      return Optional.of(
          ssm.getCommandInvocation(
              get -> get.commandId(commandId).instanceId(instanceId).pluginName(step)));
    } catch (InvocationDoesNotExistException early) {
      return Optional.empty();
    }
  }

  /**
   * A command line that ended well is no script that ran, and one that ended badly has often only
   * missed it: that was fetched by another step.
   */
  private static Invocation proved(
      Invocation seen, GetCommandInvocationResponse script, GetCommandInvocationResponse download) {
    if (text(script.standardOutputContent()).startsWith(SKIPPED)) {
      return failed(seen, "the instance runs another system: " + seen.output());
    }
    Invocation fetched = invocation(download);
    if (fetched.said().equals("Failed")) {
      return failed(
          seen,
          "the script could not be fetched: "
              + (fetched.error().isBlank() ? fetched.output() : fetched.error()));
    }
    return seen.status() != Status.SUCCEEDED || fetched.status() == Status.SUCCEEDED
        ? seen
        : fetched;
  }

  private static Invocation failed(Invocation seen, String why) {
    return new Invocation(Status.FAILED, seen.said(), null, seen.output(), why, seen.outputUrl());
  }

  private static Invocation invocation(GetCommandInvocationResponse told) {
    Integer code = told.responseCode();
    String url = text(told.standardOutputUrl());
    return new Invocation(
        status(told),
        text(told.statusDetails()),
        code == null || code == NO_CODE ? null : code,
        text(told.standardOutputContent()),
        text(told.standardErrorContent()),
        url.isEmpty() ? null : url);
  }

  /** A status that is not known here is no end; whoever waits has a limit. */
  private static Status status(GetCommandInvocationResponse told) {
    return switch (told.status()) {
      case PENDING, DELAYED -> Status.PENDING;
      case IN_PROGRESS, CANCELLING, UNKNOWN_TO_SDK_VERSION -> Status.IN_PROGRESS;
      case SUCCESS -> Status.SUCCEEDED;
      case CANCELLED, TIMED_OUT, FAILED -> Status.FAILED;
    };
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  @Override
  public boolean cancel(String commandId) {
    return translated(
        () -> {
          try {
            var _ = ssm.cancelCommand(cancel -> cancel.commandId(commandId));
            return true;
          } catch (InvalidCommandIdException unknown) {
            return false;
          }
        });
  }
}
