package dev.drover.local.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.sms.SmsClient;

/**
 * A cloud on this machine: MiniStack, the EBS and EC2 simulator, and a stack deployed to them.
 *
 * <p>Everything it starts carries its id in the environment and writes only below its home, so that
 * {@link #close} leaves no process and no temporary folder, also after a Ctrl-C in the middle of
 * {@link #start}.
 */
public final class LocalCloud implements AutoCloseable {
  private static final Duration SERVER_START_LIMIT = Duration.ofSeconds(60);

  /**
   * Another process may take a chosen port first; thrice in a row means something else is wrong.
   */
  private static final int MAX_START_ATTEMPTS = 3;

  private static final String SIMULATOR_MAIN = "dev.drover.local.simulator.ebs.SimulatorMain";
  private static final String EXTENSION = "ministack_drover.py";
  private static final int CLOUD_ID_BYTES = 8;

  private final LocalCloudSettings settings;
  private final CloudHome home;
  private final String cloudId;
  private final ServerProcesses servers;
  private final CloudProcesses processes;
  private final Thread shutdownHook = new Thread(this::close, "local-cloud-shutdown");
  private final List<CloudState.Component> components = new ArrayList<>();
  private final Map<String, String> outputs = new TreeMap<>();
  private long startedAtMillis;
  private int ministackPort;
  private int simulatorPort;
  private boolean closed;

  private LocalCloud(LocalCloudSettings settings, String cloudId) {
    this.settings = settings;
    this.home = new CloudHome(settings.home());
    this.cloudId = cloudId;
    this.servers = new ServerProcesses(home);
    this.processes = new CloudProcesses(cloudId);
  }

  /**
   * Starts a cloud and returns when everything answers.
   *
   * @throws LocalCloudException if something is missing or fails; nothing is left running then
   */
  public static LocalCloud start(LocalCloudSettings settings) {
    byte[] id = new byte[CLOUD_ID_BYTES];
    new SecureRandom().nextBytes(id);
    LocalCloud cloud = new LocalCloud(settings, HexFormat.of().formatHex(id));
    Runtime.getRuntime().addShutdownHook(cloud.shutdownHook);
    try {
      cloud.startEverything();
      return cloud;
    } catch (RuntimeException e) {
      cloud.close();
      throw e;
    }
  }

  /** The cloud that another process left running, from its state; closing it ends it. */
  static LocalCloud attach(LocalCloudSettings settings, CloudState state) {
    LocalCloud cloud = new LocalCloud(settings, state.cloudId());
    cloud.components.addAll(state.components());
    cloud.outputs.putAll(state.outputs());
    cloud.startedAtMillis = state.startedAtMillis();
    cloud.ministackPort = state.port(CloudState.MINISTACK);
    cloud.simulatorPort = state.port(CloudState.SIMULATOR);
    return cloud;
  }

  /** Where MiniStack answers; every service but EBS and EC2. */
  public String endpointUrl() {
    return "http://127.0.0.1:" + ministackPort;
  }

  /** Where the simulator answers: EBS direct APIs and EC2. */
  public String ebsUrl() {
    return "http://127.0.0.1:" + simulatorPort;
  }

  /** The API of the deployed stack, as clients of this machine reach it. */
  public URI apiUrl() {
    return URI.create(CloudEnvironment.localApiUrl(endpointUrl(), output("ApiUrl")));
  }

  /** The outputs of the deployed stack. */
  public Map<String, String> outputs() {
    return Map.copyOf(outputs);
  }

  /** One output of the deployed stack. */
  public String output(String name) {
    String value = outputs.get(name);
    if (value == null) {
      throw new LocalCloudException(
          "The stack has no output " + name + "; it has " + outputs.keySet() + ".");
    }
    return value;
  }

  /**
   * What a client needs in its environment: endpoints, credentials, region, API and bucket; and the
   * model with which {@code aws sms} signs for API Gateway.
   */
  public Map<String, String> environment() {
    Map<String, String> variables = CloudEnvironment.ofClients(endpointUrl(), ebsUrl(), outputs);
    if (outputs.containsKey("ApiUrl")) {
      variables.put("AWS_ENDPOINT_URL_SMS", apiUrl().toString());
      variables.put("AWS_DATA_PATH", settings.repository().smsModel().toString());
    }
    return variables;
  }

