package dev.drover.local.launcher.command;

import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.CloudProcesses;
import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.cloud.EnvironmentFile;
import dev.drover.local.launcher.cloud.HomeLock;
import dev.drover.local.launcher.cloud.LocalCloud;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.LocalCloudSettings;
import dev.drover.local.launcher.cloud.Pause;
import dev.drover.local.launcher.cloud.Repository;
import dev.drover.local.launcher.cloud.ServerProcesses;
import dev.drover.local.launcher.cloud.SimulatedVcenter;
import dev.drover.local.launcher.stack.ConnectorSource;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.RefusedServers;
import dev.drover.local.launcher.stack.RunningConnector;
import dev.drover.local.launcher.stack.StackContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code up}: starts the checkout's cloud; safe to repeat. */
@Command(name = "up", description = "Start the local cloud and return when everything answers.")
public final class UpCommand implements Callable<Integer> {
  @Option(
      names = "--servers",
      paramLabel = "DIR",
      description = "Also start a connector over this folder, a sub-folder a server.")
  private @Nullable Path servers;

  @Option(
      names = "--simulated-vcenter",
      paramLabel = "N",
      description = "Also start a simulated vCenter with N running VMs, and a connector on it.")
  private int simulatedVms;

  @Option(
      names = "--guests",
      description =
          "Instances that are launched run their user data on this machine, as you: anything in"
              + " those scripts happens here.")
  private boolean guests;

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final Duration ANSWER_POLL = Duration.ofMillis(500);

  @Override
  public Integer call() {
    Repository repository = Checkout.repository();
    Optional<Path> folder = Optional.ofNullable(servers).map(UpCommand::existing);
    LocalCloudSettings settings = settings(repository);
    CloudHome home = new CloudHome(settings.home());
    try (HomeLock _ = HomeLock.take(home)) {
      // One whose start was cut short holds nothing of anybody's.
      Optional<CloudState> running = CloudState.read(home).filter(CloudState::ready);
      DeployedStack stack =
          running
              .map(state -> alreadyUp(settings, state))
              .orElseGet(() -> startAnew(settings, home));
      // Until the connector is healthy, a Ctrl-C takes down what this command started.
      Optional<SimulatedVcenter> vcenter = vcenter(stack, home);
      folder
          .<ConnectorSource>map(ConnectorSource.Folder::new)
          .or(() -> vcenter.map(ConnectorSource.Vcenter::new))
          .or(() -> abandonedFolder(home).map(ConnectorSource.Folder::new))
          .ifPresent(source -> serve(stack, home, source));
      if (guests) {
        stack.cloud().runGuests();
        System.out.println("  instances run their user data on this machine, as you");
      }
      writeEnvironment(repository, stack, vcenter);
      if (running.isEmpty()) {
        stack.cloud().detach();
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
        line -> System.out.println("  " + line));
  }

  private static DeployedStack alreadyUp(LocalCloudSettings settings, CloudState state) {
    DeployedStack stack = DeployedStack.attach(settings, state);
    stack.cloud().restartEndedServers();
    awaitAnswers(state);
    System.out.println("The local cloud runs already.");
    return stack;
  }

  private static DeployedStack startAnew(LocalCloudSettings settings, CloudHome home) {
    DownCommand.takeDown(home);
    return DeployedStack.start(settings, StackContext.LOCAL);
  }

  /** The cloud's simulated vCenter: the one that is there, else the one that is wished for. */
  private Optional<SimulatedVcenter> vcenter(DeployedStack stack, CloudHome home) {
    Optional<SimulatedVcenter> there =
        CloudState.read(home).flatMap(state -> SimulatedVcenter.of(state, home));
    if (simulatedVms == 0) {
      return there;
    }
    if (there.isPresent()) {
      if (there.get().vms() != simulatedVms) {
        throw new LocalCloudException(
            "The simulated vCenter began with %d VMs: './drover down' first."
                .formatted(there.get().vms()));
      }
      return there;
    }
    served(home).ifPresent(UpCommand::refuseAnother);
    return Optional.of(SimulatedVcenter.start(stack.cloud(), simulatedVms));
  }

  private static void refuseAnother(String served) {
    throw new LocalCloudException(
        "The connector serves " + served + " already: './drover down' first.");
  }

  private static void serve(DeployedStack stack, CloudHome home, ConnectorSource source) {
    Optional<String> served = served(home);
    if (served.filter(source.text()::equals).isPresent()) {
      return;
    }
    served.ifPresent(UpCommand::refuseAnother);
    RunningConnector connector = stack.startConnector(stack.connectorOver(source));
    // The cloud may have run before: then a Ctrl-C ends only what this command added.
    Thread undo = new Thread(connector::kill, "connector-shutdown");
    Runtime.getRuntime().addShutdownHook(undo);
    RefusedServers refused = connector.awaitRefusedServers();
    stack.awaitHealthy(connector);
    Runtime.getRuntime().removeShutdownHook(undo);
    System.out.println("  the connector " + connector.connectorId() + " serves " + source.text());
    refused.lines().forEach(line -> System.out.println("  " + line));
  }

  /** What the cloud's connector serves, if one runs. */
  private static Optional<String> served(CloudHome home) {
    return connector(home, true).map(CloudState.Component::serves);
  }

  /** The folder of the cloud's connector that ended; empty while one runs, or without one. */
  private static Optional<Path> abandonedFolder(CloudHome home) {
    return connector(home, false).map(CloudState.Component::serves).map(UpCommand::existing);
  }

  private static Optional<CloudState.Component> connector(CloudHome home, boolean running) {
    return CloudState.read(home)
        .flatMap(
            state -> {
              CloudProcesses processes = new CloudProcesses(state.cloudId());
              return state.components().stream()
                  .filter(component -> !component.serves().isEmpty())
                  .filter(component -> processes.runs(component.pid()) == running)
                  .findFirst();
            });
  }

  /** It may hold copies that somebody wants: it is never taken for dead, only told of. */
  private static void awaitAnswers(CloudState state) {
    long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
    while (!answers(state)) {
      if (System.nanoTime() > deadline) {
        throw new LocalCloudException(
            "The local cloud runs but has not answered for "
                + ANSWER_LIMIT.toSeconds()
                + " s: './drover status' shows it, './drover down' ends it and removes its copies.");
      }
      Pause.interruptibly(ANSWER_POLL);
    }
  }

  private static boolean answers(CloudState state) {
    return LocalCloud.SERVERS.stream()
        .allMatch(server -> ServerProcesses.answersOk(server.health(state.port(server.name()))));
  }

  private static void writeEnvironment(
      Repository repository, DeployedStack stack, Optional<SimulatedVcenter> vcenter) {
    Map<String, String> variables = new TreeMap<>(stack.environment());
    vcenter.map(SimulatedVcenter::environment).ifPresent(variables::putAll);
    CloudState.writeAtomically(
        repository.environmentFile(), EnvironmentFile.text(repository, variables));
  }

  private static Path existing(String folder) {
    return existing(Path.of(folder));
  }

  private static Path existing(Path folder) {
    if (folder.toString().isEmpty()) {
      throw new LocalCloudException(
          "--servers is empty; it takes a folder with a sub-folder for each server.");
    }
    Path absolute = Checkout.asCalled(folder);
    if (!Files.isDirectory(absolute)) {
      throw new LocalCloudException(
          absolute + " is no folder; --servers takes one with a sub-folder for each server.");
    }
    return absolute;
  }
}
