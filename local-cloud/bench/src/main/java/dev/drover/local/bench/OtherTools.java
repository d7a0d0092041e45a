package dev.drover.local.bench;

import dev.drover.local.launcher.stack.DeployedStack;
import java.io.File;
import java.io.IOException;
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
            Program.run(
                List.of("coldsnap", "upload", "--no-progress", image.toString()),
                stack.environment()));
  }

  /** restic backs an image up into a new repository in a folder, as its defaults are. */
  static double resticSeconds(Path image, Path repository) throws IOException {
    Map<String, String> environment =
        Map.of("RESTIC_PASSWORD", "bench", "RESTIC_REPOSITORY", repository.toString());
    Program.run(List.of("restic", "--quiet", "--no-cache", "init"), environment);
    return Duel.seconds(
        () ->
            Program.run(
                List.of("restic", "--quiet", "--no-cache", "backup", image.toString()),
                environment));
  }
}
