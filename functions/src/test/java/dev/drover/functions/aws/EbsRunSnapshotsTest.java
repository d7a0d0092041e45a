package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.RunSnapshots;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ebs.model.ConcurrentLimitExceededException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;

/** What EBS is asked for, and what becomes of its answers. */
final class EbsRunSnapshotsTest {
  private static final RunAttempt RUN =
      new RunAttempt(new JobId("sms-job-0000000a"), new RunId("sms-run-0000000b"), 1);
  private static final DiskId DISK = DiskId.of("web", "root.img");
  private static final SnapshotId BASE = new SnapshotId("snap-0aaaaaaaaaaaaaaaa");
  private static final DiskGeometry GIB_AND_A_BYTE = new DiskGeometry((1L << 30) + 1);

  private final FakeEbs ebs = new FakeEbs();
  private final FakeEc2 ec2 = new FakeEc2();
  private final FakeKms kms = new FakeKms();
  private final RunSnapshots snapshots =
      new EbsRunSnapshots(ebs, new Ec2Snapshots(ec2), new KmsEncryptionKeys(ec2, kms));

  private static RunSnapshots.Wish wish(@Nullable SnapshotId base) {
    return new RunSnapshots.Wish(
        RUN, DISK, "root\n.img", 1, GIB_AND_A_BYTE, base, false, null, false);
  }

  private static RunSnapshots.Wish encrypted(int epoch, String key) {
    return new RunSnapshots.Wish(
        RUN, DISK, "root.img", epoch, GIB_AND_A_BYTE, null, true, key, false);
  }

  private StartSnapshotRequest started(RunSnapshots.Wish wish) {
    if (snapshots.start(wish) instanceof RunSnapshots.Outcome.Started started) {
      return Objects.requireNonNull(ebs.pending.get(started.snapshotId().value()));
    }
    throw new AssertionError("no snapshot was started for " + wish);
  }

  @Test
  void start_withoutBase_namesSizeTokenTimeoutAndTags() {
    StartSnapshotRequest request = started(wish(null));

    assertThat(request.volumeSize()).isEqualTo(2);
    assertThat(request.timeout()).isEqualTo(4_320);
    assertThat(request.encrypted()).isNull();
    assertThat(request.parentSnapshotId()).isNull();
    assertThat(request.clientToken()).isEqualTo(wish(null).clientToken());
    assertThat(request.tags())
        .extracting(tag -> tag.key() + "=" + tag.value())
        .containsExactly(
            "drover:job=" + RUN.jobId(),
            "drover:run=" + RUN.runId(),
            "drover:attempt=1",
            "drover:disk=" + DISK,
            "drover:disk-name=root_.img");
  }

  @Test
  void start_withBase_isItsChildAndSaysNothingOfEncryption() {
    StartSnapshotRequest request = started(wish(BASE));

    assertThat(request.parentSnapshotId()).isEqualTo(BASE.value());
    assertThat(request.encrypted()).isNull();
  }

  @Test
  void start_encrypted_resolvesEveryFormOfTheKey() {
    int epoch = 0;
    for (String key : List.of("alias/sms", "1234abcd", FakeKms.ARN, FakeKms.ALIAS_ARN)) {
      epoch++;
      StartSnapshotRequest request = started(encrypted(epoch, key));

      assertThat(request.encrypted()).as(key).isTrue();
      assertThat(request.kmsKeyArn()).as(key).isEqualTo(FakeKms.ARN);
    }
  }

  @Test
  void start_unknownKey_isRefused() {
    assertThat(refusal(encrypted(1, "alias/nope"))).contains("alias/nope is not found");
  }

  @Test
  void start_keyThatMayNotBeDescribed_isRefusedInAwssWords() {
    RunSnapshots.Outcome outcome = snapshots.start(encrypted(1, FakeKms.NOT_OURS));

    assertThat(outcome).isInstanceOf(RunSnapshots.Outcome.Refused.class);
    RunSnapshots.Outcome.Refused refused = (RunSnapshots.Outcome.Refused) outcome;
    assertThat(refused.sentence())
        .isEqualTo(
            "EBS starts no snapshot for disk 'root.img' (" + DISK + "): You may not describe it.");
    assertThat(refused.details()).contains("1a2b-3c");
  }

