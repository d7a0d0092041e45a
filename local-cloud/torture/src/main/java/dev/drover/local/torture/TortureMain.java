package dev.drover.local.torture;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.LocalCloudSettings;
import dev.drover.local.launcher.cloud.Repository;
import dev.drover.local.torture.fault.FaultKind;
import dev.drover.local.torture.fault.Faults;
import dev.drover.local.torture.oracle.Violation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code ./drover torture}. */
@Command(
    name = "./drover torture",
    description =
        "Tortures Drover on a local cloud of its own, with real processes, and holds its promises"
            + " against what it knows. The seed decides which faults come when, and not what"
            + " processes do meanwhile.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class TortureMain implements Callable<Integer> {
  private static final int MAX_MINUTES = 600;
  private static final AtomicBoolean ENDING = new AtomicBoolean();

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "for which faults come, 1 to 600 (${DEFAULT-VALUE})")
  private int minutes = 10;

  @Option(names = "--seed", paramLabel = "N", description = "the seed (${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(
      names = "--faults",
      paramLabel = "LIST",
      description = "all, or names with commas; docs/reliability.md lists them (${DEFAULT-VALUE})")
  private String faults = "all";

  private final CommandLine commandLine;

  private TortureMain() {
    this.commandLine = new CommandLine(this);
  }

  /** Started by {@code drover}. */
  public static void main(String[] arguments) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ENDING.set(true), "ending"));
    TortureMain main = new TortureMain();
    main.commandLine.setExecutionExceptionHandler(TortureMain::explain);
    main.commandLine.setParameterExceptionHandler(
        (wrong, _) -> {
          System.err.println(
              "drover: " + wrong.getMessage() + "; './drover --help' lists the options.");
          return CommandLine.ExitCode.USAGE;
        });
    System.exit(main.commandLine.execute(arguments));
  }

  @Override
  public Integer call() {
    Set<FaultKind> kinds = checked();
    Repository repository = Repository.containing(Path.of(""));
    Path keptLogs = repository.local().resolve("logs/torture");
    LocalCloudSettings cloud =
        new LocalCloudSettings(
            repository,
            repository.local().resolve("torture-" + ProcessHandle.current().pid()),
            LocalCloudSettings.Lifetime.THIS_PROCESS,
            line -> System.out.println("  " + line));
    System.out.printf("  seed %d, %d min, %d kinds of fault%n", seed, minutes, kinds.size());
    Torture.Outcome outcome =
        new Torture(
                new Torture.Settings(cloud, seed, Duration.ofMinutes(minutes), kinds, keptLogs),
                System.out::println)
            .run();
    System.out.println();
    RecoveryTable.lines(outcome.faults()).forEach(System.out::println);
    System.out.println();
    for (Violation violation : outcome.violations()) {
      System.out.printf(
          "VIOLATION %s at %s, seed %d, faults then or before %s: %s%n",
          violation.kind(), violation.time(), seed, violation.faults(), violation.sentence());
      violation.log().forEach(line -> System.out.println("    " + line));
    }
    if (outcome.violations().isEmpty()) {
      System.out.printf(
          "PASS: %d runs, %d AMIs equal to their captures byte for byte, %d of them VM Import's, nothing left.%n",
          outcome.runs().size(), outcome.images(), outcome.imports());
      return 0;
    }
    System.out.printf("FAIL: see above; the logs are in %s%n", keptLogs);
    return 1;
  }

  private Set<FaultKind> checked() {
    if (minutes < 1 || minutes > MAX_MINUTES) {
      throw new ParameterException(commandLine, "--minutes takes 1 to " + MAX_MINUTES);
    }
    try {
      Set<FaultKind> kinds = EnumSet.copyOf(FaultKind.parse(faults));
      kinds.removeIf(
          kind ->
              Faults.missing(kind)
                  .map(
                      reason -> {
                        System.out.println("  " + kind + " is left out: " + reason);
                        return true;
                      })
                  .orElse(false));
      if (kinds.isEmpty()) {
        throw new ParameterException(commandLine, "--faults has none that this machine can do");
      }
      return kinds;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(commandLine, String.valueOf(e.getMessage()), e);
    }
  }

  private static int explain(
      Exception exception, CommandLine commandLine, CommandLine.ParseResult parsed) {
    if (ENDING.get()) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    if (exception instanceof LocalCloudException) {
      commandLine.getErr().println("drover: " + exception.getMessage());
    } else {
      exception.printStackTrace(commandLine.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
