package dev.drover.local.launcher.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.local.launcher.cloud.CloudEnvironment;
import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import dev.drover.local.launcher.cloud.Repository;
import dev.drover.local.launcher.cloud.ServerProcesses;
import dev.drover.local.launcher.cloud.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Synthesizes and deploys with the real CDK CLI, the one that infra-cdk pins. */
final class CdkDeployment {
  private static final String LOG = "cdk";

  /** A synth takes 12 to 36 s here, a deploy 5 to 11 s; ten times that is a hang. */
  private static final Duration LIMIT = Duration.ofMinutes(6);

  /** How many synthesized assemblies are kept; each holds a copy of the functions (about 40 MB). */
  private static final int KEPT_ASSEMBLIES = 4;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Repository repository;
  private final CloudHome home;
  private final ServerProcesses processes;
  private final Map<String, String> environment;

  CdkDeployment(Surroundings surroundings) {
    this(surroundings, surroundings.settings().repository());
  }

  /** Of another checkout's stack. */
  CdkDeployment(Surroundings surroundings, Repository repository) {
    this.repository = repository;
    this.home = surroundings.home();
    this.processes = surroundings.processes();
    this.environment = new TreeMap<>(surroundings.environment());
    this.environment.put("CDK_DEFAULT_ACCOUNT", CloudEnvironment.ACCOUNT);
    this.environment.put("CDK_DEFAULT_REGION", CloudEnvironment.REGION);
    this.environment.put("CDK_DISABLE_CLI_TELEMETRY", "true");
    this.environment.put("CDK_HOME", home.temporary().resolve("cdk-home").toString());
    this.environment.put("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "1");
    this.environment.put("JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION", "1");
    // The app builds the functions first unless told that they are built: inside a Maven run it
    // must not.
    this.environment.put("DROVER_SKIP_BUILD", "1");
    this.environment.put("JAVA_HOME", System.getProperty("java.home"));
  }

  /**
   * Drover's stack as a cloud assembly; made once for the same inputs.
   *
   * @return the folder that {@code cdk deploy --app} takes
   */
  Path synthesize(StackContext stack) {
    List<String> context = stack.values();
    String key = SynthKey.of(repository.root(), repository.synthInputs(), context);
    Path assembly = repository.synthesized().resolve(key);
    if (Files.exists(assembly.resolve("manifest.json"))) {
      markUsed(assembly);
      return assembly;
    }
    Path fresh = home.temporary().resolve("cdk.out");
    List<String> command =
        new ArrayList<>(List.of("synth", "--quiet", "--no-notices", "--output", fresh.toString()));
    context.forEach(value -> command.addAll(List.of("--context", value)));
    run(repository.infra(), command);
    return keep(fresh, assembly);
  }

  /** Makes what the CDK CLI itself needs in an account; once before the first deployment. */
  void bootstrap() {
    // Bootstrap would synthesize the app of a cdk.json in its folder; there is none in ours.
    run(
        home.temporary(),
        List.of(
            "bootstrap",
            "aws://" + CloudEnvironment.ACCOUNT + "/" + CloudEnvironment.REGION,
            "--no-notices"));
  }

  /** Deploys an assembly and gives its outputs, those of all its stacks together. */
  Map<String, String> deploy(Path assembly) {
    Path outputs = home.run().resolve("outputs.json");
    run(
        home.temporary(),
        List.of(
            "deploy",
            "--app",
            assembly.toString(),
            "--all",
            "--require-approval",
            "never",
            "--method",
            "direct",
            "--progress",
            "events",
            "--no-notices",
            "--outputs-file",
            outputs.toString()));
    return readOutputs(outputs);
  }

  private static Map<String, String> readOutputs(Path file) {
    Map<String, String> outputs = new TreeMap<>();
    if (!Files.exists(file)) {
      return outputs;
    }
    try {
      JsonNode stacks = JSON.readTree(Files.readAllBytes(file));
      for (JsonNode stack : stacks) {
        stack
            .properties()
            .forEach(output -> outputs.put(output.getKey(), output.getValue().asText()));
      }
      return outputs;
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot read the stack's outputs in " + file + ": " + Reason.of(e, file), e);
    }
  }

  private void run(Path folder, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(repository.cdkCli().toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.log(LOG).toFile()));
    String what = "cdk " + arguments.getFirst();
    Process process = processes.spawn(what, builder);
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw failure(what + " is not done after " + LIMIT.toMinutes() + " minutes.");
      }
      if (process.exitValue() != 0) {
        throw failure(what + " failed with code " + process.exitValue() + ".");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalCloudException("Interrupted during " + what + ".", e);
    }
  }

  private LocalCloudException failure(String sentence) {
    return new LocalCloudException(sentence + "\n" + processes.logTail(LOG));
  }

  /**
   * Keeps an assembly for the next time. Two launchers may make the same one at once: whoever is
   * first wins, both are equal. On another file system than the home it is used from where it is.
   */
  private Path keep(Path fresh, Path assembly) {
    try {
      Files.createDirectories(repository.synthesized());
      Files.move(fresh, assembly, StandardCopyOption.ATOMIC_MOVE);
      removeOldAssemblies();
      return assembly;
    } catch (IOException e) {
      return fresh;
    }
  }

  private static void markUsed(Path assembly) {
    try {
      Files.setLastModifiedTime(assembly, FileTime.from(Instant.now()));
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot use the synthesized stack " + assembly + ": " + Reason.of(e, assembly), e);
    }
  }

  private void removeOldAssemblies() throws IOException {
    try (var folders = Files.list(repository.synthesized())) {
      folders
          .sorted(
              Comparator.comparingLong((Path folder) -> folder.toFile().lastModified()).reversed())
          .skip(KEPT_ASSEMBLIES)
          .forEach(folder -> new CloudHome(folder).removeAll());
    }
  }
}
