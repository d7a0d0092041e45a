package dev.drover.local.simulator.ssm;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.drover.local.simulator.ec2.Forwarder;
import dev.drover.local.simulator.guest.Agent;
import dev.drover.local.simulator.guest.RoleKeys;
import dev.drover.local.simulator.snapshot.Account;
import dev.drover.local.simulator.ssm.RunCommand.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The document AWS-RunRemoteScript in a guest, step by step as the agent does it: the script is
 * fetched from S3 with the keys of the instance's role, the command line is run beside it, and what
 * it prints goes to S3 with the same keys. As with the agent, a step that fails holds up no other.
 */
final class RemoteScript {
  /** Of the agent's: it cuts off what comes behind. */
  private static final int MAX_OUTPUT_CHARS = 24_000;

  private static final int MAX_ERROR_CHARS = 8_000;
  private static final int OK = 200;

  /** Path-style addresses; a bucket's own host is not simulated. */
  private static final Pattern S3 =
      Pattern.compile("https://s3[.-]?[a-z0-9-]*\\.amazonaws\\.com(?:\\.cn)?(/[^/]+/.*?([^/]+))");

  private final Forwarder forwarder;
  private final Account account;

  RemoteScript(Forwarder forwarder, Account account) {
    this.forwarder = forwarder;
    this.account = account;
  }

  void run(RunCommand command, Agent agent) throws IOException, InterruptedException {
    Path folder =
        Files.createDirectories(
            agent.folder().resolve("ssm").resolve(command.wish.id()).resolve("downloads"));
    RoleKeys.Keys keys = agent.keys().orElseThrow(() -> new IOException("the role is gone"));
    put(command, keys, RunCommand.DOWNLOAD, download(command, keys, folder));
    // A step for another system is no failure.
    put(
        command,
        keys,
        RunCommand.WINDOWS,
        new Step(
            "Success",
            "Success",
            0,
            "Step execution skipped due to unsatisfied preconditions: '\"StringEquals\":"
                + " [platformType, Windows]'. Step name: "
                + RunCommand.WINDOWS,
            "",
            ""));
    put(command, keys, RunCommand.SCRIPT, script(command, agent, folder));
  }

  private Step download(RunCommand command, RoleKeys.Keys keys, Path folder) throws IOException {
    String path;
    try {
      path = Body.MAPPER.readTree(command.wish.parameter("sourceInfo")).path("path").asText();
    } catch (JsonProcessingException malformed) {
      return failed(1, "", "sourceInfo is no JSON: " + malformed.getOriginalMessage());
    }
    Matcher address = S3.matcher(path);
    if (!address.matches()) {
      return failed(1, "", "no address in S3: " + path);
    }
    HttpResponse<byte[]> answer =
        forwarder.object("GET", address.group(1), new byte[0], keys, account);
    if (answer.statusCode() != OK) {
      return failed(1, "", "failed to download " + path + ": status " + answer.statusCode());
    }
    String name = URLDecoder.decode(address.group(2), StandardCharsets.UTF_8);
    Path file = folder.resolve(name).normalize();
    if (!file.startsWith(folder) || file.equals(folder)) {
      return failed(1, "", "no name of a file: " + name);
    }
    Files.write(file, answer.body());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return new Step("Success", "Success", 0, "Content downloaded to " + folder + "\n", "", "");
  }

  /** So the document has it: the script is found by its name alone. */
  private static Step script(RunCommand command, Agent agent, Path folder)
      throws IOException, InterruptedException {
    Path file = folder.resolveSibling("_script.sh");
    Files.writeString(
        file,
        "directory=$(pwd)\nexport PATH=$PATH:$directory\n "
            + command.wish.parameter("commandLine")
            + " \n");
    Path directory =
        Optional.of(command.wish.parameter("workingDirectory"))
            .filter(given -> !given.isEmpty())
            .map(Path::of)
            .orElse(folder);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    Optional<Integer> code =
        agent.run(
            List.of("sh", file.toString()),
            directory,
            command.wish.execution(),
            (bytes, length) -> output.write(bytes, 0, length),
            (bytes, length) -> errors.write(bytes, 0, length));
    String printed = output.toString(StandardCharsets.UTF_8);
    String complained = errors.toString(StandardCharsets.UTF_8);
    if (code.isEmpty()) {
      return new Step("TimedOut", "ExecutionTimedOut", -1, printed, complained, "");
    }
    return code.get() == 0
        ? new Step("Success", "Success", 0, printed, complained, "")
        : failed(
            code.get(), printed, complained + "failed to run commands: exit status " + code.get());
  }

  private static Step failed(int code, String output, String error) {
    return new Step("Failed", "Failed", code, output, error, "");
  }

  /** What was printed is there before its step has ended; of nothing there is no object. */
  private void put(RunCommand command, RoleKeys.Keys keys, String name, Step step)
      throws IOException {
    String url = "";
    String bucket = command.wish.outputBucket();
    if (bucket != null) {
      String folder = folder(command.wish, name);
      url = put(bucket, folder + "/stdout", step.output(), keys);
      put(bucket, folder + "/stderr", step.error(), keys);
    }
    command.end(
        name,
        new Step(
            step.status(),
            step.details(),
            step.code(),
            cut(step.output(), MAX_OUTPUT_CHARS),
            cut(step.error(), MAX_ERROR_CHARS),
            url));
  }

  private static String folder(RunCommand.Wish wish, String step) {
    String plugin = plugin(step).replace(":", "");
    return (wish.outputPrefix().isEmpty() ? "" : wish.outputPrefix() + "/")
        + String.join("/", wish.id(), wish.instanceId(), plugin, step);
  }

  private static String plugin(String step) {
    return RunCommand.PLUGINS.getOrDefault(step, step);
  }

  /** A bucket that does not take it changes nothing of the command, as with the agent. */
  private String put(String bucket, String key, String text, RoleKeys.Keys keys)
      throws IOException {
    if (!text.isEmpty()) {
      forwarder.object(
          "PUT", "/" + bucket + "/" + key, text.getBytes(StandardCharsets.UTF_8), keys, account);
    }
    return "https://s3." + account.region() + ".amazonaws.com/" + bucket + "/" + key;
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "--output truncated--";
  }
}
