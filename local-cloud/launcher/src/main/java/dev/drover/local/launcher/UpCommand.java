package dev.drover.local.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code up}: starts the checkout's cloud; safe to repeat. */
@Command(name = "up", description = "Start the local cloud and return when everything answers.")
final class UpCommand implements Callable<Integer> {
  @Option(
      names = "--servers",
      paramLabel = "DIR",
      description = "Also start a connector over this folder, a sub-folder a server.")
  private @Nullable Path servers;

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final Duration ANSWER_POLL = Duration.ofMillis(500);

  @Override
  public Integer call() {
    Repository repository = LauncherMain.repository();
    Optional<Path> folder = Optional.ofNullable(servers).map(UpCommand::existing);
    LocalCloudSettings settings = settings(repository);
    CloudHome home = new CloudHome(settings.home());
    try (HomeLock _ = HomeLock.take(home)) {
      Optional<CloudState> running = CloudState.read(home).filter(UpCommand::answersInTime);
      LocalCloud cloud =
          running
              .map(state -> alreadyUp(settings, state))
              .orElseGet(() -> startAnew(settings, home));
      // Until the connector is healthy, a Ctrl-C takes down what this command started.
      folder.ifPresent(path -> serve(cloud, home, path));
      writeEnvironment(repository, cloud);
      if (running.isEmpty()) {
        cloud.detach();
      }
      System.out.println("The local cloud is up: source .local/env");
      return 0;
    }
  }

  static LocalCloudSettings settings(Repository repository) {
    return new LocalCloudSettings(
        repository,
        repository.defaultHome(),
        LocalCloudSettings.Lifetime.UNTIL_DOWN,
        new LocalCloudSettings.Stack.Drover(Optional.empty()),
        Map.of(),
        line -> System.out.println("  " + line));
  }

  private static LocalCloud alreadyUp(LocalCloudSettings settings, CloudState state) {
    System.out.println("The local cloud runs already.");
    return LocalCloud.attach(settings, state);
  }

  private static LocalCloud startAnew(LocalCloudSettings settings, CloudHome home) {
    DownCommand.takeDown(home);
    return LocalCloud.start(settings);
  }

  private static void serve(LocalCloud cloud, CloudHome home, Path folder) {
    Optional<String> served = servedFolder(home);
    if (served.filter(folder.toString()::equals).isPresent()) {
      return;
    }
    if (served.isPresent()) {
      throw new LocalCloudException(
          "The connector serves " + served.get() + " already: './drover down' first.");
    }
    RunningConnector connector = cloud.startConnector(ConnectorSettings.over(folder, cloud));
    // The cloud may have run before: then a Ctrl-C ends only what this command added.
    Thread undo = new Thread(connector::kill, "connector-shutdown");
    Runtime.getRuntime().addShutdownHook(undo);
    cloud.awaitHealthy(connector);
    Runtime.getRuntime().removeShutdownHook(undo);
    System.out.println("  the connector " + connector.connectorId() + " serves " + folder);
  }

  /** What the cloud's connector serves, if one runs. */
  private static Optional<String> servedFolder(CloudHome home) {
    return CloudState.read(home)
        .flatMap(
            state -> {
              List<Long> alive =
                  new CloudProcesses(state.cloudId())
                      .find().stream().map(ProcessHandle::pid).toList();
              return state.components().stream()
                  .filter(component -> !component.serves().isEmpty())
                  .filter(component -> alive.contains(component.pid()))
                  .map(CloudState.Component::serves)
                  .findFirst();
            });
  }

  /**
   * A cloud that was up and whose servers still run is given time to answer: it may hold copies
   * that somebody wants, so it is never taken for dead because the machine is busy.
   */
  private static boolean answersInTime(CloudState state) {
    if (!state.ready() || !serversRun(state)) {
      return false;
    }
    long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
    while (!isHealthy(state)) {
      if (System.nanoTime() > deadline) {
        throw new LocalCloudException(
            "The local cloud runs but has not answered for "
                + ANSWER_LIMIT.toSeconds()
                + " s: './drover status' shows it, './drover down' ends it.");
      }
      Pause.interruptibly(ANSWER_POLL);
    }
    return true;
  }

  private static boolean serversRun(CloudState state) {
    return state.components().stream()
        .filter(component -> component.port() != 0)
        .allMatch(component -> ProcessHandle.of(component.pid()).isPresent());
  }

  static boolean isHealthy(CloudState state) {
    return state.ready()
        && serversRun(state)
        && ServerProcesses.answersOk(LocalCloud.healthOfSimulator(state.port(CloudState.SIMULATOR)))
        && ServerProcesses.answersOk(
            LocalCloud.healthOfMiniStack(state.port(CloudState.MINISTACK)));
  }

  private static void writeEnvironment(Repository repository, LocalCloud cloud) {
    String text =
        cloud.environment().entrySet().stream()
            .map(
                variable ->
                    "export " + variable.getKey() + "=" + quoted(variable.getValue()) + "\n")
            .collect(Collectors.joining());
    CloudState.writeAtomically(repository.environmentFile(), text);
  }

  /** For a shell, whatever the checkout's path holds. */
  private static String quoted(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }

  private static Path existing(Path folder) {
    Path absolute = LauncherMain.asCalled(folder);
    if (!Files.isDirectory(absolute)) {
      throw new LocalCloudException(
          absolute + " is no folder; --servers takes one with a sub-folder for each server.");
    }
    return absolute;
  }
}