  /** A process that belongs to the cloud: it ends with it, and its temporary files go with it. */
  public ProcessBuilder processBuilder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(processEnvironment());
    return builder;
  }

  /** Starts such a process; the one way that cannot race with the cloud's end. */
  Process spawn(ProcessBuilder builder) {
    return servers.spawn(builder.command().getFirst(), builder);
  }

  /**
   * For who writes below the home for long: returns while the cloud lasts. Once it is being taken
   * down this waits for its end, so that nothing is written behind the back of who removes it.
   *
   * @throws LocalCloudException when the cloud has ended
   */
  void requireOpen() {
    if (isClosed()) {
      throw new LocalCloudException("The cloud was taken down.");
    }
  }

  /** The real SMS client against {@link #apiUrl}; the caller closes it. */
  public SmsClient smsClient() {
    return SmsClients.create(apiUrl());
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

  /** Starts one of the stack's connectors as a process; does not wait for it to be healthy. */
  public RunningConnector startConnector(ConnectorSettings connector) {
    String component = "connector-" + connector.name();
    ConnectorConfig config =
        ConnectorConfig.of(connector, output(ConnectorConfig.outputName(connector.name())));
    Path file = home.run().resolve(component + ".yaml");
    CloudState.writeAtomically(file, config.yaml());
    List<String> command =
        new ArrayList<>(
            List.of(
                java(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(component, settings.repository().connectorClassPath()),
                "dev.drover.connector.ConnectorMain",
                "run",
                "--config",
                file.toString()));
    if (connector.progressToTerminal()) {
      command.add("--progress");
    }
    Map<String, String> variables = processEnvironment();
    variables.putAll(connector.environment());
    Process process =
        connector.progressToTerminal()
            ? servers.startOnTerminal(component, command, variables)
            : servers.start(component, command, variables);
    components.removeIf(known -> known.name().equals(component));
    components.add(
        new CloudState.Component(
            component, process.pid(), 0, connector.serversDirectory().toString()));
    writeState(true);
    return new RunningConnector(config.connectorId(), process, file, home.log(component));
  }

  /** Waits until the API calls a connector healthy. */
  public void awaitHealthy(RunningConnector connector) {
    StackApi.awaitHealthy(apiUrl(), connector);
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
  void keepLogs(Path folder) {
    home.copyLogs(folder);
  }

  /** Leaves the cloud running when this process ends; only for one that ends by {@code down}. */
  void detach() {
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
    servers.refuseNew();
    processes.stop();
    switch (settings.lifetime()) {
      case THIS_PROCESS -> home.removeAll();
      case THIS_PROCESS_BUT_LOGS, UNTIL_DOWN -> home.removeAllButLogs();
    }
  }

  private void startEverything() {
    long begin = System.nanoTime();
    startedAtMillis = Instant.now().toEpochMilli();
    home.create();
    startServers();
    tell("MiniStack and the EBS simulator answer", begin);
    Map<String, String> stackOutputs =
        switch (settings.stack()) {
          case LocalCloudSettings.Stack.None _ -> Map.<String, String>of();
          case LocalCloudSettings.Stack.Synthesized synthesized -> deploy(synthesized.assembly());
          case LocalCloudSettings.Stack.Drover drover -> deploy(synthesize(drover));
        };
    outputs.putAll(stackOutputs);
    if (settings.stack() instanceof LocalCloudSettings.Stack.Drover) {
      awaitApi();
    }
    writeState(true);
  }

  private void startServers() {
    FreePorts freePorts = new FreePorts(new SecureRandom());
    for (int attempt = 1; ; attempt++) {
      List<Integer> ports = freePorts.choose(2);
      ministackPort = ports.get(0);
      simulatorPort = ports.get(1);
      try {
        startSimulator();
        startMiniStack();
        return;
      } catch (LocalCloudException e) {
        boolean portsWereTaken =
            !FreePorts.isFree(ministackPort) || !FreePorts.isFree(simulatorPort);
        if (attempt == MAX_START_ATTEMPTS || !portsWereTaken || isClosed()) {
          throw e;
        }
        processes.stop();
        components.clear();
      }
    }
  }

  private void startSimulator() {
    Process process =
        servers.start(
            CloudState.SIMULATOR,
            List.of(
                java(),
                "-cp",
                classPath(CloudState.SIMULATOR, System.getProperty("java.class.path")),
                SIMULATOR_MAIN,
                "--port",
                Integer.toString(simulatorPort),
                "--data",
                home.data().resolve("ebs").toString(),
                "--forward",
                endpointUrl(),
                "--account",
                CloudEnvironment.ACCOUNT),
            processEnvironment());
    components.add(
        new CloudState.Component(CloudState.SIMULATOR, process.pid(), simulatorPort, ""));
    writeState(false);
    servers.awaitReady(
        CloudState.SIMULATOR,
        process,
        SERVER_START_LIMIT,
        () -> ServerProcesses.answersOk(healthOfSimulator(simulatorPort)));
  }

  private void startMiniStack() {
    Path script = home.run().resolve(EXTENSION);
    copyResource(EXTENSION, script);
    Process process =
        servers.start(
            CloudState.MINISTACK,
            List.of(settings.repository().cloudPython().toString(), script.toString()),
            miniStackEnvironment());
    components.add(
        new CloudState.Component(CloudState.MINISTACK, process.pid(), ministackPort, ""));
    writeState(false);
    servers.awaitReady(
        CloudState.MINISTACK,
        process,
        SERVER_START_LIMIT,
        () -> ServerProcesses.answersOk(healthOfMiniStack(ministackPort)));
  }

  private String classPath(String component, String built) {
    return switch (settings.lifetime()) {
      case THIS_PROCESS, THIS_PROCESS_BUT_LOGS -> built;
      case UNTIL_DOWN -> ClassPathCopy.into(home.data().resolve("classes-" + component), built);
    };
  }

  static URI healthOfMiniStack(int port) {
    return URI.create("http://127.0.0.1:" + port + "/_ministack/health");
  }

  static URI healthOfSimulator(int port) {
    return URI.create("http://127.0.0.1:" + port + "/_drover/health");
  }

  private Map<String, String> miniStackEnvironment() {
    Map<String, String> variables = processEnvironment();
    variables.put("GATEWAY_PORT", Integer.toString(ministackPort));
    // Its default is every interface of the machine.
    variables.put("BIND_HOST", "127.0.0.1");
    variables.put("MINISTACK_HOST", "127.0.0.1");
    // It would open port 8883, of which two clouds have but one.
    variables.put("IOT_MTLS_ENABLED", "0");
    variables.put("SFTP_ENABLED", "0");
    // CDK's autoDeleteObjects function finds its S3 client here.
    variables.put("NODE_PATH", settings.repository().nodeModules().toString());
    // Functions run as Java on this machine; their bootstrap takes the JDK from here.
    variables.put("DROVER_JAVA_HOME", System.getProperty("java.home"));
    variables.put("PYTHONDONTWRITEBYTECODE", "1");
    variables.put("DROVER_FUNCTION_LOGS", home.logs().resolve("functions").toString());
    if (settings.lifetime() != LocalCloudSettings.Lifetime.UNTIL_DOWN) {
      variables.put("DROVER_OWNER_PID", Long.toString(ProcessHandle.current().pid()));
      variables.put("DROVER_OWNED_HOME", home.root().toString());
    }
    variables.putAll(settings.environment());
    return variables;
  }

  private Path synthesize(LocalCloudSettings.Stack.Drover drover) {
    long begin = System.nanoTime();
    Path assembly = cdk().synthesize(drover.connectorsJson());
    tell("stack synthesized", begin);
    return assembly;
  }

  private Map<String, String> deploy(Path assembly) {
    long begin = System.nanoTime();
    Map<String, String> deployed = cdk().deploy(assembly);
    tell("stack deployed by the CDK CLI", begin);
    return deployed;
  }

  private CdkDeployment cdk() {
    return new CdkDeployment(settings.repository(), home, servers, processEnvironment());
  }

  private void awaitApi() {
    long begin = System.nanoTime();
    StackApi.awaitAnswer(apiUrl(), home.logs().resolve("functions"));
    tell("the API answers at " + apiUrl(), begin);
  }

  private Map<String, String> processEnvironment() {
    Map<String, String> inherited = new TreeMap<>(System.getenv());
    if (settings.lifetime() == LocalCloudSettings.Lifetime.UNTIL_DOWN) {
      // The script ends what carries this when it ends; a lasting cloud must outlive the script.
      inherited.remove("DROVER_SESSION");
    }
    return CloudEnvironment.ofProcess(
        inherited, CloudEnvironment.ofClients(endpointUrl(), ebsUrl(), outputs), home, cloudId);
  }

  private void writeState(boolean ready) {
    new CloudState(cloudId, startedAtMillis, ready, components, outputs).write(home);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void tell(String what, long beginNanos) {
    double seconds = (System.nanoTime() - beginNanos) / 1e9;
    settings.progress().accept(String.format("%-58s %6.1f s", what, seconds));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static void copyResource(String name, Path target) {
    try (InputStream resource = LocalCloud.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException(name + " is not in the launcher's jar");
      }
      Files.copy(resource, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + target, e);
    }
  }
}
