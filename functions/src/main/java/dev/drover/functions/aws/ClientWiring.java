package dev.drover.functions.aws;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.applicationdiscovery.ApplicationDiscoveryClient;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * The SDK's own clients. Each is built when it is first asked for and then kept, all of them over
 * one HTTP client. Credentials, region and endpoints ({@code AWS_ENDPOINT_URL}, {@code
 * AWS_ENDPOINT_URL_EBS}, …) are the SDK's own business.
 */
public final class ClientWiring implements AwsClients {
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
  private final Supplier<EventBridgeClient> eventBridge =
      once(() -> EventBridgeClient.builder().httpClient(http()).build());
  private final Supplier<KmsClient> kms =
      once(() -> KmsClient.builder().httpClient(http()).build());

  private final Supplier<CloudFormationClient> cloudFormation =
      once(() -> CloudFormationClient.builder().httpClient(http()).build());

  private final Supplier<LambdaClient> lambda =
      once(() -> LambdaClient.builder().httpClient(http()).build());
  // A command that is sent twice runs twice. What fails is tried again by Step Functions.
  private final Supplier<SsmClient> ssm =
      once(
          () ->
              SsmClient.builder()
                  .httpClient(http())
                  .overrideConfiguration(
                      with -> with.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                  .build());
  private final Supplier<ApplicationDiscoveryClient> applicationDiscovery =
      once(
          () ->
              ApplicationDiscoveryClient.builder()
                  .httpClient(http())
                  .region(discoveryRegion())
                  .build());

  /** Clients as that environment asks for them. */
  public ClientWiring(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public DynamoDbClient dynamoDb() {
    return dynamoDb.get();
  }

  @Override
  public S3Client s3() {
    return s3.get();
  }

  @Override
  public SqsClient sqs() {
    return sqs.get();
  }

  @Override
  public EbsClient ebs() {
    return ebs.get();
  }

  @Override
  public Ec2Client ec2() {
    return ec2.get();
  }

  @Override
  public SfnClient sfn() {
    return sfn.get();
  }

  @Override
  public SchedulerClient scheduler() {
    return scheduler.get();
  }

  @Override
  public EventBridgeClient eventBridge() {
    return eventBridge.get();
  }

  @Override
  public KmsClient kms() {
    return kms.get();
  }

  @Override
  public CloudFormationClient cloudFormation() {
    return cloudFormation.get();
  }

  @Override
  public LambdaClient lambda() {
    return lambda.get();
  }

  @Override
  public SsmClient ssm() {
    return ssm.get();
  }

  @Override
  public ApplicationDiscoveryClient applicationDiscovery() {
    return applicationDiscovery.get();
  }

  /**
   * The home Region of the account's Migration Hub: the only one in which discovery answers, and
   * not always that of the function. Null: nobody said another than the function's.
   */
  @Nullable Region discoveryRegion() {
    String region = environment.get("DROVER_DISCOVERY_REGION");
    return region == null ? null : Region.of(region);
  }

  boolean endpointIsLoopback() {
    return isLoopback(environment.get("AWS_ENDPOINT_URL_S3"))
        || isLoopback(environment.get("AWS_ENDPOINT_URL"));
  }

  private SdkHttpClient http() {
    return http.get();
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
