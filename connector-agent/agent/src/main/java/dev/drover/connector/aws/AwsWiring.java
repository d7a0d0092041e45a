package dev.drover.connector.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.awscore.AwsClient;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Builds the SDK's clients, once, and hands out the adapters over them. */
public final class AwsWiring implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Silence on a connection; more than the 20 s of a long poll. */
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);

  /** With the SDK's growing pauses (up to 20 s) this rides out about a minute. */
  private static final int MAX_ATTEMPTS = 8;

  /** A heartbeat or a result that takes longer is tried again in the next round. */
  private static final Duration CALLBACK_TIMEOUT = Duration.ofSeconds(45);

  /** Reports, plans and digest lists besides the extents. */
  private static final int REPORT_CONNECTIONS = 8;

  /** The poll, 16 heartbeats at once, and the results of 16 slots. */
  private static final int CONTROL_CONNECTIONS = 40;

  private final Region region;
  private final String bucket;
  private final URI taskQueueUrl;
  private final Pool objects;
  private final Pool control;
  private final S3Client s3;
  private final SqsClient sqs;
  private final SfnClient sfn;

  /**
   * Builds the clients; nothing is sent yet.
   *
   * @param parallelExtents so many objects are put at once
   * @throws PlainHttpException when an endpoint is not encrypted
   */
  public AwsWiring(String region, String bucket, URI taskQueueUrl, int parallelExtents) {
    EncryptedTransport.require(taskQueueUrl);
    this.region = Region.of(region);
    this.bucket = bucket;
    this.taskQueueUrl = taskQueueUrl;
    this.objects = new Pool(parallelExtents + REPORT_CONNECTIONS);
    this.control = new Pool(CONTROL_CONNECTIONS);
    this.s3 =
        client(
            objects,
            S3Client.builder()
                .overrideConfiguration(overrides().build())
                // Bodies as they are: a checksum goes ahead as a header, chunks would only wrap it.
                .serviceConfiguration(settings -> settings.chunkedEncodingEnabled(false)),
            // A bucket's name before 127.0.0.1 is no host, so the local cloud wants it in the path.
            onThisHost -> onThisHost.forcePathStyle(true));
    this.sqs =
        client(
            control,
            SqsClient.builder().overrideConfiguration(overrides().build()),
            UnaryOperator.identity());
    this.sfn =
        client(
            control,
            SfnClient.builder()
                .overrideConfiguration(overrides().apiCallTimeout(CALLBACK_TIMEOUT).build()),
            UnaryOperator.identity());
  }

  /** The bucket. */
  public S3ObjectStore store() {
    return new S3ObjectStore(s3, bucket, owner());
  }

  /** The stack has its bucket and its queues in one account, which a queue's URL names. */
  private String owner() {
    return QueueUrl.account(taskQueueUrl)
        .orElseThrow(() -> new IllegalArgumentException(taskQueueUrl + " names no account"));
  }

  /** The connector's queue. */
  public SqsTaskQueue queue() {
    return new SqsTaskQueue(sqs, taskQueueUrl);
  }

  /** What tells the state machine of its tasks. */
  public StepFunctionsCallback callback() {
    return new StepFunctionsCallback(sfn);
  }

  /** What tries the rights of the credentials. */
  public AwsRights rights() {
    return new AwsRights(s3, sqs, sfn, bucket, owner(), taskQueueUrl);
  }

  @Override
  public void close() {
    sfn.close();
    sqs.close();
    s3.close();
    objects.close();
    control.close();
  }

  /**
   * Many settings of the SDK can name an endpoint, and only a client that is built knows which it
   * is. When it is this host, the client is built once more, past every proxy.
   */
  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C extends AwsClient>
      C client(Pool pool, B builder, UnaryOperator<B> onThisHost) {
    C client = builder.region(region).httpClient(pool.outward).build();
    Optional<URI> endpoint = client.serviceClientConfiguration().endpointOverride();
    endpoint.ifPresent(EncryptedTransport::require);
    if (endpoint.filter(EncryptedTransport::isLoopback).isEmpty()) {
      return client;
    }
    client.close();
    return onThisHost.apply(builder).httpClient(pool.direct).build();
  }

  /**
   * Connections that nothing else uses: uploads that fill a site's link must not keep heartbeats
   * waiting for one.
   */
  private static final class Pool implements AutoCloseable {
    private final SdkHttpClient outward;
    private final SdkHttpClient direct;

    Pool(int connections) {
      this.outward = http(ProxyChoice.outward(), connections);
      this.direct = http(ProxyChoice.none(), connections);
    }

    @Override
    public void close() {
      outward.close();
      direct.close();
    }
  }

  private static SdkHttpClient http(ProxyConfiguration proxy, int connections) {
    return ApacheHttpClient.builder()
        .connectionTimeout(CONNECT_TIMEOUT)
        .socketTimeout(SOCKET_TIMEOUT)
        .maxConnections(connections)
        .proxyConfiguration(proxy)
        .build();
  }

  private static ClientOverrideConfiguration.Builder overrides() {
    return ClientOverrideConfiguration.builder()
        .addExecutionInterceptor(new EncryptedTransport())
        .retryStrategy(
            AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(MAX_ATTEMPTS).build());
  }
}
