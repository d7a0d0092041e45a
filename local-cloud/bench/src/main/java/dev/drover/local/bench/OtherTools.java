package dev.drover.local.bench;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.stack.DeployedStack;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of others that do a part of the same work, where somebody installed them. */
final class OtherTools {
  private OtherTools() {}

  /** Whether a program is on the path. */
  static boolean installed(String name) {
    return Stream.of(
            Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }

  /** coldsnap uploads an image into a snapshot by the same EBS direct APIs, of the same cloud. */
  static double coldsnapSeconds(Path image, DeployedStack stack) throws IOException {
    return Duel.seconds(
        () ->
            run(
                List.of("coldsnap", "upload", "--no-progress", image.toString()),
                stack.environment()));
  }

  /** restic backs an image up into a new repository in a folder, as its defaults are. */
  static double resticSeconds(Path image, Path repository) throws IOException {
    Map<String, String> environment =
        Map.of("RESTIC_PASSWORD", "bench", "RESTIC_REPOSITORY", repository.toString());
    run(List.of("restic", "--quiet", "--no-cache", "init"), environment);
    return Duel.seconds(
        () ->
            run(
                List.of("restic", "--quiet", "--no-cache", "backup", image.toString()),
                environment));
  }

  private static void run(List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new LocalCloudException(String.join(" ", command) + " failed: " + output.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      throw new LocalCloudException("Interrupted during " + command.getFirst() + ".", e);
    }
  }
}
