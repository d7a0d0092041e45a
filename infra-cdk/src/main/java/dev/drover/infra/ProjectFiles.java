package dev.drover.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of other modules that the stack deploys.
 *
 * @param functionsJar one jar with every function and all that they need, for Lambda's managed Java
 *     runtime; the jar of the module itself is without its dependencies
 * @param localFunctions the same as a folder with a {@code bootstrap}, for a cloud without that
 *     runtime
 * @param stateMachines the folder of the state machines' definitions
 */
record ProjectFiles(Path functionsJar, Path localFunctions, Path stateMachines) {
  static ProjectFiles under(Path root) {
    Path built = root.resolve("functions/target");
    return new ProjectFiles(
        built.resolve("lambda/functions.jar"),
        built.resolve("local"),
        root.resolve("statemachines"));
  }

  String stateMachine(String name) {
    Path file = stateMachines.resolve(name + ".asl.json");
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the definition of " + name + ": " + file, e);
    }
  }
}
