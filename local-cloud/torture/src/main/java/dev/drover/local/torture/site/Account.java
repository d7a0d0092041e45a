package dev.drover.local.torture.site;

import dev.drover.local.launcher.cloud.CloudEnvironment;
import dev.drover.local.launcher.stack.DeployedStack;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The account as its owner reaches it: past every proxy. */
public final class Account implements AutoCloseable {
  /** The sweep may take this long. */
  private static final Duration READ_TIMEOUT = Duration.ofMinutes(5);

  private final String bucket;
  private final String table;
  private final String stateMachine;
  private final S3Client s3;
  private final SqsClient sqs;
  private final SfnClient sfn;
  private final LambdaClient lambda;
  private final Ec2Client ec2;
  private final KmsClient kms;

  Account(DeployedStack stack) {
    URI services = URI.create(stack.cloud().endpointUrl());
    this.bucket = stack.output("BucketName");
    this.table = stack.output("TableName");
    this.stateMachine = stack.output("ReplicateRunArn");
    this.s3 = at(services, S3Client.builder().forcePathStyle(true)).build();
    this.sqs = at(services, SqsClient.builder()).build();
    this.sfn = at(services, SfnClient.builder()).build();
    this.lambda = at(services, LambdaClient.builder()).build();
    this.kms = at(services, KmsClient.builder()).build();
    this.ec2 = at(URI.create(stack.cloud().ebsUrl()), Ec2Client.builder()).build();
  }

  private static <B extends AwsSyncClientBuilder<B, ?> & AwsClientBuilder<B, ?>> B at(
      URI endpoint, B builder) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.of(CloudEnvironment.REGION))
        .credentialsProvider(CloudEnvironment.credentials())
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(READ_TIMEOUT));
  }

  public S3Client s3() {
    return s3;
  }

  public SqsClient sqs() {
    return sqs;
  }

  public SfnClient sfn() {
    return sfn;
  }

  public LambdaClient lambda() {
    return lambda;
  }

  public Ec2Client ec2() {
    return ec2;
  }

  public KmsClient kms() {
    return kms;
  }

  public String bucket() {
    return bucket;
  }

  public String table() {
    return table;
  }

  /** The objects below a prefix. */
  public List<S3Object> objects(String prefix) {
    return s3
        .listObjectsV2Paginator(request -> request.bucket(bucket).prefix(prefix))
        .contents()
        .stream()
        .toList();
  }

  /** Executions of runs that go on. */
  public List<ExecutionListItem> runningExecutions() {
    return sfn
        .listExecutionsPaginator(
            request -> request.stateMachineArn(stateMachine).statusFilter(ExecutionStatus.RUNNING))
        .executions()
        .stream()
        .toList();
  }

  /** Whether there is an AMI still. */
  public boolean hasImage(String amiId) {
    return !ec2.describeImages(
            request -> request.filters(Filter.builder().name("image-id").values(amiId).build()))
        .images()
        .isEmpty();
  }

  /** EBS snapshots that are not completed yet. */
  public List<Snapshot> pendingSnapshots() {
    return ec2
        .describeSnapshotsPaginator(
            request ->
                request
                    .ownerIds("self")
                    .filters(Filter.builder().name("status").values("pending").build()))
        .snapshots()
        .stream()
        .toList();
  }

  @Override
  public void close() {
    s3.close();
    sqs.close();
    sfn.close();
    lambda.close();
    ec2.close();
    kms.close();
  }
}
