package dev.drover.local.simulation.fleet;

import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunExecution;
import dev.drover.local.simulation.asl.StatusChange;
import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.fault.FaultKind;
import dev.drover.local.simulation.fault.Link;
import dev.drover.local.simulation.kernel.PatternDigests;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.local.simulation.site.Hypervisor;
import dev.drover.local.simulation.site.SimulatedConnector;
import dev.drover.local.simulation.site.SimulatedDisk;
import dev.drover.local.simulation.site.SimulatedServer;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.message.MessageJson;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A scenario on its way: sites with servers and connectors, an account, a customer, the oracle. */
public final class Fleet {
  /** When every simulation begins. */
  public static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

  private static final Duration LOOK_EVERY = Duration.ofHours(6);
  private static final Duration LOOK_SELDOM = Duration.ofHours(24);
  private static final int SERVERS_PER_SITE = 500;
  private static final int MAX_SMALL_SITES = 2;

  private final Scenario scenario;
  private final Simulation simulation;
  private final RandomGenerator random;
  private final Account account;
  private final Customer customer;
  private final List<Hypervisor> sites = new ArrayList<>();
  private final List<SimulatedConnector> connectors = new ArrayList<>();
  private final Oracle oracle;
  private final Books books;
  private final Tally tally = new Tally();
  private final List<Long> storedBlocks = new ArrayList<>();

  /**
   * Sets the scenario up.
   *
   * @param machine replicate-run
   * @param folder for what connectors keep; a file system in memory makes it fast
   */
  public Fleet(Scenario scenario, String machine, Path folder, Trace trace) {
    PatternDigests.install();
    this.scenario = scenario;
    this.simulation = new Simulation(scenario.seed(), START, trace);
    this.random = simulation.newRandom();
    this.account =
        new Account(
            simulation,
            scenario.faults(),
            machine,
            scenario.scale(),
            scenario.haste().severity(),
            this::changed);
    settle(folder);
    this.customer = new Customer(simulation, account, scenario);
    this.oracle = new Oracle(simulation, account, sites);
    this.books = new Books(scenario, simulation, account, oracle::violatedOnce);
  }

  private void settle(Path folder) {
    int left = scenario.servers();
    int siteCount =
        Math.max(left / SERVERS_PER_SITE, 1 + random.nextInt(Math.min(MAX_SMALL_SITES, left)));
    for (int site = 0; site < siteCount; site++) {
      int servers = left / (siteCount - site);
      left -= servers;
      settle(folder, "site" + site, servers);
    }
  }

  private void settle(Path folder, String name, int servers) {
    EnvironmentName environment = new EnvironmentName(name);
    account.declare(environment);
    Hypervisor hypervisor = new Hypervisor(simulation, scenario.faults(), skew());
    for (int i = 0; i < servers; i++) {
      hypervisor.add(server(name + "-vm" + i));
    }
    sites.add(hypervisor);
    Link link = Link.of(simulation, scenario.faults(), servers);
    int perConnector = scenario.isLong() ? 250 : 100;
    int count = Math.max(1 + random.nextInt(2), servers / perConnector);
    for (int i = 0; i < count; i++) {
      SimulatedConnector connector =
          connector(folder, environment, name + "-c" + i, hypervisor, link);
      connectors.add(connector);
      simulation.after(Duration.ofSeconds(random.nextInt(60)), connector::start);
      if (scenario.faults().contains(FaultKind.CONNECTORS)) {
        crashSometime(connector);
      }
    }
  }

  private Duration skew() {
    return scenario.faults().contains(FaultKind.CLOCKS)
        ? Duration.ofSeconds(random.nextInt(-600, 600))
        : Duration.ZERO;
  }

  private SimulatedServer server(String vmId) {
    List<SimulatedDisk> disks = new ArrayList<>();
    int count = 1 + random.nextInt(scenario.isLong() ? 2 : 3);
    for (int i = 0; i < count; i++) {
      boolean large = random.nextInt(scenario.isLong() ? 32 : 8) == 0;
      long blocks = large ? random.nextInt(130, 300) : random.nextInt(4, 40);
      long odd = random.nextInt(4) == 0 ? 512L * random.nextInt(1, 1000) : 0;
      disks.add(
          new SimulatedDisk(vmId, "disk" + i, blocks * DiskGeometry.BLOCK_BYTES - odd, random));
    }
    return new SimulatedServer(vmId, disks);
  }

  private SimulatedConnector connector(
      Path folder, EnvironmentName environment, String name, Hypervisor hypervisor, Link link) {
    ConnectorId id = ConnectorId.declared(environment, name);
    SimulatedConnector.Settings settings =
        new SimulatedConnector.Settings(
            environment,
            name,
            Account.BUCKET,
            account.declare(id),
            folder.resolve(name),
            4,
            2,
            Duration.ofMillis(2L * scenario.scale()),
            scenario.isLong() ? Duration.ofHours(4) : Duration.ofMinutes(5),
            scenario.isLong() ? Duration.ofMinutes(2) : Duration.ofSeconds(30));
    return new SimulatedConnector(
        simulation,
        settings,
        process -> account.clientsOf(process, link),
        hypervisor,
        scenario.faults());
  }

