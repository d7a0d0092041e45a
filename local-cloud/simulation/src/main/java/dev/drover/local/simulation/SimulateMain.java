package dev.drover.local.simulation;

import dev.drover.local.simulation.fault.FaultKind;
import dev.drover.local.simulation.fleet.Fleet;
import dev.drover.local.simulation.fleet.Minimiser;
import dev.drover.local.simulation.fleet.Scenario;
import dev.drover.local.simulation.fleet.Violation;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.local.simulation.report.SimulationReport;
import dev.drover.local.simulation.site.ScratchFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code ./drover simulate}. */
@Command(
    name = "./drover simulate",
    description =
        "Simulates Drover with a whole fleet in virtual time; one seed decides everything.",
    sortOptions = false)
public final class SimulateMain implements Callable<Integer> {
  private static final int MAX_SERVERS = 20_000;
  private static final int MAX_DAYS = 366;

  /** With more, a whole segment would take longer than its function may. */
  private static final int MAX_SCALE = 100;

  private static final int SCALE_OF_LONG = 64;

  private static final int MAX_FREQUENCY_HOURS = 24;

  /** With more, every call would get lost. */
  private static final int MAX_SEVERITY = 100;

  @Option(names = "--seed", paramLabel = "N", description = "the seed (${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(
      names = "--seeds",
      paramLabel = "COUNT",
      description = "so many seeds, one after another; a line for each (${DEFAULT-VALUE})")
  private int seeds = 1;

  @Option(names = "--servers", paramLabel = "S", description = "how many (${DEFAULT-VALUE})")
  private int servers = 3;

  @Option(names = "--days", paramLabel = "D", description = "of virtual time (${DEFAULT-VALUE})")
  private double days = 3;

  @Option(
      names = "--faults",
      paramLabel = "KINDS",
      description = "all, none, or a list with commas (${DEFAULT-VALUE})")
  private String faults = "all";

  @Option(
      names = "--long",
      description =
          "a large fleet or a long time: jobs run nightly, connectors report more seldom,"
              + " and --scale is 64")
  private boolean isLong;

  @Option(
      names = "--scale",
      paramLabel = "N",
      description = "real blocks that a simulated one stands for, 1 to 100 (1)")
  private int scale;

  @Option(
      names = "--frequency",
      paramLabel = "HOURS",
      description = "between the runs of each job, the first one at once (the seed decides)")
  private int frequencyHours;

  @Option(
      names = "--severity",
      paramLabel = "N",
      description =
          "calls get lost, functions die and executions are stopped so many times as often, 1 to"
              + " 100; with more than 1, connectors die in the midst of runs (${DEFAULT-VALUE})")
  private int severity = 1;

  @Option(names = "--trace", description = "print everything that happens")
  private boolean trace;

  @Option(
      names = "--minimise",
      description = "after a broken promise, look for a shorter scenario that breaks it")
  private boolean minimise;

  /** Given by the script. */
  @Option(names = "--machine", hidden = true)
  private Path machine = Path.of("statemachines/replicate-run.asl.json");

  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final CommandLine commandLine;

  private SimulateMain(PrintStream out, PrintStream err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.commandLine = new CommandLine(this);
  }

