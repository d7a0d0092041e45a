package dev.drover.local.simulation.site;

import dev.drover.connector.agent.Agent;
import dev.drover.connector.agent.AgentSettings;
import dev.drover.connector.agent.RunObserver;
import dev.drover.connector.agent.TaskOutcome;
import dev.drover.connector.agent.UnhealthyException;
import dev.drover.connector.aws.S3ObjectStore;
import dev.drover.connector.aws.SqsTaskQueue;
import dev.drover.connector.aws.StepFunctionsCallback;
import dev.drover.connector.host.Host;
import dev.drover.connector.index.IndexShelf;
import dev.drover.connector.pipeline.ExtentWorkers;
import dev.drover.connector.pulse.Limits;
import dev.drover.connector.report.HostAddress;
import dev.drover.connector.report.ReportSequence;
import dev.drover.connector.report.Reporter;
import dev.drover.connector.state.DurableFile;
import dev.drover.connector.store.Patience;
import dev.drover.connector.task.HeldCaptures;
import dev.drover.connector.task.RunProgress;
import dev.drover.connector.task.ServerReplication;
import dev.drover.connector.task.TaskJournal;
import dev.drover.local.simulation.fault.FaultKind;
import dev.drover.local.simulation.kernel.SimulatedProcess;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The real agent with its real pipeline, journal and indexes, as a process of the simulation. What
 * it has on its disk outlives it.
 */
public final class SimulatedConnector {
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final String OWNER = "123456789012";
  private static final Duration RESTART = Duration.ofSeconds(10);

  private final Simulation simulation;
  private final Settings settings;
  private final Clients clients;
  private final Hypervisor hypervisor;
  private final Set<FaultKind> faults;
  private final RandomGenerator random;
  private @Nullable SimulatedProcess process;
  private int starts;

  /**
   * What a connector is configured with.
   *
   * @param state its folder
   * @param blockTime how long the hypervisor takes for a block
   * @param inventoryInterval how often it says which servers there are
   * @param statusInterval how often it says that it lives
   */
  public record Settings(
      EnvironmentName environment,
      String name,
      String bucket,
      String queueUrl,
      Path state,
      int slots,
      int parallelExtents,
      Duration blockTime,
      Duration inventoryInterval,
      Duration statusInterval) {
    /** Its id. */
    public ConnectorId id() {
      return ConnectorId.declared(environment, name);
    }
  }

  /** The clients of a process of that name. */
  @FunctionalInterface
  public interface Clients {
    /** Makes them. */
    OfConnector of(String process);
  }

  /** What a connector speaks with. */
  public record OfConnector(
      software.amazon.awssdk.services.s3.S3Client s3,
      software.amazon.awssdk.services.sqs.SqsClient sqs,
      software.amazon.awssdk.services.sfn.SfnClient sfn) {}

  public SimulatedConnector(
      Simulation simulation,
      Settings settings,
      Clients clients,
      Hypervisor hypervisor,
      Set<FaultKind> faults) {
    this.simulation = simulation;
    this.settings = settings;
    this.clients = clients;
    this.hypervisor = hypervisor;
    this.faults = Set.copyOf(faults);
    this.random = simulation.newRandom();
  }

  /** Starts its process, unless it runs. */
  public void start() {
    if (process != null && !process.isKilled()) {
      return;
    }
    starts++;
    String name = settings.name() + "/" + starts;
    simulation.trace().line(name, "starts");
    SimulatedHost host = new SimulatedHost();
    SimulatedProcess started = simulation.start(name, () -> liveAndEnd(name, host));
    host.process = started;
    process = started;
  }

  /** {@code kill -9}. */
  public void crash() {
    if (process != null) {
      simulation.trace().line(process.name(), "dies");
      process.kill();
    }
  }

  /** What it keeps on its disk beyond what it may, in sentences. */
  public List<String> excess() {
    return new KeptFiles(settings.state(), settings.parallelExtents())
        .excess(hypervisor.servers()).stream()
            .map(sentence -> settings.name() + " " + sentence)
            .toList();
  }

