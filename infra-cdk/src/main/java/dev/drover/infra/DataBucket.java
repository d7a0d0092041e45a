package dev.drover.infra;

import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.EventType;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.NotificationKeyFilter;
import software.amazon.awscdk.services.s3.ObjectOwnership;
import software.amazon.awscdk.services.s3.notifications.SqsDestination;
import software.constructs.Construct;

/**
 * The one bucket: staged segments, digest lists, task files, reports and what belongs to
 * applications, each under its prefix.
 *
 * <p>Encrypted with S3's own keys. A KMS key would make every connector need rights on that key and
 * every segment a KMS request, for objects that live minutes; who must have one sets it on the
 * bucket. Not versioned: a purged segment must be gone.
 */
final class DataBucket extends Construct {
  static final String STAGING = "staging/";
  static final String DIGESTS = "digests/";
  static final String TASKS = "tasks/";
  static final String REPORTS = "reports/";
  static final String APPLICATIONS = "applications/";

  /** The longest that one execution of replicate-run can last; see its TimeoutSeconds. */
  private static final int RUN_DAYS = 30;

  /** So long a run that failed may be resumed. */
  private static final int RESUMABLE_DAYS = 4;

  /** The system removes what it staged itself; the rule waits until it had the time to. */
  private static final int SPARE_DAYS = 3;

  /** Promise 5 of the design: staged objects, and the plans of their runs, go in any case. */
  private static final Duration RUN_LIFETIME =
      Duration.days(RUN_DAYS + RESUMABLE_DAYS + SPARE_DAYS);

  /** The life of a job: what a connector said about it can be read until the job ends. */
  private static final Duration REPORTS_LIFETIME = Duration.days(90);

  /** Drover never uploads in parts; what another client left half-done goes the next day. */
  private static final Duration MULTIPART_LIFETIME = Duration.days(1);

  private final Bucket bucket;

  DataBucket(Construct scope, String id, DeployTarget target) {
    super(scope, id);
    this.bucket =
        Bucket.Builder.create(this, "Bucket")
            .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
            .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
            .enforceSsl(true)
            .encryption(BucketEncryption.S3_MANAGED)
            .versioned(false)
            .lifecycleRules(
                List.of(
                    expire(STAGING, RUN_LIFETIME),
                    expire(TASKS, RUN_LIFETIME),
                    expire(REPORTS, REPORTS_LIFETIME),
                    LifecycleRule.builder()
                        .id("abort-multipart")
                        .abortIncompleteMultipartUploadAfter(MULTIPART_LIFETIME)
                        .build()))
            .removalPolicy(target.removalPolicy())
            .build();
  }

  String name() {
    return bucket.getBucketName();
  }

  /** The ARN of every object whose key begins so. */
  String objects(String keyPrefix) {
    return bucket.arnForObjects(keyPrefix + "*");
  }

  /** Sends an event for every object created under a prefix to a queue. */
  void notify(String prefix, WorkQueue queue) {
    bucket.addEventNotification(
        EventType.OBJECT_CREATED,
        new SqsDestination(queue.queue()),
        NotificationKeyFilter.builder().prefix(prefix).build());
  }

  void allowRead(DroverFunction function, String... prefixes) {
    allowObjects(function, List.of("s3:GetObject"), prefixes);
  }

  void allowWrite(DroverFunction function, String prefix) {
    allowObjects(function, List.of("s3:PutObject"), prefix);
  }

  void allowDelete(DroverFunction function, String... prefixes) {
    allowObjects(function, List.of("s3:DeleteObject"), prefixes);
  }

  /**
   * Lists the bucket. Not narrowed to a prefix: without the right to list, S3 answers 403 instead
   * of 404 for an object that is not there, and a GetObject carries no prefix to compare.
   */
  void allowList(DroverFunction function) {
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:ListBucket"))
            .resources(List.of(bucket.getBucketArn()))
            .build());
  }

  private void allowObjects(DroverFunction function, List<String> actions, String... prefixes) {
    function.allow(
        PolicyStatement.Builder.create()
            .actions(actions)
            .resources(List.of(prefixes).stream().map(this::objects).toList())
            .build());
  }

  private static LifecycleRule expire(String prefix, Duration lifetime) {
    return LifecycleRule.builder()
        .id("expire-" + prefix.replace("/", ""))
        .prefix(prefix)
        .expiration(lifetime)
        .build();
  }
}