  /** Started by {@code drover}. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(execute(out, System.err, System.getenv("DROVER_TERMINAL") != null, args));
  }

  /** The exit code. */
  static int execute(PrintStream out, PrintStream err, boolean terminal, String... args) {
    SimulateMain main = new SimulateMain(out, err, terminal);
    return main.commandLine
        .setParameterExceptionHandler(
            (e, wrong) -> {
              err.println("drover: " + e.getMessage() + "; './drover --help' lists the options.");
              return CommandLine.ExitCode.USAGE;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws IOException {
    String definition = Files.readString(machine);
    Set<FaultKind> kinds = checked();
    Duration duration = Duration.ofHours(Math.max(1, Math.round(days * 24)));
    Scenario.Haste haste = new Scenario.Haste(frequencyHours, severity);
    int broken = 0;
    for (long next = seed; next < seed + seeds; next++) {
      Scenario scenario = new Scenario(next, servers, duration, kinds, scale, isLong, haste);
      Fleet.Outcome outcome = simulate(scenario, definition);
      if (!outcome.isGood()) {
        broken++;
        if (minimise) {
          minimise(outcome, definition);
        }
      }
    }
    if (out.checkError()) {
      err.println("drover: the report could not be written: see that its target takes all of it.");
      return 1;
    }
    return broken == 0 ? 0 : 1;
  }

  private Set<FaultKind> checked() {
    require(seeds >= 1, "--seeds is " + seeds + ", at least 1");
    require(
        servers >= 1 && servers <= MAX_SERVERS,
        "--servers is " + servers + ", between 1 and " + MAX_SERVERS);
    require(
        days > 0 && days <= MAX_DAYS,
        "--days is " + days + ", more than 0 and at most " + MAX_DAYS);
    if (scale == 0 && !commandLine.getParseResult().hasMatchedOption("--scale")) {
      scale = isLong ? SCALE_OF_LONG : 1;
    }
    require(
        scale >= 1 && scale <= MAX_SCALE, "--scale is " + scale + ", between 1 and " + MAX_SCALE);
    boolean isFrequencyGiven = commandLine.getParseResult().hasMatchedOption("--frequency");
    require(
        !isFrequencyGiven || (frequencyHours >= 1 && frequencyHours <= MAX_FREQUENCY_HOURS),
        "--frequency is " + frequencyHours + ", between 1 and " + MAX_FREQUENCY_HOURS);
    require(
        severity >= 1 && severity <= MAX_SEVERITY,
        "--severity is " + severity + ", between 1 and " + MAX_SEVERITY);
    try {
      return FaultKind.parse(faults);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(commandLine, "--faults: " + e.getMessage(), e);
    }
  }

  private void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new ParameterException(commandLine, otherwise);
    }
  }

  private Fleet.Outcome simulate(Scenario scenario, String definition) throws IOException {
    Trace lines = trace ? Trace.to(out::println) : isLong ? Trace.off() : Trace.digested();
    long begin = System.nanoTime();
    long cpuBegin = cpuNanos();
    Fleet.Outcome outcome = run(scenario, definition, lines);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    Duration cpu = Duration.ofNanos(cpuNanos() - cpuBegin);
    if (seeds == 1) {
      new SimulationReport(
              outcome, new SimulationReport.Effort(took, cpu, mostMemory(), heapBytes()))
          .print(out);
      out.println();
    }
    say(outcome, took);
    return outcome;
  }

  private Fleet.Outcome run(Scenario scenario, String definition, Trace lines) throws IOException {
    try (ScratchFolder folder = new ScratchFolder()) {
      Fleet fleet = new Fleet(scenario, definition, folder.path(), lines);
      folder.onInterrupt(fleet::stop);
      try (Progress _ = new Progress(scenario, fleet, err, terminal)) {
        return fleet.run();
      }
    }
  }

  private void say(Fleet.Outcome outcome, Duration took) {
    out.printf(
        Locale.ROOT,
        "%s: %s, %d images equal to their sources, runs %s; %d steps in %.1f s, trace %x%n",
        outcome.scenario(),
        outcome.isGood() ? "good" : outcome.violations().size() + " promises broken",
        outcome.imagesVerified(),
        outcome.tally().byStatus(),
        outcome.steps(),
        took.toMillis() / 1e3,
        outcome.trace().digest());
    if (!outcome.isGood() && seeds > 1) {
      outcome.violations().forEach(violation -> out.println("  " + violation));
    }
    if (!outcome.isGood() && !trace && !minimise) {
      out.println(
          "  everything that happened: ./drover simulate " + outcome.scenario() + " --trace");
      out.println("  a shorter one: ./drover simulate " + outcome.scenario() + " --minimise");
    }
  }

  private void minimise(Fleet.Outcome failed, String definition) {
    out.println("Looking for a shorter scenario that breaks the same promise:");
    Scenario shortest =
        new Minimiser(
                failed.scenario(), failed.violations(), scenario -> broken(scenario, definition))
            .minimise();
    out.println("The shortest found: ./drover simulate " + shortest);
  }

  private List<Violation> broken(Scenario scenario, String definition) {
    try {
      Fleet.Outcome outcome = run(scenario, definition, Trace.off());
      out.println(
          "  " + scenario + ": " + (outcome.isGood() ? "good" : kinds(outcome.violations())));
      return outcome.violations();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String kinds(List<Violation> violations) {
    return violations.stream()
        .map(found -> "promise " + found.promise() + ", " + found.kind())
        .distinct()
        .collect(Collectors.joining("; "));
  }

  private static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }

  private static long heapBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** What Linux says of this process: VmHWM, in KiB. */
  private static long mostMemory() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    }
  }
}
