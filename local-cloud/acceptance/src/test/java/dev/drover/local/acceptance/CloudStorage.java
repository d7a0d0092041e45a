package dev.drover.local.acceptance;

import dev.drover.local.launcher.stack.DeployedStack;
import java.net.URI;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The stack's bucket and table, as a hostile or curious administrator sees them. */
final class CloudStorage implements AutoCloseable {
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

  private final S3Client s3;
  private final DynamoDbClient dynamoDb;
  private final String bucket;
  private final String table;

  CloudStorage(DeployedStack stack) {
    URI endpoint = URI.create(stack.cloud().endpointUrl());
    this.s3 =
        S3Client.builder()
            .endpointOverride(endpoint)
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    this.dynamoDb =
        DynamoDbClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    this.bucket = stack.output("BucketName");
    this.table = stack.output("TableName");
  }

  String bucket() {
    return bucket;
  }

  List<String> keys(String prefix) {
    return s3
        .listObjectsV2Paginator(request -> request.bucket(bucket).prefix(prefix))
        .contents()
        .stream()
        .map(S3Object::key)
        .toList();
  }

  byte[] get(String key) {
    return s3.getObjectAsBytes(request -> request.bucket(bucket).key(key)).asByteArray();
  }

  void put(String key, byte[] object) {
    s3.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(object));
  }

  /** Every item of a partition of the table. */
  List<Map<String, AttributeValue>> items(String pk) {
    return dynamoDb
        .queryPaginator(
            request ->
                request
                    .tableName(table)
                    .consistentRead(true)
                    .keyConditionExpression("pk = :pk")
                    .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS(pk))))
        .items()
        .stream()
        .toList();
  }

  @Override
  public void close() {
    s3.close();
    dynamoDb.close();
  }
}