  @Test
  void start_ebsTakesAnotherKey_isRefusedAndTheSnapshotGoes() {
    ebs.keyInstead = FakeEbs.DEFAULT_KEY;

    assertThat(refusal(encrypted(1, "alias/sms"))).contains(FakeEbs.DEFAULT_KEY, FakeKms.ARN);
    assertThat(ec2.deleted).containsExactlyElementsOf(ebs.pending.keySet());
  }

  @Test
  void start_childUnderTheKeyThatItsNameStandsFor_isStarted() {
    ebs.keyOfParents = FakeKms.ARN;
    assertThat(started(encryptedChild("alias/sms")).encrypted()).isNull();

    ebs.keyOfParents = FakeEbs.DEFAULT_KEY;
    assertThat(started(encryptedChild(null)).kmsKeyArn()).isNull();
  }

  @Test
  void start_aliasStandsForAnotherKeyThanTheBaseHas_isRefusedAndTheSnapshotGoes() {
    ebs.keyOfParents = FakeKms.ARN;
    String newer = FakeKms.ARN + "5";
    kms.point("alias/sms", newer);

    assertThat(refusal(encryptedChild("alias/sms"))).contains(FakeKms.ARN, BASE.value(), newer);
    assertThat(ec2.deleted).containsExactlyElementsOf(ebs.pending.keySet());
  }

  @Test
  void start_accountsDefaultKeyIsAnotherThanTheBaseHas_isRefused() {
    ebs.keyOfParents = FakeEbs.DEFAULT_KEY;
    kms.point("alias/aws/ebs", FakeKms.ARN);

    assertThat(refusal(encryptedChild(null))).contains(FakeEbs.DEFAULT_KEY, FakeKms.ARN);
  }

  private int children;

  private RunSnapshots.Wish encryptedChild(@Nullable String key) {
    return new RunSnapshots.Wish(
        RUN, DISK, "root.img", ++children, GIB_AND_A_BYTE, BASE, true, key, false);
  }

  @Test
  void start_parentGone_isRefused() {
    ebs.failure =
        ResourceNotFoundException.builder().statusCode(404).message("no such parent").build();

    assertThat(refusal(wish(BASE))).contains("no such parent");
  }

  @Test
  void start_noneToHaveNow_hasNoRoom() {
    ebs.failure = ServiceQuotaExceededException.builder().message("100 pending snapshots").build();
    assertThat(snapshots.start(wish(null)))
        .isInstanceOfSatisfying(
            RunSnapshots.Outcome.NoRoom.class,
            it -> assertThat(it.sentence()).contains(DISK.value(), "100 pending snapshots"));

    ebs.failure = ConcurrentLimitExceededException.builder().message("too many").build();
    assertThat(snapshots.start(wish(null))).isInstanceOf(RunSnapshots.Outcome.NoRoom.class);
  }

  @Test
  void start_zerosLeftOut_isStartedOnlyWithoutAKey() {
    RunSnapshots.Wish omitting =
        new RunSnapshots.Wish(RUN, DISK, "root.img", 1, GIB_AND_A_BYTE, null, false, null, true);
    assertThat(started(omitting).encrypted()).isNull();

    ebs.pending.clear();
    ebs.keyInstead = FakeEbs.DEFAULT_KEY;
    RunSnapshots.Wish next =
        new RunSnapshots.Wish(RUN, DISK, "root.img", 2, GIB_AND_A_BYTE, null, false, null, true);
    assertThat(refusal(next))
        .isEqualTo(
            "Zero blocks are left out of disk 'root.img' ("
                + DISK
                + "), but its snapshot would be encrypted by now, where they read as anything:"
                + " start a run on demand, it sends them.");
    assertThat(ec2.deleted).containsExactlyElementsOf(ebs.pending.keySet());
  }

  private String refusal(RunSnapshots.Wish wish) {
    if (snapshots.start(wish) instanceof RunSnapshots.Outcome.Refused refused) {
      return refused.sentence();
    }
    throw new AssertionError(wish + " was not refused");
  }
}
