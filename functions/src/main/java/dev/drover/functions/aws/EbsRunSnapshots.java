package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.Ec2Text;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.RunSnapshots;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.protocol.SnapshotId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.ConcurrentLimitExceededException;
import software.amazon.awssdk.services.ebs.model.ConflictException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.Tag;
import software.amazon.awssdk.services.kms.KmsClient;

/** {@link RunSnapshots} over the EBS direct APIs, with KMS for the names of keys. */
public final class EbsRunSnapshots implements RunSnapshots {
  /**
   * The longest that EBS keeps a snapshot without a write.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/ebs/latest/APIReference/API_StartSnapshot.html">StartSnapshot</a>
   */
  private static final int TIMEOUT_MINUTES = 4_320;

  private static final Pattern KEY_ARN = Pattern.compile("arn:[^:]+:kms:[^:]+:[^:]*:key/.+");

  private final EbsClient ebs;
  private final Snapshots snapshots;
  private final KmsClient kms;

  public EbsRunSnapshots(EbsClient ebs, Snapshots snapshots, KmsClient kms) {
    this.ebs = ebs;
    this.snapshots = snapshots;
    this.kms = kms;
  }

  /**
   * Whatever lasts is the run's failure, a key that may not be described as much as a parent that
   * is gone: an exception would only bring the report again, until nobody knows why it never came.
   */
  @Override
  public Outcome start(Wish wish) {
    try {
      return translated(() -> started(wish));
    } catch (RefusedException e) {
      return new Outcome.Refused(
          "EBS starts no snapshot for " + named(wish) + ": " + e.sentence(),
          String.valueOf(e.getCause()));
    }
  }

  private Outcome started(Wish wish) {
    try {
      String keyArn = wish.base() == null && wish.encrypted() ? keyArn(wish.kmsKeyId()) : null;
      return checked(wish, keyArn, ebs.startSnapshot(request(wish, keyArn)));
    } catch (ConflictException e) {
      return new Outcome.EpochUsed();
    } catch (ConcurrentLimitExceededException | ServiceQuotaExceededException e) {
      throw new TransientException(named(wish) + ": " + SdkErrors.sentence(e), e);
    }
  }

  private static StartSnapshotRequest request(Wish wish, @Nullable String keyArn) {
    StartSnapshotRequest.Builder request =
        StartSnapshotRequest.builder()
            .volumeSize((long) wish.geometry().volumeGib())
            .clientToken(wish.clientToken())
            .timeout(TIMEOUT_MINUTES)
            .description("Drover: " + wish.run().runId() + ", disk " + wish.diskId())
            .tags(
                tag(Snapshots.TAG_JOB, wish.run().jobId().value()),
                tag(Snapshots.TAG_RUN, wish.run().runId().value()),
                tag(Snapshots.TAG_DISK, wish.diskId().value()),
                tag(Snapshots.TAG_DISK_NAME, Ec2Text.tagValue(wish.diskName())));
    SnapshotId base = wish.base();
    if (base != null) {
      request.parentSnapshotId(base.value());
    } else if (wish.encrypted()) {
      request.encrypted(true).kmsKeyArn(keyArn);
    }
    return request.build();
  }

  /** What EBS answers about the key is what the data will be encrypted with. */
  private Outcome checked(Wish wish, @Nullable String keyArn, StartSnapshotResponse response) {
    SnapshotId snapshotId = new SnapshotId(response.snapshotId());
    boolean asWanted =
        !wish.encrypted()
            || (response.kmsKeyArn() != null
                && (keyArn == null || keyArn.equals(response.kmsKeyArn())));
    if (asWanted) {
      return new Outcome.Started(snapshotId);
    }
    discard(snapshotId);
    String sentence =
        "The snapshot of "
            + named(wish)
            + " would be encrypted with "
            + (response.kmsKeyArn() == null ? "no key" : response.kmsKeyArn())
            + ", wanted was "
            + (keyArn == null ? "some key" : keyArn)
            + ".";
    return new Outcome.Refused(sentence, sentence);
  }

  private static String named(Wish wish) {
    return Ec2Text.disk(wish.diskName(), wish.diskId());
  }

  private @Nullable String keyArn(@Nullable String keyId) {
    if (keyId == null || KEY_ARN.matcher(keyId).matches()) {
      return keyId;
    }
    return kms.describeKey(describe -> describe.keyId(keyId)).keyMetadata().arn();
  }

  @Override
  public void discard(SnapshotId snapshotId) {
    snapshots.delete(snapshotId);
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }
}
