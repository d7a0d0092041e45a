package dev.drover.functions.aws;

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

/** The clients of AWS that a function works with: the SDK's, or those of a simulated account. */
public interface AwsClients {
  /** The table. */
  DynamoDbClient dynamoDb();

  /** The bucket. */
  S3Client s3();

  /** The queues. */
  SqsClient sqs();

  /** The EBS direct APIs. */
  EbsClient ebs();

  /** Snapshots and images. */
  Ec2Client ec2();

  /** Executions and task tokens. */
  SfnClient sfn();

  /** The runs' schedules. */
  SchedulerClient scheduler();

  /** The bus of events. */
  EventBridgeClient eventBridge();

  /** Keys. */
  KmsClient kms();

  /** Stacks of applications. */
  CloudFormationClient cloudFormation();

  /** Versions of functions. */
  LambdaClient lambda();

  /** Commands on instances; a call that failed is not tried again by the client. */
  SsmClient ssm();

  /** What was discovered on the site. */
  ApplicationDiscoveryClient applicationDiscovery();
}
