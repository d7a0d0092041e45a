package dev.drover.functions.aws;

import dev.drover.functions.state.Table;
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

  /** The table, {@code DROVER_TABLE}. */
  public Table table() {
    return new Table(dynamoDb.get(), required("DROVER_TABLE"));
  }

  /** The bucket's name, {@code DROVER_BUCKET}. */
  public String bucket() {
    return required("DROVER_BUCKET");
  }

  /** The segment queue, {@code DROVER_SEGMENT_QUEUE_URL}. */
  public String segmentQueueUrl() {
    return required("DROVER_SEGMENT_QUEUE_URL");
  }

  /** What a connector's queue name begins with; its id follows. {@code DROVER_TASK_QUEUE_PREFIX} */
  public String taskQueuePrefix() {
    return required("DROVER_TASK_QUEUE_PREFIX");
  }

  /** The state machine replicate-run, {@code DROVER_REPLICATE_RUN_ARN}. */
  public String replicateRunArn() {
    return required("DROVER_REPLICATE_RUN_ARN");
  }

  /** The Scheduler group of the jobs' schedules, {@code DROVER_SCHEDULE_GROUP}. */
  public String scheduleGroup() {
    return required("DROVER_SCHEDULE_GROUP");
  }

  /** The alias of StartRun that a schedule invokes, {@code DROVER_START_RUN_ARN}. */
  public String startRunArn() {
    return required("DROVER_START_RUN_ARN");
  }

  /** The role that a schedule invokes it with, {@code DROVER_SCHEDULE_ROLE_ARN}. */
  public String scheduleRoleArn() {
    return required("DROVER_SCHEDULE_ROLE_ARN");
  }

  /** S3; with path-style addresses on a local cloud, where no name {@code <bucket>.host} exists. */
  public S3Client s3() {
    return s3.get();
  }

  /** SQS. */
  public SqsClient sqs() {
    return sqs.get();
  }

  /** The EBS direct APIs. */
  public EbsClient ebs() {
    return ebs.get();
  }

  /** EC2. */
  public Ec2Client ec2() {
    return ec2.get();
  }

  /** Step Functions. */
  public SfnClient sfn() {
    return sfn.get();
  }

  /** EventBridge Scheduler. */
  public SchedulerClient scheduler() {
    return scheduler.get();
  }

  /** KMS. */
  public KmsClient kms() {
    return kms.get();
  }

  /** The clock. */
  public InstantSource clock() {
    return InstantSource.system();
  }

  /** Randomness for new ids; after a SnapStart restore it differs, because the kernel feeds it. */
  public RandomGenerator random() {
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