  /** A connector dies about once in two days; somebody starts it again, sometimes on a new disk. */
  private void crashSometime(SimulatedConnector connector) {
    simulation.after(
        Duration.ofMinutes(random.nextLong(10, 4 * 24 * 60)),
        () -> {
          connector.crash();
          if (random.nextInt(4) == 0) {
            connector.loseState();
          }
          simulation.after(
              Duration.ofSeconds(random.nextLong(5, 3_600)),
              () -> {
                connector.start();
                crashSometime(connector);
              });
        });
  }

  /** In haste, a run meets a connector that dies, which in life is rare. */
  private void crashInTheMidst() {
    boolean dies =
        scenario.faults().contains(FaultKind.CONNECTORS)
            && scenario.haste().severity() > 1
            && random.nextBoolean();
    if (dies) {
      SimulatedConnector connector = connectors.get(random.nextInt(connectors.size()));
      simulation.after(
          Duration.ofMillis(random.nextInt(2_000, 15_000)),
          () -> {
            connector.crash();
            simulation.after(Duration.ofSeconds(random.nextInt(5, 60)), connector::start);
          });
    }
  }

  private void changed(StatusChange change) {
    if (change.execution().ended() == null) {
      stopSometime(change.execution().name());
      crashInTheMidst();
      return;
    }
    RunExecution execution =
        MessageJson.read("an execution's input", change.input(), RunExecution.class);
    Run run = account.stateForOracle().runs().find(execution.run()).orElseThrow();
    tally.ended(change, run, uploadBegun(run));
    oracle.executionEnded(run);
    books.executionEnded(run, change);
  }

  /** The opening of the generation that the run's disks are of starts their snapshots. */
  private @Nullable Instant uploadBegun(Run run) {
    return account.stateForOracle().disks().list(run.id()).stream()
        .flatMap(disk -> account.ebs().startOf(disk.snapshotId()).stream())
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  private void stopSometime(String execution) {
    int oneIn = Math.max(2, 30 / scenario.haste().severity());
    if (scenario.faults().contains(FaultKind.ABORTS) && random.nextInt(oneIn) == 0) {
      simulation.after(
          Duration.ofSeconds(random.nextInt(1, 600)),
          () -> {
            if (account.isRunning(execution)) {
              account.abort(execution);
            }
          });
    }
  }

  private void lookAgain() {
    oracle.look();
    lookAtDisks();
    storedBlocks.add(account.ebs().storedBlocks());
    simulation.after(lookEvery(), this::lookAgain);
  }

  /** Promise 11, at the customer's site. */
  private void lookAtDisks() {
    connectors.stream()
        .flatMap(connector -> connector.excess().stream())
        .forEach(sentence -> oracle.violatedOnce(11, "connector-keeps-too-much", sentence));
  }

  /** From any thread: ends {@link #run} soon; what it returns is of no use then. */
  public void stop() {
    simulation.stop();
  }

  /** From any thread: about how much virtual time has passed. */
  public Duration passed() {
    return Duration.between(START, simulation.instant());
  }

  /** From any thread: about how many steps were done. */
  public long steps() {
    return simulation.steps();
  }

  private Duration lookEvery() {
    return scenario.isLong() ? LOOK_SELDOM : LOOK_EVERY;
  }

  /** The partitions of the table that each function has written. */
  Map<String, Set<String>> tableWrites() {
    return account.tableWrites();
  }

  /** After that time the clocks of all sites are set; negative: back. */
  void moveClocks(Duration after, Duration by) {
    simulation.after(after, () -> sites.forEach(site -> site.moveClock(by)));
  }

  /** After that time the customer deletes every job. */
  void deleteJobs(Duration after) {
    simulation.after(after, customer::deleteJobs);
  }

  /** After that time somebody looks at the snapshots that stand on VMs. */
  void lookAtSites(Duration after, Consumer<List<Hypervisor.Standing>> look) {
    simulation.after(
        after, () -> look.accept(sites.stream().flatMap(it -> it.standing().stream()).toList()));
  }

  /** Runs the scenario to its end. */
  public Outcome run() {
    customer.begin();
    books.begin();
    simulation.after(lookEvery(), this::lookAgain);
    simulation.runUntil(START.plus(scenario.duration()));
    oracle.lookAtTheEnd();
    lookAtDisks();
    books.lookAtTheEnd();
    return new Outcome(
        scenario,
        oracle.violations(),
        oracle.imagesVerified(),
        tally,
        account,
        storedBlocks.stream().mapToLong(Long::longValue).average().orElse(0),
        simulation.steps(),
        simulation.trace());
  }

  /**
   * What came of a scenario.
   *
   * @param storedBlocks that all snapshots held together, on average
   */
  public record Outcome(
      Scenario scenario,
      List<Violation> violations,
      long imagesVerified,
      Tally tally,
      Account account,
      double storedBlocks,
      long steps,
      Trace trace) {
    /** Whether every promise was kept. */
    public boolean isGood() {
      return violations.isEmpty();
    }
  }
}
