package dev.drover.local.simulation.fleet;

import dev.drover.local.simulation.kernel.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Runs scenarios for tests. */
final class Simulated {
  private static final Path MACHINE =
      Path.of(System.getProperty("project.root"), "statemachines", "replicate-run.asl.json");

  private Simulated() {}

  static Fleet.Outcome run(Scenario scenario) {
    return run(scenario, Trace.keeping(100));
  }

  static Fleet.Outcome run(Scenario scenario, Trace trace) {
    try {
      Path shared = Path.of("/dev/shm");
      Path folder =
          Files.isWritable(shared)
              ? Files.createTempDirectory(shared, "drover-test-")
              : Files.createTempDirectory("drover-test-");
      try {
        return new Fleet(scenario, Files.readString(MACHINE), folder, trace).run();
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
