package dev.drover.connector;

import dev.drover.connector.agent.Agent;
import dev.drover.connector.agent.UnhealthyException;
import dev.drover.connector.aws.PlainHttpException;
import dev.drover.connector.config.ConfigFile;
import dev.drover.connector.config.ConnectorConfig;
import dev.drover.connector.state.StateUnusableException;
import dev.drover.connector.words.FileTrouble;
import dev.drover.connector.yaml.InvalidYamlException;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** The connector's command line. Exit codes: 0 done, 1 failed, 2 usage, 75 unhealthy. */
@Command(
    name = "connector",
    description = "Reads servers on premises and sends what changed to Drover's bucket.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = ConnectorMain.Version.class)
public final class ConnectorMain {
  private static final int EXIT_OK = 0;
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  /**
   * A new process is well again: EX_TEMPFAIL of sysexits.h, which says the same. Stable, service
   * managers match it.
   */
  private static final int EXIT_UNHEALTHY = 75;

  /** 128 + SIGINT, as shells have it. */
  private static final int EXIT_SECOND_SIGNAL = 130;

  /** Service managers kill what does not end soon; 10 s is the promise, 1 s is for the JVM. */
  private static final Duration GRACE = Duration.ofSeconds(9);

  private static final String CONFIG = "The connector's configuration file (YAML).";

  /** Called by picocli. */
  public ConnectorMain() {}

  /** Runs a command and ends the process. */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  static int execute(String... args) {
    return new CommandLine(new ConnectorMain())
        .setExecutionExceptionHandler(ConnectorMain::explain)
        .execute(args);
  }

  @Command(
      name = "run",
      description = "Serves replication tasks until it is stopped.",
      mixinStandardHelpOptions = true)
  int run(
      @Option(names = "--config", required = true, paramLabel = "FILE", description = CONFIG)
          Path config,
      @Option(names = "--progress", description = "Show progress, also without a terminal.")
          boolean progress,
      @Option(names = "--verbose", description = "Log more, with stack traces.") boolean verbose,
      @Option(names = "--once", description = "End after the first task, for scripts and tests.")
          boolean once)
      throws IOException {
    boolean terminal = isTerminal();
    RunCommand.Options options =
        new RunCommand.Options(progress || terminal, terminal, verbose, once);
    ConnectorConfig settings = ConfigFile.read(config);
    try (ConnectorWiring wiring = new ConnectorWiring(settings)) {
      int failures =
          new RunCommand(settings, wiring, options)
              .run(System.out, System.err, ConnectorMain::stopOnSignal);
      return once && failures > 0 ? EXIT_FAILED : EXIT_OK;
    }
  }

  @Command(
      name = "check",
      description =
          "Checks the configuration and the state directory, tries every right on AWS, lists the"
              + " servers; changes nothing.",
      mixinStandardHelpOptions = true)
  int check(
      @Option(names = "--config", required = true, paramLabel = "FILE", description = CONFIG)
          Path config,
      @Option(names = "--verbose", description = "Show stack traces.") boolean verbose)
      throws IOException {
    ConnectorConfig settings = ConfigFile.read(config);
    try (ConnectorWiring wiring = new ConnectorWiring(settings)) {
      int problems = new CheckCommand(settings, wiring, System.out).run();
      return problems == 0 ? EXIT_OK : EXIT_FAILED;
    }
  }

  private static void stopOnSignal(Agent agent) {
    TerminationSignals.handle(
        () -> {
          Thread.ofPlatform().daemon().name("grace").start(ConnectorMain::endAfterGrace);
          agent.stop();
        },
        () -> Runtime.getRuntime().halt(EXIT_SECOND_SIGNAL));
  }

  /** What is not finished by then stays in the journal: ending now is what the journal is for. */
  private static void endAfterGrace() {
    long end = System.nanoTime() + GRACE.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    Runtime.getRuntime().halt(EXIT_OK);
  }

  /** JDK 25 gives null again where JDK 22 to 24 did not; Error Prone knows only of those. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    command.getErr().println("connector: " + sentence(failure));
    if (parsed.hasMatchedOption("--verbose")) {
      failure.printStackTrace(command.getErr());
    }
    return switch (failure) {
      case InvalidYamlException _, PlainHttpException _, StateUnusableException _ -> EXIT_USAGE;
      case UnhealthyException _ -> EXIT_UNHEALTHY;
      default -> EXIT_FAILED;
    };
  }

  private static String sentence(Exception failure) {
    return switch (failure) {
      case UncheckedIOException e -> FileTrouble.text(Objects.requireNonNull(e.getCause()));
      case IOException e -> FileTrouble.text(e);
      default -> String.valueOf(failure.getMessage());
    };
  }

  /** The version that the jar states. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"connector " + ConnectorWiring.version()};
    }
  }
}
