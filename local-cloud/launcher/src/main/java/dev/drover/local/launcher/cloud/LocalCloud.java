package dev.drover.local.launcher.cloud;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A cloud on this machine: a list of servers.
 *
 * <p>Everything it starts carries its id in the environment and writes only below its home, so that
 * {@link #close} leaves no process and no temporary folder, also after a Ctrl-C in the middle of
 * {@link #start}.
 */
public final class LocalCloud implements AutoCloseable {
  /**
   * Started from the top down. One more server is one more class and one more line; the one that
   * serves whatever has no server of its own stands last.
   */
  public static final List<CloudServer> SERVERS = List.of(new AwsSimulator(), new MiniStack());

  private static final Duration SERVER_START_LIMIT = Duration.ofSeconds(60);

  /**
   * Another process may take a chosen port first; thrice in a row means something else is wrong.
   */
  private static final int MAX_START_ATTEMPTS = 3;

  private static final int CLOUD_ID_BYTES = 8;

  private final LocalCloudSettings settings;
  private final ServerList servers;
  private final CloudHome home;
  private final String cloudId;
  private final EnvironmentList list;
  private final ServerProcesses starter;
  private final CloudProcesses processes;
  private final Thread shutdownHook = new Thread(this::close, "local-cloud-shutdown");
  private final List<CloudState.Component> components = new ArrayList<>();
  private final Map<String, String> outputs = new TreeMap<>();
  private long startedAtMillis;
  private boolean ready;
  private boolean closed;

  private LocalCloud(LocalCloudSettings settings, List<CloudServer> servers, String cloudId) {
    this.settings = settings;
    this.servers = new ServerList(servers);
    this.home = new CloudHome(settings.home());
    this.cloudId = cloudId;
    this.list = EnvironmentList.ofProcesses(settings.repository());
    this.starter = new ServerProcesses(home);
    this.processes = new CloudProcesses(cloudId);
  }

  /**
   * Starts the servers of every local cloud and returns when they answer.
   *
   * @throws LocalCloudException if something is missing or fails; nothing is left running then
   */
  public static LocalCloud start(LocalCloudSettings settings) {
    return start(settings, SERVERS);
  }

  /** The same with other servers. */
  public static LocalCloud start(LocalCloudSettings settings, List<CloudServer> servers) {
    byte[] id = new byte[CLOUD_ID_BYTES];
    new SecureRandom().nextBytes(id);
    LocalCloud cloud = new LocalCloud(settings, servers, HexFormat.of().formatHex(id));
    Runtime.getRuntime().addShutdownHook(cloud.shutdownHook);
    try {
      cloud.startServers();
      return cloud;
    } catch (RuntimeException e) {
      cloud.close();
      throw e;
    }
  }

  /** The cloud that another process left running, from its state; closing it ends it. */
  public static LocalCloud attach(LocalCloudSettings settings, CloudState state) {
    LocalCloud cloud = new LocalCloud(settings, SERVERS, state.cloudId());
    cloud.components.addAll(state.components());
    cloud.outputs.putAll(state.outputs());
    cloud.startedAtMillis = state.startedAtMillis();
    cloud.ready = state.ready();
    cloud.servers.takePorts(state::port);
    return cloud;
  }

  /**
   * Starts again, each on its port, the servers that have ended and keep their state on disk.
   *
   * @throws LocalCloudException if one ended whose state was in memory; nothing is removed
   */
  public void restartEndedServers() {
    List<CloudState.Component> ended =
        components.stream().filter(component -> !processes.runs(component.pid())).toList();
    List<CloudState.Component> lost = new ArrayList<>();
    for (CloudState.Component component : ended) {
      Optional<CloudServer> server = server(component.name());
      if (server.filter(CloudServer::keepsItsState).isPresent()) {
        long begin = System.nanoTime();
        startServer(server.get());
        tell(server.get().title() + " had ended and runs again", begin);
      } else if (server.isPresent()) {
        lost.add(component);
      }
    }
    if (!lost.isEmpty()) {
      throw new LocalCloudException(lossOf(lost.getFirst(), home));
    }
  }

  /** The server of that name; empty for what runs beside the servers, such as a connector. */
  public static Optional<CloudServer> server(String name) {
    return SERVERS.stream().filter(server -> server.name().equals(name)).findFirst();
  }

  /** What it means that a server ended whose state was in memory, and what is left to do. */
  public static String lossOf(CloudState.Component component, CloudHome home) {
    return ("%s (process %d) has ended, and with it the catalog, jobs and runs, which it kept in"
            + " memory; its log is %s. The snapshots are still on disk: 'aws ec2"
            + " describe-images --owners self' names them, './drover export' writes them."
            + " './drover down' removes everything, then './drover up' starts anew.")
        .formatted(component.name(), component.pid(), home.log(component.name()));
  }

  public LocalCloudSettings settings() {
    return settings;
  }

  /** Where every service but EBS and EC2 answers. */
  public String endpointUrl() {
    return endpoint(CloudEnvironment.ENDPOINT);
  }

  /** Where the simulator answers: EBS direct APIs and EC2. */
  public String ebsUrl() {
    return endpoint(CloudEnvironment.EBS_ENDPOINT);
  }

  /** The outputs of the stack that was deployed; empty before. */
  public Map<String, String> outputs() {
    return Map.copyOf(outputs);
  }

  /** What a client needs in its environment: endpoints, credentials, region, API and bucket. */
  public Map<String, String> environment() {
    return CloudEnvironment.ofClients(servers.endpoints(), outputs);
  }

  /** What a process of the cloud is told. */
  public Surroundings surroundings() {
    return new Surroundings(settings, home, starter, servers.ports(), processEnvironment());
  }

  /** A process that belongs to the cloud: it ends with it, and its temporary files go with it. */
  public ProcessBuilder processBuilder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(processEnvironment());
    return builder;
  }

  /** Starts such a process; the one way that cannot race with the cloud's end. */
  public Process spawn(ProcessBuilder builder) {
    return starter.spawn(builder.command().getFirst(), builder);
  }

  /** What was deployed answers: from now on the next command finds a cloud that is up. */
  public void ready(Map<String, String> stackOutputs) {
    outputs.putAll(stackOutputs);
    ready = true;
    writeState();
  }

  /** Notes a process that runs beside the servers, in place of an earlier one of its name. */
  public void add(CloudState.Component component) {
    ready = true;
    note(component);
  }

  /**
   * For who writes below the home for long: returns while the cloud lasts. Once it is being taken
   * down this waits for its end, so that nothing is written behind the back of who removes it.
   *
   * @throws LocalCloudException when the cloud has ended
   */
  public void requireOpen() {
    if (isClosed()) {
      throw new LocalCloudException("The cloud was taken down.");
    }
  }

  /** The folder that everything of this cloud is under; logs are in {@code logs/}. */
  public Path home() {
    return home.root();
  }

  /**
   * The log of a component: {@code ministack}, {@code simulator}, {@code cdk}, {@code connector-…}.
   */
  public Path log(String component) {
    return home.log(component);
  }

  /**
   * Writes a snapshot as the raw disk that a volume made from it would be; replaces the file.
   *
   * @throws LocalCloudException if the simulator does not know the snapshot
   */
  public void exportSnapshot(String snapshotId, Path file) {
    SnapshotExport export = new SnapshotExport(URI.create(ebsUrl()), progress -> {});
    export.write(snapshotId, file, true);
  }

  /** Copies the logs of every component to another folder, which outlives the cloud. */
  public void keepLogs(Path folder) {
    home.copyLogs(folder);
  }

  /** Tells who started the cloud of one thing done. */
  public void tell(String what, long beginNanos) {
    double seconds = (System.nanoTime() - beginNanos) / 1e9;
    settings.progress().accept(String.format("%-58s %6.1f s", what, seconds));
  }

  /**
   * Lets instances that are launched from now on run their user data: as processes of this machine,
   * of the user that started the cloud.
   */
  public void runGuests() {
    Map<String, String> clients = environment();
    GuestSettings.send(
        URI.create(ebsUrl()),
        endpointUrl(),
        Optional.ofNullable(clients.get(CloudEnvironment.API_URL)).orElse(endpointUrl()));
  }

  /** Leaves the cloud running when this process ends; only for one that ends by {@code down}. */
  public void detach() {
    Runtime.getRuntime().removeShutdownHook(shutdownHook);
  }

  /**
   * Ends every process of the cloud and removes what it wrote, but for the logs of a lasting one.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    starter.refuseNew();
    stopServers();
    switch (settings.lifetime()) {
      case THIS_PROCESS -> home.removeAll();
      case THIS_PROCESS_BUT_LOGS, UNTIL_DOWN -> home.removeAllButLogs();
    }
  }

  private void startServers() {
    long begin = System.nanoTime();
    startedAtMillis = Instant.now().toEpochMilli();
    home.create();
    for (int attempt = 1; ; attempt++) {
      servers.choosePorts();
      try {
        servers.forEach(this::startServer);
        break;
      } catch (LocalCloudException e) {
        if (attempt == MAX_START_ATTEMPTS || servers.portsAreFree() || isClosed()) {
          throw e;
        }
        stopServers();
        components.clear();
      }
    }
    tell(servers.titles() + " answer", begin);
  }

  private void startServer(CloudServer server) {
    Surroundings surroundings = surroundings();
    int port = surroundings.port(server.name());
    StartedServer running = server.start(surroundings);
    servers.add(running);
    note(new CloudState.Component(server.name(), running.pid(), port, ""));
    starter.awaitReady(
        server.name(),
        running,
        SERVER_START_LIMIT,
        () -> ServerProcesses.answersOk(server.health(port)));
  }

  private void stopServers() {
    try {
      servers.stop();
    } finally {
      processes.stop();
    }
  }

  private String endpoint(String variable) {
    String url = servers.endpoints().get(variable);
    if (url == null) {
      throw new LocalCloudException("No server of this cloud is what " + variable + " names.");
    }
    return url;
  }

  private Map<String, String> processEnvironment() {
    Map<String, String> inherited = new TreeMap<>(System.getenv());
    if (settings.lifetime() == LocalCloudSettings.Lifetime.UNTIL_DOWN) {
      // The script ends what carries this when it ends; a lasting cloud must outlive the script.
      inherited.remove("DROVER_SESSION");
    }
    return CloudEnvironment.ofProcess(list, inherited, environment(), home, cloudId);
  }

  private void note(CloudState.Component component) {
    int place =
        components.stream().map(CloudState.Component::name).toList().indexOf(component.name());
    if (place < 0) {
      components.add(component);
    } else {
      components.set(place, component);
    }
    writeState();
  }

  private void writeState() {
    new CloudState(cloudId, startedAtMillis, ready, components, outputs).write(home);
  }

  private synchronized boolean isClosed() {
    return closed;
  }
}
