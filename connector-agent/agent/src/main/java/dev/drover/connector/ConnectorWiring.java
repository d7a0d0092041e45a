package dev.drover.connector;

import dev.drover.connector.agent.Agent;
import dev.drover.connector.agent.AgentSettings;
import dev.drover.connector.agent.RunObserver;
import dev.drover.connector.aws.AwsRights;
import dev.drover.connector.aws.AwsWiring;
import dev.drover.connector.aws.S3ObjectStore;
import dev.drover.connector.aws.SqsTaskQueue;
import dev.drover.connector.config.ConnectorConfig;
import dev.drover.connector.config.SecretFile;
import dev.drover.connector.config.SourceConfig;
import dev.drover.connector.folder.FolderSource;
import dev.drover.connector.host.Host;
import dev.drover.connector.index.IndexShelf;
import dev.drover.connector.pipeline.ExtentWorkers;
import dev.drover.connector.report.HostAddress;
import dev.drover.connector.report.ReportSequence;
import dev.drover.connector.report.Reporter;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.state.StateDirectory;
import dev.drover.connector.store.Patience;
import dev.drover.connector.task.HeldCaptures;
import dev.drover.connector.task.ServerReplication;
import dev.drover.connector.task.TaskJournal;
import dev.drover.connector.vsphere.Quiescing;
import dev.drover.connector.vsphere.SnapshotOwner;
import dev.drover.connector.vsphere.VsphereLimits;
import dev.drover.connector.vsphere.VsphereSource;
import dev.drover.connector.vsphere.soap.ServerTrust;
import dev.drover.connector.vsphere.soap.VimClient;
import java.io.IOException;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds what a connector is made of; the one place that knows every source and the real clock. */
final class ConnectorWiring implements AutoCloseable {
  private static final int MIB_SHIFT = 20;

  /** Of a random number in hex: enough to tell the processes of one connector apart. */
  private static final int INSTANCE_CHARS = 8;

  private final ConnectorConfig config;
  private final InstantSource clock = InstantSource.system();
  private final String instance = UUID.randomUUID().toString().substring(0, INSTANCE_CHARS);
  private final AwsWiring aws;
  private @Nullable ServerSource source;

  /**
   * Builds the clients; nothing is sent yet.
   *
   * @throws dev.drover.connector.aws.PlainHttpException when an endpoint is not encrypted
   */
  ConnectorWiring(ConnectorConfig config) {
    this.config = config;
    this.aws =
        new AwsWiring(
            config.region(), config.bucket(), config.taskQueueUrl(), config.parallelExtents());
  }

  InstantSource clock() {
    return clock;
  }

  /** Names this process in its reports. */
  String instance() {
    return instance;
  }

  private S3ObjectStore store() {
    return aws.store();
  }

  private SqsTaskQueue queue() {
    return aws.queue();
  }

  AwsRights rights() {
    return aws.rights();
  }

  /**
   * The source; it is closed with this.
   *
   * @throws dev.drover.connector.source.SourceException when a file that it names is of no use
   */
  ServerSource source() {
    ServerSource made = source;
    if (made == null) {
      made =
          switch (config.source()) {
            case SourceConfig.Folder folder ->
                new FolderSource(folder.directory(), clock, folder.allowWriters());
            case SourceConfig.Vsphere vsphere -> vsphere(vsphere);
          };
      source = made;
    }
    return made;
  }

  private VsphereSource vsphere(SourceConfig.Vsphere vsphere) {
    VimClient vim =
        new VimClient(
            vsphere.address(),
            new VimClient.Credentials(
                vsphere.user(), () -> SecretFile.read(vsphere.passwordFile())),
            ServerTrust.of(vsphere.caFile(), vsphere.fingerprints()),
            VimClient.TimeLimits.USUAL,
            clock);
    Quiescing quiescing =
        switch (vsphere.quiescing()) {
          case REQUIRED -> Quiescing.REQUIRED;
          case IF_POSSIBLE -> Quiescing.IF_POSSIBLE;
          case NEVER -> Quiescing.NEVER;
        };
    VsphereLimits limits =
        new VsphereLimits(
            vsphere.minFreePercent(), vsphere.disksPerHost(), vsphere.disksPerDatastore());
    SnapshotOwner owner =
        SnapshotOwner.of(config.environment(), config.connectorId(), config.bucket());
    return new VsphereSource(vim, owner, quiescing, limits);
  }

  ExtentWorkers workers(StateDirectory state) {
    return new ExtentWorkers(
        config.parallelExtents(),
        config.zstdLevel(),
        config.segmentMemoryMib() << MIB_SHIFT,
        state.segments());
  }

  Agent agent(StateDirectory state, ExtentWorkers workers, RunObserver observer, boolean once)
      throws IOException {
    S3ObjectStore store = store();
    ServerSource source = source();
    Reporter reporter =
        new Reporter(
            config.environment(),
            config.connectorId(),
            new ReportSequence(state.sequence(), clock),
            clock,
            instance,
            store);
    ServerReplication replication =
        new ServerReplication(
            source,
            store,
            new IndexShelf(state.indexes(), store),
            workers,
            reporter,
            Patience.OF_A_RUN,
            System::nanoTime);
    Agent.Services services =
        new Agent.Services(queue(), aws.callback(), source, reporter, observer, clock, Host.JVM);
    return new Agent(
        settings(once),
        services,
        replication,
        new TaskJournal(state.runs()),
        new HeldCaptures(state.held()));
  }

  @Override
  public void close() {
    try (aws) {
      if (source != null) {
        source.close();
      }
    }
  }

  static String version() {
    String version = ConnectorWiring.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private AgentSettings settings(boolean once) {
    return new AgentSettings(
        config.environment(),
        version(),
        HostAddress.ofThisHost(),
        config.slots(),
        config.inventoryInterval(),
        config.statusInterval(),
        config.heartbeatInterval(),
        config.limits(),
        Math.min(config.maxAbandonedWorkers(), config.parallelExtents() - 1),
        once);
  }
}
