package dev.drover.local.simulation;

import dev.drover.local.simulation.fault.FaultKind;
import dev.drover.local.simulation.fleet.Fleet;
import dev.drover.local.simulation.fleet.Scenario;
import dev.drover.local.simulation.kernel.Trace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./drover simulate}. */
@Command(
    name = "drover simulate",
    description =
        "Simulates Drover with a whole fleet in virtual time; one seed decides everything.",
    mixinStandardHelpOptions = true)
public final class SimulateMain implements Callable<Integer> {
  private static final int KEPT_LINES = 200;

  @Option(names = "--seed", description = "the first seed (${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(names = "--seeds", description = "so many seeds, one after another (${DEFAULT-VALUE})")
  private int seeds = 1;

  @Option(names = "--servers", description = "(${DEFAULT-VALUE})")
  private int servers = 3;

  @Option(names = "--days", description = "of virtual time (${DEFAULT-VALUE})")
  private double days = 3;

  @Option(names = "--faults", description = "all, none, or a list with commas (${DEFAULT-VALUE})")
  private String faults = "all";

  @Option(names = "--scale", description = "real blocks that one stands for (${DEFAULT-VALUE})")
  private int scale = 1;

  @Option(
      names = "--long",
      description = "a large fleet: jobs run nightly, connectors report more seldom")
  private boolean isLong;

  @Option(names = "--trace", description = "print everything that happens")
  private boolean trace;

  @Option(names = "--machine", required = true, hidden = true)
  private Path machine = Path.of("statemachines/replicate-run.asl.json");

  private final PrintStream out = System.out;

  /** Started by {@code drover}. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new SimulateMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    String definition = Files.readString(machine);
    int bad = 0;
    for (long next = seed; next < seed + seeds; next++) {
      long hours = Math.round(days * 24);
      Scenario scenario =
          new Scenario(
              next, servers, Duration.ofHours(hours), FaultKind.parse(faults), scale, isLong);
      if (!simulate(scenario, definition)) {
        bad++;
      }
    }
    return bad == 0 ? 0 : 1;
  }

  private boolean simulate(Scenario scenario, String definition) throws IOException {
    Path folder = Files.createTempDirectory(memory(), "drover-simulate-");
    try {
      Trace lines =
          trace ? new Trace(KEPT_LINES, out::println) : Trace.keeping(isLong ? 0 : KEPT_LINES);
      long begin = System.nanoTime();
      Fleet.Outcome outcome = new Fleet(scenario, definition, folder, lines).run();
      report(outcome, (System.nanoTime() - begin) / 1e9);
      return outcome.isGood();
    } finally {
      delete(folder);
    }
  }

  private void report(Fleet.Outcome outcome, double seconds) {
    out.printf(
        Locale.ROOT,
        "%s: %s, %d images equal to their sources, runs %s; %d steps in %.1f s, trace %x%n",
        outcome.scenario(),
        outcome.isGood() ? "good" : outcome.violations().size() + " promises broken",
        outcome.imagesVerified(),
        outcome.tally().byStatus(),
        outcome.steps(),
        seconds,
        outcome.trace().digest());
    outcome.violations().forEach(violation -> out.println("  " + violation));
    if (!outcome.isGood() && !trace) {
      out.println(
          "  again, with all that happened: ./drover simulate " + outcome.scenario() + " --trace");
    }
  }

  /** Journals are forced to their disk at every step; in memory that costs nothing. */
  private static Path memory() {
    Path shared = Path.of("/dev/shm");
    return Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
