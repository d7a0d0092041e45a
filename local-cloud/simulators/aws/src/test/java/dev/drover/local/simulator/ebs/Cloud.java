package dev.drover.local.simulator.ebs;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.ChecksumAggregationMethod;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.ArchitectureValues;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.BootModeValues;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ssm.SsmClient;

/** A simulator with the real clients of the AWS SDK, and a clock that moves when told to. */
final class Cloud implements AutoCloseable {
  static final int BLOCK_BYTES = 524_288;
  static final Duration COMPLETION_DELAY = Duration.ofSeconds(5);

  final EbsSimulator simulator;
  final EbsClient ebs;
  final Ec2Client ec2;
  final SsmClient ssm;
  private final MovableClock clock;

  private Cloud(EbsSimulator simulator, MovableClock clock) {
    this.simulator = simulator;
    this.clock = clock;
    this.ebs = client(EbsClient.builder(), simulator.endpoint());
    this.ec2 = client(Ec2Client.builder(), simulator.endpoint());
    this.ssm = client(SsmClient.builder(), simulator.endpoint());
  }

  static Cloud start(Path data) throws IOException {
    return start(data, UnaryOperator.identity());
  }

  static Cloud start(Path data, UnaryOperator<EbsSimulatorSettings> change) throws IOException {
    MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    EbsSimulatorSettings settings =
        EbsSimulatorSettings.of(data).withCompletionDelay(COMPLETION_DELAY).withSeed(42);
    return new Cloud(EbsSimulator.start(change.apply(settings), clock), clock);
  }

  /** A client that does not retry, so that a test sees every refusal. */
  private static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(
      B builder, URI endpoint) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(UrlConnectionHttpClient.create())
        .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .build();
  }

  void passTime(Duration duration) {
    clock.advance(duration);
  }

  String start(Consumer<StartSnapshotRequest.Builder> request) {
    return ebs.startSnapshot(r -> request.accept(r.volumeSize(1L))).snapshotId();
  }

  void put(String snapshotId, int index, byte[] block) {
    ebs.putSnapshotBlock(
        r ->
            r.snapshotId(snapshotId)
                .blockIndex(index)
                .dataLength(BLOCK_BYTES)
                .checksum(sha256(block))
                .checksumAlgorithm(ChecksumAlgorithm.SHA256),
        RequestBody.fromBytes(block));
  }

  /** Puts the blocks, completes with count and LINEAR checksum, and waits until it is completed. */
  String completed(
      Consumer<StartSnapshotRequest.Builder> request, SortedMap<Integer, byte[]> blocks) {
    String id = start(request);
    blocks.forEach((index, block) -> put(id, index, block));
    ebs.completeSnapshot(
        r ->
            r.snapshotId(id)
                .changedBlocksCount(blocks.size())
                .checksum(linear(blocks))
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                .checksumAggregationMethod(ChecksumAggregationMethod.LINEAR));
    passTime(COMPLETION_DELAY);
    return id;
  }

  /** Registers an image of one disk as Drover does, but for what {@code change} changes. */
  String register(String name, String snapshotId, Consumer<RegisterImageRequest.Builder> change) {
    return ec2.registerImage(
            r ->
                change.accept(
                    r.name(name)
                        .architecture(ArchitectureValues.X86_64)
                        .virtualizationType("hvm")
                        .enaSupport(true)
                        .bootMode(BootModeValues.UEFI)
                        .imdsSupport("v2.0")
                        .rootDeviceName("/dev/sda1")
                        .blockDeviceMappings(disk("/dev/sda1", e -> e.snapshotId(snapshotId)))))
        .imageId();
  }

  static BlockDeviceMapping disk(String device, Consumer<EbsBlockDevice.Builder> ebs) {
    return BlockDeviceMapping.builder()
        .deviceName(device)
        .ebs(e -> ebs.accept(e.deleteOnTermination(false)))
        .build();
  }

  static byte[] block(long seed) {
    byte[] block = new byte[BLOCK_BYTES];
    new Random(seed).nextBytes(block);
    return block;
  }

  static String sha256(byte[] content) {
    return Base64.getEncoder().encodeToString(digest().digest(content));
  }

  static String linear(SortedMap<Integer, byte[]> blocks) {
    MessageDigest total = digest();
    blocks.values().forEach(block -> total.update(digest().digest(block)));
    return Base64.getEncoder().encodeToString(total.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public void close() throws IOException {
    ebs.close();
    ec2.close();
    ssm.close();
    simulator.close();
  }

  private static final class MovableClock implements InstantSource {
    private final AtomicReference<Instant> now;

    private MovableClock(Instant start) {
      now = new AtomicReference<>(start);
    }

    private void advance(Duration duration) {
      now.updateAndGet(time -> time.plus(duration));
    }

    @Override
    public Instant instant() {
      return now.get();
    }
  }
}
