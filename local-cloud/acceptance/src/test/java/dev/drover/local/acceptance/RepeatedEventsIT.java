package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.local.launcher.stack.DeployedStack;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.sms.model.ReplicationRun;

/** The same S3 event again and again, in any order and at any time, changes nothing. */
@ExtendWith(SharedCloud.class)
class RepeatedEventsIT {
  private static final int BLOCK = 524_288;
  private static final int EXTENTS = 3;
  private static final int BLOCKS = 128 * (EXTENTS - 1) + 1;
  private static final int DELIVERIES = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void segmentFunction_eventThriceReversedAndLate_putsEachBlockOnce(
      DeployedStack stack, @TempDir Path folder, @TempDir Path scratch) {
    byte[] disk = disk();
    List<String> staged = Collections.synchronizedList(new ArrayList<>());
    try (Site site = new Site(stack, Site.Place.EVENTS, folder);
        LambdaClient lambda = lambda(stack);
        StagingProxy proxy =
            new StagingProxy(
                stack.cloud().endpointUrl(),
                new Repeater(key -> deliverReversed(lambda, stack, staged, key)));
        Images images = new Images(stack);
        CloudStorage storage = new CloudStorage(stack)) {
      site.disk("events", "disk.img", disk);
      site.startConnector(
          site.connectorSettings().withEnvironment(Map.of("AWS_ENDPOINT_URL_S3", proxy.url())));
      String jobId = site.createJob(site.serverId("events"));

      ReplicationRun run = site.awaitCompleted(jobId);
      assertThat(staged).hasSize(EXTENTS);
      assertThat(images.snapshotsOfJob(jobId)).hasSize(1);
      assertThat(images.putsOfJob(jobId)).as("each block put once").isEqualTo(BLOCKS);

      List<Map<String, AttributeValue>> receipts = receipts(storage, run);
      assertThat(receipts).hasSize(EXTENTS);
      for (int i = 0; i < DELIVERIES; i++) {
        deliver(lambda, stack, staged.reversed());
      }
      assertThat(images.putsOfJob(jobId)).isEqualTo(BLOCKS);
      assertThat(receipts(storage, run)).isEqualTo(receipts);
      images.assertIdentical(
          images.snapshotOf(run.amiId(), Site.diskId("events", "disk.img")), disk, scratch);
    }
  }

  private static List<Map<String, AttributeValue>> receipts(
      CloudStorage storage, ReplicationRun run) {
    return storage.items(
        "RECEIPT#%s#%s#1#0000"
            .formatted(run.replicationRunId(), Site.diskId("events", "disk.img").value()));
  }

  private static void deliverReversed(
      LambdaClient lambda, DeployedStack stack, List<String> staged, String key) {
    staged.add(key);
    List<String> reversed;
    synchronized (staged) {
      reversed = List.copyOf(staged).reversed();
    }
    for (int i = 0; i < DELIVERIES; i++) {
      deliver(lambda, stack, reversed);
    }
  }

  /** Invokes the deployed function with the message that SQS would hand it. */
  private static void deliver(LambdaClient lambda, DeployedStack stack, List<String> keys) {
    for (String key : keys) {
      InvokeResponse response =
          lambda.invoke(
              request ->
                  request
                      .functionName(stack.output("SegmentFunctionArn"))
                      .payload(SdkBytes.fromUtf8String(sqsEvent(stack, key))));
      assertThat(response.functionError()).as(response.payload().asUtf8String()).isNull();
    }
  }

  private static String sqsEvent(DeployedStack stack, String key) {
    ObjectNode s3Event = JSON.createObjectNode();
    ObjectNode s3Record = s3Event.putArray("Records").addObject();
    s3Record.put("eventSource", "aws:s3").put("eventName", "ObjectCreated:Put");
    ObjectNode s3 = s3Record.putObject("s3");
    s3.putObject("bucket").put("name", stack.output("BucketName"));
    s3.putObject("object").put("key", key);
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    ObjectNode message = records.addObject();
    message.put("messageId", "repeat-" + key.hashCode()).put("receiptHandle", "none");
    message.put("body", s3Event.toString()).put("eventSource", "aws:sqs");
    message.putObject("attributes").put("ApproximateReceiveCount", "1");
    message.putObject("messageAttributes");
    return event.toString();
  }

  private static LambdaClient lambda(DeployedStack stack) {
    return LambdaClient.builder()
        .endpointOverride(URI.create(stack.cloud().endpointUrl()))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(60)))
        .build();
  }

  private static byte[] disk() {
    byte[] disk = new byte[BLOCKS * BLOCK];
    byte[] noise = new byte[2 * BLOCK];
    new Random(5).nextBytes(noise);
    for (int at = 0; at < disk.length; at += 64 * BLOCK) {
      System.arraycopy(noise, 0, disk, at, Math.min(noise.length, disk.length - at));
    }
    return disk;
  }

  /** Stores segments as they are and tells of each. */
  private record Repeater(Consumer<String> told) implements StagingProxy.Meddler {
    @Override
    public Optional<byte[]> before(String key, byte[] segment) {
      return Optional.empty();
    }

    @Override
    public void after(String key) {
      told.accept(key);
    }
  }
}
