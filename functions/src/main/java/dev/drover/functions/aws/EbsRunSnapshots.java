package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.Ec2Text;
import dev.drover.functions.account.EncryptionKeys;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.RunSnapshots;
import dev.drover.functions.account.Snapshots;
import dev.drover.protocol.Shortened;
import dev.drover.protocol.SnapshotId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.ConcurrentLimitExceededException;
import software.amazon.awssdk.services.ebs.model.ConflictException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.Tag;

/** {@link RunSnapshots} over the EBS direct APIs. */
public final class EbsRunSnapshots implements RunSnapshots {
  /**
   * The longest that EBS keeps a snapshot without a write.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/ebs/latest/APIReference/API_StartSnapshot.html">StartSnapshot</a>
   */
  private static final int TIMEOUT_MINUTES = 4_320;

  /**
   * One fewer than EC2 takes.
   *
   * @see <a href="https://docs.aws.amazon.com/ebs/latest/APIReference/API_Tag.html">Tag</a>
   */
  private static final int MAX_TAG_VALUE_CHARS = 255;

  private final EbsClient ebs;
  private final Snapshots snapshots;
  private final EncryptionKeys keys;

  public EbsRunSnapshots(EbsClient ebs, Snapshots snapshots, EncryptionKeys keys) {
    this.ebs = ebs;
    this.snapshots = snapshots;
    this.keys = keys;
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
      String keyArn = keys.ofNewSnapshot(wish.encrypted(), wish.kmsKeyId()).orElse(null);
      return checked(wish, keyArn, ebs.startSnapshot(request(wish, keyArn)));
    } catch (ConflictException e) {
      return new Outcome.EpochUsed();
    } catch (ConcurrentLimitExceededException | ServiceQuotaExceededException e) {
      return new Outcome.NoRoom(
          "EBS starts no snapshot for " + named(wish) + " now: " + SdkErrors.sentence(e));
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
                tag(Snapshots.TAG_ATTEMPT, Integer.toString(wish.run().attempt())),
                tag(Snapshots.TAG_DISK, wish.diskId().value()),
                tag(
                    Snapshots.TAG_DISK_NAME,
                    Shortened.to(Ec2Text.printable(wish.diskName()), MAX_TAG_VALUE_CHARS)));
    SnapshotId base = wish.base();
    if (base != null) {
      request.parentSnapshotId(base.value());
    } else if (wish.encrypted()) {
      request.encrypted(true).kmsKeyArn(keyArn);
    }
    return request.build();
  }

  /**
   * What EBS answers about the key is what the data will be encrypted with. A child has its
   * parent's key, whatever the name that the job gives stands for by now.
   */
  private Outcome checked(Wish wish, @Nullable String keyArn, StartSnapshotResponse response) {
    SnapshotId snapshotId = new SnapshotId(response.snapshotId());
    if (wish.zerosLeftOut() && response.kmsKeyArn() != null) {
      discard(snapshotId);
      String sentence =
          "Zero blocks are left out of "
              + named(wish)
              + ", but its snapshot would be encrypted by now, where they read as anything: start a"
              + " run on demand, it sends them.";
      return new Outcome.Refused(sentence, sentence);
    }
    if (Objects.equals(keyArn, response.kmsKeyArn())) {
      return new Outcome.Started(snapshotId);
    }
    discard(snapshotId);
    String sentence =
        "The snapshot of "
            + named(wish)
            + " would be encrypted with "
            + key(response.kmsKeyArn())
            + (wish.base() == null ? "" : ", the key of its base " + wish.base())
            + "; wanted was "
            + key(keyArn)
            + ".";
    return new Outcome.Refused(sentence, sentence);
  }

  private static String key(@Nullable String arn) {
    return arn == null ? "no key" : arn;
  }

  private static String named(Wish wish) {
    return Ec2Text.disk(wish.diskName(), wish.diskId());
  }

  @Override
  public void discard(SnapshotId snapshotId) {
    snapshots.delete(snapshotId);
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }
}
