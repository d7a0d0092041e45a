package dev.drover.connector.aws;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Tries every right that a connector needs, and changes nothing: each request is one that AWS
 * refuses for another reason once it has found that the caller may.
 *
 * <p>That AWS looks at rights first is what its services do, and was not tried against each.
 */
public final class AwsRights {
  /** CRC-32C of no two bytes that are ever sent: S3 stores nothing and says that it is wrong. */
  private static final String WRONG_CHECKSUM = "AAAAAA==";

  private static final String BODY = "{}";

  /** A task token, and a receipt, that nobody gave out. */
  private static final String NOBODYS = "none";

  /** What S3 names of a missing object when the caller may read it and may not list the bucket. */
  private static final String LIST = "s3:ListBucket";

  private static final Set<String> OF_S3 =
      Set.of("BadDigest", "XAmzContentChecksumMismatch", "NoSuchKey");

  private static final Set<String> OF_SQS =
      Set.of(
          "InvalidParameterValue",
          "InvalidParameterValueException",
          "ReadCountOutOfRange",
          "ReceiptHandleIsInvalid");

  private static final Set<String> OF_STEP_FUNCTIONS =
      Set.of("InvalidToken", "TaskDoesNotExist", "TaskTimedOut");

  private final S3Client s3;
  private final SqsClient sqs;
  private final SfnClient sfn;
  private final String bucket;
  private final String owner;
  private final String queueUrl;

  AwsRights(S3Client s3, SqsClient sqs, SfnClient sfn, String bucket, String owner, URI queueUrl) {
    this.s3 = s3;
    this.sqs = sqs;
    this.sfn = sfn;
    this.bucket = bucket;
    this.owner = owner;
    this.queueUrl = queueUrl.toString();
  }

  /** What was found. */
  public enum Answer {
    /** The right is there. */
    GRANTED,
    /** AWS says no. */
    REFUSED,
    /** AWS answers alike with and without the right. */
    UNKNOWN,
    /** There was no answer about the right: the next one of this service will have none either. */
    UNREACHED,
    /** AWS does not know who asks: no call will be answered. */
    NOBODY
  }

  /**
   * A right that was tried.
   *
   * @param sentence what it is, and when it is not granted, why and what to do
   */
  public record Right(String sentence, Answer answer) {}

  /** Rights on the bucket: to put below these keys, and to read those. */
  public List<Supplier<Right>> ofBucket(List<String> keysToPut, List<String> keysToRead) {
    List<Supplier<Right>> rights = new ArrayList<>();
    for (String key : keysToPut) {
      rights.add(
          object(
              S3ObjectStore.PUT,
              key,
              () ->
                  s3.putObject(
                      put ->
                          put.bucket(bucket)
                              .expectedBucketOwner(owner)
                              .key(key)
                              .checksumCRC32C(WRONG_CHECKSUM),
                      RequestBody.fromString(BODY))));
    }
    for (String key : keysToRead) {
      rights.add(
          object(
              S3ObjectStore.GET,
              key,
              () ->
                  s3.getObjectAsBytes(
                      get -> get.bucket(bucket).expectedBucketOwner(owner).key(key))));
    }
    return rights;
  }

  /** Rights on the queue; no message is received. */
  public List<Supplier<Right>> ofQueue() {
    return List.of(
        queue("sqs:GetQueueAttributes", () -> sqs.getQueueAttributes(of -> of.queueUrl(queueUrl))),
        queue(
            "sqs:ReceiveMessage",
            () ->
                sqs.receiveMessage(
                    of ->
                        of.queueUrl(queueUrl)
                            .maxNumberOfMessages(0)
                            .visibilityTimeout(0)
                            .waitTimeSeconds(0))),
        queue(
            "sqs:DeleteMessage",
            () -> sqs.deleteMessage(of -> of.queueUrl(queueUrl).receiptHandle(NOBODYS))));
  }

  /** Rights to answer for tasks. */
  public List<Supplier<Right>> ofTasks() {
    return List.of(
        task("states:SendTaskHeartbeat", () -> sfn.sendTaskHeartbeat(of -> of.taskToken(NOBODYS))),
        task(
            "states:SendTaskSuccess",
            () -> sfn.sendTaskSuccess(of -> of.taskToken(NOBODYS).output(BODY))),
        task(
            "states:SendTaskFailure",
            () -> sfn.sendTaskFailure(of -> of.taskToken(NOBODYS).error(NOBODYS))));
  }

  private Supplier<Right> object(String action, String key, Runnable request) {
    return () -> tried(AwsTrouble.Call.onObject(action, bucket, key), OF_S3, request);
  }

  private Supplier<Right> queue(String action, Runnable request) {
    return () -> tried(AwsTrouble.Call.onQueue(action, queueUrl), OF_SQS, request);
  }

  private static Supplier<Right> task(String action, Runnable request) {
    return () ->
        tried(
            new AwsTrouble.Call(action, "the state machine of the runs", "region"),
            OF_STEP_FUNCTIONS,
            request);
  }

  /**
   * Tries one.
   *
   * @param granting how AWS refuses the request of a caller who may
   */
  private static Right tried(AwsTrouble.Call call, Set<String> granting, Runnable request) {
    String right = call.action() + " on " + call.resource();
    try {
      request.run();
      return new Right(right, Answer.GRANTED);
    } catch (SdkException e) {
      if (e instanceof AwsServiceException answer && granting.contains(AwsTrouble.code(answer))) {
        return new Right(right, Answer.GRANTED);
      }
      AwsTrouble trouble = AwsTrouble.of(call, e);
      return trouble.kind() == AwsTrouble.Kind.DENIED && call.action().equals(S3ObjectStore.GET)
          ? missingOrDenied(right, trouble, String.valueOf(e.getMessage()))
          : new Right(trouble.sentence(), answer(trouble.kind()));
    }
  }

  private static Answer answer(AwsTrouble.Kind kind) {
    return switch (kind) {
      case NO_CREDENTIALS, EXPIRED, UNKNOWN_KEY, CLOCK -> Answer.NOBODY;
      case NO_SUCH, OTHER_REGION, BUSY, NETWORK -> Answer.UNREACHED;
      case DENIED, OTHER -> Answer.REFUSED;
    };
  }

  /**
   * Who may not list a bucket is told "denied" of what is not there; the message has the action.
   */
  private static Right missingOrDenied(String right, AwsTrouble trouble, String message) {
    if (message.contains(LIST)) {
      return new Right(right, Answer.GRANTED);
    }
    return message.contains(S3ObjectStore.GET)
        ? new Right(trouble.sentence(), Answer.REFUSED)
        : new Right(right, Answer.UNKNOWN);
  }
}