  /** Its disk is lost. */
  public void loseState() {
    simulation.trace().line(settings.name(), "loses its state");
    ScratchFolder.delete(settings.state());
  }

  /** A service manager starts it again when it ends as unhealthy; it ends in no other way here. */
  private void liveAndEnd(String name, SimulatedHost host) {
    try {
      live(name, host);
    } catch (UnhealthyException e) {
      simulation.trace().line(name, "ends: " + e.getMessage());
      simulation.after(RESTART, this::start);
      simulation.after(Duration.ZERO, () -> host.kill());
    }
  }

  private void live(String name, Host host) {
    OfConnector aws = clients.of(name);
    InstantSource clock = hypervisor::now;
    try {
      Path runs = Files.createDirectories(settings.state().resolve("runs"));
      Path indexes = Files.createDirectories(settings.state().resolve("index"));
      Path segments = Files.createDirectories(settings.state().resolve("segments"));
      S3ObjectStore store = new S3ObjectStore(aws.s3(), settings.bucket(), OWNER);
      HypervisorSource source =
          new HypervisorSource(
              simulation, hypervisor, settings.id(), faults, random, settings.blockTime());
      Reporter reporter =
          new Reporter(
              settings.environment(),
              settings.id(),
              new ReportSequence(new DurableFile(settings.state().resolve("sequence")), clock),
              clock,
              name,
              store);
      try (ExtentWorkers workers =
          new ExtentWorkers(settings.parallelExtents(), 1, SEGMENT_BYTES, segments, host)) {
        ServerReplication replication =
            new ServerReplication(
                source,
                store,
                new IndexShelf(indexes, store),
                workers,
                reporter,
                Patience.OF_A_RUN,
                this::nanoTime);
        Agent.Services services =
            new Agent.Services(
                new SqsTaskQueue(aws.sqs(), URI.create(settings.queueUrl())),
                new StepFunctionsCallback(aws.sfn()),
                source,
                reporter,
                new Watcher(name),
                clock,
                host);
        HeldCaptures held = new HeldCaptures(settings.state().resolve("held"));
        new Agent(agentSettings(), services, replication, new TaskJournal(runs), held).run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private AgentSettings agentSettings() {
    return new AgentSettings(
        settings.environment(),
        "simulated",
        new HostAddress(null, null),
        settings.slots(),
        settings.inventoryInterval(),
        settings.statusInterval(),
        Duration.ofSeconds(60),
        Limits.DEFAULT,
        settings.parallelExtents() - 1,
        false);
  }

  private long nanoTime() {
    return Duration.between(Instant.EPOCH, simulation.instant()).toNanos();
  }

  private final class SimulatedHost implements Host {
    private @Nullable SimulatedProcess process;

    void kill() {
      if (process != null) {
        process.kill();
      }
    }

    @Override
    public long nanoTime() {
      return SimulatedConnector.this.nanoTime();
    }

    @Override
    public Thread thread(String name, Runnable body) {
      SimulatedProcess mine = process;
      if (mine == null) {
        throw new IllegalStateException("the process has not started");
      }
      return mine.thread(name, body);
    }

    @Override
    public boolean await(CompletableFuture<?> event, Duration atMost) {
      return simulation.await(event, atMost);
    }
  }

  private final class Watcher implements RunObserver {
    private final String name;

    Watcher(String name) {
      this.name = name;
    }

    @Override
    public void started(RunProgress progress) {
      simulation.trace().line(name, "begins with " + progress.server());
    }

    @Override
    public void troubled(String what, String sentence) {
      simulation.trace().line(name, what + ": " + sentence);
    }

    @Override
    public void ended(RunProgress progress, TaskOutcome outcome) {
      simulation.trace().line(name, "has done with " + progress.server() + ": " + outcome);
    }
  }
}
