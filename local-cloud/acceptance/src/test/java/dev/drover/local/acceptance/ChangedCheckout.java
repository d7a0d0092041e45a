package dev.drover.local.acceptance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.local.launcher.cloud.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A checkout as it may be a release later: the same CDK app, with other code for every function and
 * another definition of the state machine. What did not change is linked.
 */
final class ChangedCheckout {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEFINITION = "replicate-run.asl.json";
  private static final String FIRST_STATE = "ChangedStart";

  private ChangedCheckout() {}

  /** Makes one in a folder that is not there yet. */
  static Repository of(Repository repository, Path folder) {
    try {
      Files.createDirectories(folder);
      link(repository.root(), folder, "build");
      Path app = Files.createDirectories(folder.resolve("infra-cdk"));
      for (String part :
          List.of("app", "cdk.json", "node_modules", "package-lock.json", "pom.xml", "target")) {
        link(repository.infra(), app, part);
      }
      changeFunctions(
          repository.root().resolve("functions/target/local"),
          folder.resolve("functions/target/local"));
      Path machines = Files.createDirectories(folder.resolve("statemachines"));
      link(repository.root().resolve("statemachines"), machines, "launch-app.asl.json");
      changeDefinition(
          repository.root().resolve("statemachines").resolve(DEFINITION),
          machines.resolve(DEFINITION));
      return new Repository(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void link(Path from, Path to, String name) throws IOException {
    Files.createSymbolicLink(to.resolve(name), from.resolve(name));
  }

  /** Other code: a start that says so, and makes no archive that other clouds would use. */
  private static void changeFunctions(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    Path bootstrap = to.resolve("bootstrap");
    String script = Files.readString(bootstrap);
    Files.writeString(
        bootstrap, script.replaceFirst("\n", "\n# A release later.\nDROVER_FUNCTION_ARCHIVES=\n"));
  }

  private static void changeDefinition(Path from, Path to) throws IOException {
    ObjectNode machine = (ObjectNode) JSON.readTree(from.toFile());
    ObjectNode states = (ObjectNode) machine.get("States");
    states.putObject(FIRST_STATE).put("Type", "Pass").put("Next", machine.get("StartAt").asText());
    machine.put("StartAt", FIRST_STATE);
    JSON.writeValue(to.toFile(), machine);
  }
}
