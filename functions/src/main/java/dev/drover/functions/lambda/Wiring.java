package dev.drover.functions.lambda;

import dev.drover.functions.account.ConnectorQueues;
import dev.drover.functions.account.Executions;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Queues;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.account.RunSnapshots;
import dev.drover.functions.account.SnapshotBlocks;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TaskTokens;
import dev.drover.functions.aws.EbsBlocks;
import dev.drover.functions.aws.EbsRunSnapshots;
import dev.drover.functions.aws.Ec2Images;
import dev.drover.functions.aws.Ec2Snapshots;
import dev.drover.functions.aws.S3Objects;
import dev.drover.functions.aws.SchedulerRunSchedule;
import dev.drover.functions.aws.SfnExecutions;
import dev.drover.functions.aws.SfnTaskTokens;
import dev.drover.functions.aws.SqsQueues;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.State;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The composition root of every function: a handler's no-argument constructor takes from here what
 * its feature needs. Only here are the environment, the clock and the SDK's builders touched.
 *
 * <p>Each client is built when it is first asked for and then kept, all of them over one HTTP
 * client. Credentials, region and endpoints ({@code AWS_ENDPOINT_URL}, {@code
 * AWS_ENDPOINT_URL_EBS}, …) are the SDK's own business.
 */
public final class Wiring {
  private static final Set<String> LOOPBACK_HOSTS = Set.of("127.0.0.1", "localhost", "[::1]");

  private final Map<String, String> environment;
  private final Supplier<SdkHttpClient> http = once(UrlConnectionHttpClient::create);
  private final Supplier<DynamoDbClient> dynamoDb =
      once(() -> DynamoDbClient.builder().httpClient(http()).build());
  private final Supplier<S3Client> s3 =
      // With path-style addresses on a local cloud, where no name <bucket>.host exists.
      once(
          () -> S3Client.builder().httpClient(http()).forcePathStyle(endpointIsLoopback()).build());
  private final Supplier<SqsClient> sqs =
      once(() -> SqsClient.builder().httpClient(http()).build());
  private final Supplier<EbsClient> ebs =
      once(() -> EbsClient.builder().httpClient(http()).build());
  private final Supplier<Ec2Client> ec2 =
      once(() -> Ec2Client.builder().httpClient(http()).build());
  private final Supplier<SfnClient> sfn =
      once(() -> SfnClient.builder().httpClient(http()).build());
  private final Supplier<SchedulerClient> scheduler =
      once(() -> SchedulerClient.builder().httpClient(http()).build());
  private final Supplier<KmsClient> kms =
      once(() -> KmsClient.builder().httpClient(http()).build());

  /** Wires a function from the environment that Lambda gave it. */
  public Wiring() {
    this(System.getenv());
  }

  Wiring(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** What the table {@code DROVER_TABLE} holds. */
  public State state() {
    return new State(dynamoDb.get(), required("DROVER_TABLE"), random());
  }

  /** The bucket's name, {@code DROVER_BUCKET}. */
  public String bucket() {
    return required("DROVER_BUCKET");
  }

  /** The segment queue, {@code DROVER_SEGMENT_QUEUE_URL}. */
  public String segmentQueueUrl() {
    return required("DROVER_SEGMENT_QUEUE_URL");
  }

  /** The bucket. */
  public ObjectStore objects() {
    return new S3Objects(s3.get(), bucket());
  }

  /** The queues. */
  public Queues queues() {
    return new SqsQueues(sqs.get());
  }

  /**
   * The connectors' task queues; a name begins with {@code DROVER_TASK_QUEUE_PREFIX}, the
   * connector's id follows.
   */
  public ConnectorQueues connectorQueues() {
    return new ConnectorQueues(queues(), required("DROVER_TASK_QUEUE_PREFIX"));
  }

  /** The writing half of the EBS direct APIs. */
  public SnapshotBlocks blocks() {
    return new EbsBlocks(ebs.get());
  }

  /** The account's snapshots. */
  public Snapshots snapshots() {
    return new Ec2Snapshots(ec2.get());
  }

  /** What starts a run's snapshots. */
  public RunSnapshots runSnapshots() {
    return new EbsRunSnapshots(ebs.get(), snapshots(), kms.get());
  }

  /** The account's images. */
  public Images images() {
    return new Ec2Images(ec2.get());
  }

  /** Executions of the state machine {@code DROVER_REPLICATE_RUN_ARN}. */
  public Executions executions() {
    return new SfnExecutions(sfn.get(), required("DROVER_REPLICATE_RUN_ARN"));
  }

  /** The tokens of tasks that wait. */
  public TaskTokens taskTokens() {
    return new SfnTaskTokens(sfn.get());
  }

  /** The runs' schedules, in the Scheduler group {@code DROVER_SCHEDULE_GROUP}. */
  public RunSchedule schedule() {
    return new SchedulerRunSchedule(scheduler.get(), required("DROVER_SCHEDULE_GROUP"));
  }

  /**
   * Whom a schedule wakes: the alias {@code DROVER_START_RUN_ARN}, with the role {@code
   * DROVER_SCHEDULE_ROLE_ARN}.
   */
  public RunSchedule.Waking waking() {
    return new RunSchedule.Waking(
        required("DROVER_START_RUN_ARN"), required("DROVER_SCHEDULE_ROLE_ARN"));
  }

  /** The clock. */
  public InstantSource clock() {
    return InstantSource.system();
  }

  /** Randomness for new ids; after a SnapStart restore it differs, because the kernel feeds it. */
  private static RandomGenerator random() {
    return new SecureRandom();
  }

  /** The log. */
  public EventLog log() {
    return new EventLog(System.out);
  }

  boolean endpointIsLoopback() {
    return isLoopback(environment.get("AWS_ENDPOINT_URL_S3"))
        || isLoopback(environment.get("AWS_ENDPOINT_URL"));
  }

  private SdkHttpClient http() {
    return http.get();
  }

  private String required(String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new MissingSettingException(name);
    }
    return value;
  }

  private static boolean isLoopback(@Nullable String url) {
    String host = url == null ? null : URI.create(url).getHost();
    return host != null && LOOPBACK_HOSTS.contains(host);
  }

  private static <T> Supplier<T> once(Supplier<T> source) {
    return new Once<>(source);
  }

  /** Asks its source once. */
  private static final class Once<T> implements Supplier<T> {
    private final Supplier<T> source;
    private @Nullable T value;

    Once(Supplier<T> source) {
      this.source = source;
    }

    @Override
    public synchronized T get() {
      T known = value;
      if (known == null) {
        known = source.get();
        value = known;
      }
      return known;
    }
  }
}
