package dev.drover.local.launcher;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import dev.drover.local.launcher.command.AuditCommand;
import dev.drover.local.launcher.command.DemoCommand;
import dev.drover.local.launcher.command.DownCommand;
import dev.drover.local.launcher.command.ExportCommand;
import dev.drover.local.launcher.command.HistoryCommand;
import dev.drover.local.launcher.command.StatusCommand;
import dev.drover.local.launcher.command.UpCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The part of {@code ./drover} that is Java: everything after the set-up. */
@Command(
    name = "drover",
    description = "Drover's local cloud.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      StatusCommand.class,
      AuditCommand.class,
      HistoryCommand.class,
      DownCommand.class,
      ExportCommand.class,
      DemoCommand.class
    })
public final class LauncherMain implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  /** What fails because a Ctrl-C took its cloud away is no failure to tell of. */
  private static final AtomicBoolean ENDING = new AtomicBoolean();

  private LauncherMain() {}

  /** Runs a command; its exit code is documented in {@code ./drover --help}. */
  public static void main(String[] arguments) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ENDING.set(true), "ending"));
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new LauncherMain());
    commandLine.setExecutionExceptionHandler(LauncherMain::explain);
    commandLine.setParameterExceptionHandler(LauncherMain::explainUsage);
    return commandLine;
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }
  }

  /** A failure we foresaw is a sentence; any other is a defect and shows where. */
  private static int explain(
      Exception exception, CommandLine commandLine, CommandLine.ParseResult parsed) {
    if (ENDING.get()) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    switch (exception) {
      case LocalCloudException e -> commandLine.getErr().println("drover: " + e.getMessage());
      case IOException e -> commandLine.getErr().println(unreadable(e));
      case UncheckedIOException e ->
          commandLine.getErr().println(unreadable(Objects.requireNonNull(e.getCause())));
      default -> exception.printStackTrace(commandLine.getErr());
    }
    commandLine.getErr().flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String unreadable(IOException failure) {
    return "drover: A file cannot be read or written: " + Reason.of(failure) + ".";
  }

  private static int explainUsage(CommandLine.ParameterException exception, String[] arguments) {
    CommandLine commandLine = exception.getCommandLine();
    commandLine
        .getErr()
        .println("drover: " + exception.getMessage() + "; './drover --help' lists the commands.");
    commandLine.getErr().flush();
    return CommandLine.ExitCode.USAGE;
  }
}
