package dev.drover.connector;

import dev.drover.connector.agent.Agent;
import dev.drover.connector.agent.AgentSettings;
import dev.drover.connector.agent.RunObserver;
import dev.drover.connector.aws.EncryptedTransport;
import dev.drover.connector.aws.S3ObjectStore;
import dev.drover.connector.aws.SqsTaskQueue;
import dev.drover.connector.aws.StepFunctionsCallback;
import dev.drover.connector.config.ConnectorConfig;
import dev.drover.connector.config.SourceConfig;
import dev.drover.connector.folder.FolderSource;
import dev.drover.connector.index.IndexShelf;
import dev.drover.connector.pipeline.ExtentWorkers;
import dev.drover.connector.report.HostAddress;
import dev.drover.connector.report.ReportSequence;
import dev.drover.connector.report.Reporter;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.state.StateDirectory;
import dev.drover.connector.task.ServerReplication;
import dev.drover.connector.task.TaskJournal;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import software.amazon.awssdk.awscore.AwsServiceClientConfiguration;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.SfnClientBuilder;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;

/** Builds what a connector is made of; the one place that knows the real clock and the AWS SDK. */
final class ConnectorWiring implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Silence on a connection; more than the 20 s of a long poll. */
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);

  /** With the SDK's growing pauses (up to 20 s) this rides out about a minute. */
  private static final int MAX_ATTEMPTS = 8;

  /** A heartbeat or a result that takes longer is tried again in the next round. */
  private static final Duration CALLBACK_TIMEOUT = Duration.ofSeconds(45);

  /** Poll, heartbeats, reports: what goes on besides the extents. */
  private static final int CONTROL_CONNECTIONS = 16;

  private final ConnectorConfig config;
  private final InstantSource clock = InstantSource.system();
  private final SdkHttpClient http;
  private final SdkHttpClient direct;
  private final S3Client s3;
  private final SqsClient sqs;
  private final SfnClient sfn;

  /**
   * Builds the clients; nothing is sent yet.
   *
   * @throws dev.drover.connector.aws.PlainHttpException when an endpoint is not encrypted
   */
  ConnectorWiring(ConnectorConfig config) {
    this.config = config;
    EncryptedTransport.require(config.taskQueueUrl());
    this.http = http(outwardProxy());
    this.direct = http(noProxy());
    this.s3 = s3();
    this.sqs = sqs();
    this.sfn = sfn();
    sqs.serviceClientConfiguration().endpointOverride().ifPresent(EncryptedTransport::require);
    sfn.serviceClientConfiguration().endpointOverride().ifPresent(EncryptedTransport::require);
  }

  InstantSource clock() {
    return clock;
  }

  S3ObjectStore store() {
    return new S3ObjectStore(s3, config.bucket());
  }

  SqsTaskQueue queue() {
    return new SqsTaskQueue(sqs, config.taskQueueUrl());
  }

  ServerSource source() {
    return switch (config.source()) {
      case SourceConfig.Folder folder -> new FolderSource(folder.directory(), clock);
    };
  }

  ExtentWorkers workers() {
    return new ExtentWorkers(config.parallelExtents(), config.zstdLevel());
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
            store);
    ServerReplication replication =
        new ServerReplication(
            source,
            store,
            new IndexShelf(state.indexes(), store),
            workers,
            reporter,
            System::nanoTime);
    Agent.Services services =
        new Agent.Services(
            queue(), new StepFunctionsCallback(sfn), source, reporter, observer, clock);
    return new Agent(settings(once), services, replication, new TaskJournal(state.runs()));
  }

  @Override
  public void close() {
    sfn.close();
    sqs.close();
    s3.close();
    http.close();
    direct.close();
  }

  static String version() {
    String version = ConnectorWiring.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private AgentSettings settings(boolean once) {
    return new AgentSettings(
        config.environment(),
        version(),
        hostAddress(),
        config.slots(),
        config.inventoryInterval(),
        config.statusInterval(),
        config.heartbeatInterval(),
        once);
  }

  /**
   * A bucket's name before {@code 127.0.0.1} is no host, so the local cloud wants it in the path.
   */
  private S3Client s3() {
    S3ClientBuilder builder =
        configured(S3Client.builder())
            .httpClient(http)
            // Bodies as they are: a checksum goes ahead as a header, chunks would only wrap them.
            .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false));
    S3Client client = builder.build();
    Optional<URI> endpoint = client.serviceClientConfiguration().endpointOverride();
    endpoint.ifPresent(EncryptedTransport::require);
    if (endpoint.filter(EncryptedTransport::isLoopback).isPresent()) {
      client.close();
      return builder.httpClient(direct).forcePathStyle(true).build();
    }
    return client;
  }

  private SqsClient sqs() {
    SqsClientBuilder builder = configured(SqsClient.builder()).httpClient(http);
    SqsClient client = builder.build();
    if (!isLocal(client.serviceClientConfiguration())) {
      return client;
    }
    client.close();
    return builder.httpClient(direct).build();
  }

  private SfnClient sfn() {
    SfnClientBuilder builder = configured(SfnClient.builder()).httpClient(http);
    builder.overrideConfiguration(
        builder.overrideConfiguration().toBuilder().apiCallTimeout(CALLBACK_TIMEOUT).build());
    SfnClient client = builder.build();
    if (!isLocal(client.serviceClientConfiguration())) {
      return client;
    }
    client.close();
    return builder.httpClient(direct).build();
  }

  private static boolean isLocal(AwsServiceClientConfiguration client) {
    return client.endpointOverride().filter(EncryptedTransport::isLoopback).isPresent();
  }

  private SdkHttpClient http(ProxyConfiguration proxy) {
    return ApacheHttpClient.builder()
        .connectionTimeout(CONNECT_TIMEOUT)
        .socketTimeout(SOCKET_TIMEOUT)
        .maxConnections(config.parallelExtents() + CONTROL_CONNECTIONS)
        .proxyConfiguration(proxy)
        .build();
  }

  /** What goes to this host in plain text must not be shown to any proxy. */
  private static ProxyConfiguration noProxy() {
    return ProxyConfiguration.builder()
        .useSystemPropertyValues(false)
        .useEnvironmentVariableValues(false)
        .build();
  }

  /**
   * HTTPS_PROXY. The scheme chooses the variable, but the SDK would also speak TLS to the proxy
   * itself; proxies are spoken to in plain text (CONNECT), so the address is taken over alone.
   */
  private static ProxyConfiguration outwardProxy() {
    ProxyConfiguration found = ProxyConfiguration.builder().scheme("https").build();
    if (found.host() == null) {
      return noProxy();
    }
    return ProxyConfiguration.builder()
        .endpoint(URI.create("http://" + found.host() + ":" + found.port()))
        .username(found.username())
        .password(found.password())
        .nonProxyHosts(found.nonProxyHosts())
        .useSystemPropertyValues(false)
        .useEnvironmentVariableValues(false)
        .build();
  }

  private <B extends AwsClientBuilder<B, ?>> B configured(B builder) {
    ClientOverrideConfiguration override =
        ClientOverrideConfiguration.builder()
            .addExecutionInterceptor(new EncryptedTransport())
            .retryStrategy(
                AwsRetryStrategy.standardRetryStrategy().toBuilder()
                    .maxAttempts(MAX_ATTEMPTS)
                    .build())
            .build();
    return builder.region(Region.of(config.region())).overrideConfiguration(override);
  }

  private static HostAddress hostAddress() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(ConnectorWiring::isOutward)
          .map(ConnectorWiring::addressOf)
          .filter(address -> address.ip() != null)
          .findFirst()
          .orElse(new HostAddress(null, null));
    } catch (SocketException e) {
      return new HostAddress(null, null);
    }
  }

  private static boolean isOutward(NetworkInterface network) {
    try {
      return network.isUp() && !network.isLoopback() && !network.isVirtual();
    } catch (SocketException e) {
      return false;
    }
  }

  private static HostAddress addressOf(NetworkInterface network) {
    String ip =
        network
            .inetAddresses()
            .filter(Inet4Address.class::isInstance)
            .map(address -> address.getHostAddress())
            .findFirst()
            .orElse(null);
    try {
      byte[] mac = network.getHardwareAddress();
      return new HostAddress(ip, mac == null ? null : HexFormat.ofDelimiter(":").formatHex(mac));
    } catch (SocketException e) {
      return new HostAddress(ip, null);
    }
  }
}
