package dev.drover.local.simulation.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.drover.local.simulation.ebs.EbsSettings.Faults;
import dev.drover.local.simulation.ebs.EbsSettings.Quotas;
import dev.drover.local.simulation.ebs.EbsSettings.Rates;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import java.time.Duration;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ebs.model.ConcurrentLimitExceededException;
import software.amazon.awssdk.services.ebs.model.ConflictException;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.RequestThrottledException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;
import software.amazon.awssdk.services.ec2.model.SnapshotState;

/** AWS's rules for writing snapshots. */
final class EbsServiceTest {
  private static final Consumer<StartSnapshotRequest.Builder> TOKEN =
      start -> start.clientToken("token");

  private final Cloud cloud = Cloud.prompt();

  private static void assertInvalid(ValidationExceptionReason reason, ThrowingCallable call) {
    ValidationException refusal = catchThrowableOfType(ValidationException.class, call);
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.statusCode()).isEqualTo(400);
  }

  private static EbsException refusal(ThrowingCallable call) {
    return catchThrowableOfType(EbsException.class, call);
  }

  @Test
  void start_sameToken_isTheSameSnapshotForEver() {
    String id = cloud.started(TOKEN);

    assertThat(cloud.started(TOKEN)).isEqualTo(id);
    cloud.ec2.deleteSnapshot(delete -> delete.snapshotId(id));
    assertThat(cloud.started(TOKEN)).isEqualTo(id);
    assertThat(cloud.account.snapshots()).isEmpty();
  }

  @Test
  void start_sameTokenForSomethingElse_isAConflict() {
    cloud.account.addKey("1234", "alias/one");
    String key = cloud.account.addKey("5678", "alias/two");
    cloud.started(start -> start.clientToken("encrypted").encrypted(true));
    cloud.started(TOKEN);

    assertThat(refusal(() -> cloud.started(TOKEN.andThen(start -> start.timeout(61)))))
        .isInstanceOf(ConflictException.class)
        .hasFieldOrPropertyWithValue("statusCode", 409);
    assertThatThrownBy(
            () ->
                cloud.started(
                    start -> start.clientToken("encrypted").encrypted(true).kmsKeyArn(key)))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void start_parentThatIsNone_isRefused() {
    String pending = cloud.started();

    assertInvalid(
        ValidationExceptionReason.INVALID_SNAPSHOT_ID,
        () -> cloud.started(start -> start.parentSnapshotId(pending)));
    assertThat(refusal(() -> cloud.started(start -> start.parentSnapshotId("snap-0fffffff"))))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasFieldOrPropertyWithValue("statusCode", 404);
    String parent = cloud.completed(1);
    assertInvalid(
        ValidationExceptionReason.INVALID_PARAMETER_VALUE,
        () -> cloud.started(start -> start.parentSnapshotId(parent).encrypted(true)));
  }

  @Test
  void start_valuesOutOfRange_areRefused() {
    assertInvalid(
        ValidationExceptionReason.INVALID_VOLUME_SIZE,
        () -> cloud.started(start -> start.volumeSize(65_537L)));
    assertInvalid(
        ValidationExceptionReason.INVALID_PARAMETER_VALUE,
        () -> cloud.started(start -> start.timeout(4_321)));
    assertInvalid(
        ValidationExceptionReason.INVALID_TAG,
        () -> cloud.started(start -> start.tags(Cloud.tag("aws:x", ""))));
    assertInvalid(
        ValidationExceptionReason.INVALID_TAG,
        () -> cloud.started(start -> start.tags(Cloud.tag("x", "v".repeat(256)))));
  }

  @Test
  void start_encrypted_takesTheKeyAndItsChildrenToo() {
    String key = cloud.account.addKey("1234", "alias/drover");
    String parent = cloud.started(start -> start.encrypted(true).kmsKeyArn(key));
    cloud.complete(parent);

    assertThat(
            cloud
                .ebs
                .startSnapshot(start -> start.volumeSize(1L).parentSnapshotId(parent))
                .kmsKeyArn())
        .isEqualTo(key);
    assertInvalid(
        ValidationExceptionReason.INVALID_CUSTOMER_KEY,
        () -> cloud.started(start -> start.encrypted(true).kmsKeyArn(key + "0")));
  }

  @Test
  void start_encryptionByDefault_refusesUnencryptedParents() {
    String plain = cloud.completed(1);
    cloud.account.encryptByDefault(true);

    assertInvalid(
        ValidationExceptionReason.INVALID_PARAMETER_VALUE,
        () -> cloud.started(start -> start.parentSnapshotId(plain)));
    assertThat(cloud.described(cloud.started()).kmsKeyId()).isEqualTo(KmsService.DEFAULT_KEY_ARN);
  }

  @Test
  void content_isWhatItWroteOverItsParentsOverZeros() {
    String parent = cloud.started();
    cloud.put(parent, 0, 1);
    cloud.put(parent, 1, 1);
    cloud.complete(parent, Cloud.digest(1), Cloud.digest(1));
    String child = cloud.started(start -> start.parentSnapshotId(parent).volumeSize(2L));
    cloud.put(child, 1, 2);
    cloud.put(child, 4_095, 3);
    cloud.complete(child, Cloud.digest(2), Cloud.digest(3));

    assertThat(cloud.digestOf(child, 0)).isEqualTo(Cloud.digest(1));
    assertThat(cloud.digestOf(child, 1)).isEqualTo(Cloud.digest(2));
    assertThat(cloud.digestOf(child, 2)).isEqualTo(DiskGeometry.ZERO_BLOCK);
    assertThat(cloud.digestOf(child, 4_095)).isEqualTo(Cloud.digest(3));
    assertThat(cloud.digestOf(parent, 1)).isEqualTo(Cloud.digest(1));

    cloud.ec2.deleteSnapshot(delete -> delete.snapshotId(parent));
    assertThat(cloud.digestOf(child, 0)).isEqualTo(Cloud.digest(1));
  }

  @Test
  void content_ofAnEncryptedSnapshot_isUnknownWhereNothingWasWritten() {
    String id = cloud.started(start -> start.encrypted(true));
    cloud.put(id, 1, 0);

    assertThat(cloud.digestOf(id, 0)).isEqualTo(Digest.NEVER_WRITTEN);
    assertThat(cloud.digestOf(id, 1)).isEqualTo(DiskGeometry.ZERO_BLOCK);
  }

  @Test
  void content_takenBefore_doesNotChange() {
    String id = cloud.started();
    cloud.put(id, 0, 1);
    SnapshotContent before = cloud.account.content(cloud.account.snapshots().getFirst());

    cloud.put(id, 0, 2);

    assertThat(before.digest(0)).isEqualTo(Cloud.digest(1));
    assertThat(before.blockCount()).isEqualTo(2_048);
    assertThat(cloud.digestOf(id, 0)).isEqualTo(Cloud.digest(2));
  }

  @Test
  void put_notABlockOfTheVolume_isRefused() {
    String id = cloud.started();

    assertInvalid(ValidationExceptionReason.INVALID_BLOCK, () -> cloud.put(id, 2_048, 1));
    assertInvalid(
        ValidationExceptionReason.INVALID_PARAMETER_VALUE,
        () -> cloud.put(id, 0, new byte[512], Digest.of(new byte[512])));
    assertInvalid(
        ValidationExceptionReason.INVALID_PARAMETER_VALUE,
        () -> cloud.put(id, 0, Cloud.data(1), Cloud.digest(2)));
  }

  @Test
  void put_moreThanTheAccountMay_isThrottledUntilTimePasses() {
    Cloud slow = new Cloud(EbsSettings.AWS.with(Rates.AWS.withPutsScaled(0.003)));
    String id = slow.started();
    String other = slow.started();
    for (int block = 0; block < 3; block++) {
      slow.put(block == 0 ? other : id, block, 1);
    }

    EbsException refusal = refusal(() -> slow.put(other, 3, 1));
    assertThat(refusal.isThrottlingException()).isTrue();
    assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("ThrottlingException");
    slow.pass(Duration.ofMillis(334));
    slow.put(id, 3, 1);
    assertThat(slow.account.use().throttles()).containsEntry("PutSnapshotBlock", 1L);
    assertThat(slow.account.use().mostPutsInSecond()).isEqualTo(4);
  }

  @Test
  void put_moreThanASnapshotMay_isThrottledThere() {
    Rates rates =
        new Rates(
            Rates.AWS.puts(),
            EbsSettings.Rate.of(2),
            Rates.AWS.starts(),
            Rates.AWS.completes(),
            Rates.AWS.ec2Reads(),
            Rates.AWS.ec2Writes());
    Cloud slow = new Cloud(EbsSettings.AWS.with(rates));
    String id = slow.started();
    String other = slow.started();
    slow.put(id, 0, 1);
    slow.put(id, 1, 1);

    EbsException refusal = refusal(() -> slow.put(id, 2, 1));
    assertThat(refusal).isInstanceOf(RequestThrottledException.class);
    assertThat(refusal.isThrottlingException()).isTrue();
    slow.put(other, 0, 1);
  }

  @Test
  void put_rightAfterStart_maySayThatThereIsNoSuchSnapshot() {
    Cloud hiding = Cloud.with(Faults.NONE.withHidden(Duration.ofMinutes(2)));
    String id = hiding.started();

    assertThatThrownBy(() -> hiding.put(id, 0, 1)).isInstanceOf(ResourceNotFoundException.class);
    hiding.pass(Duration.ofMinutes(2));
    hiding.put(id, 0, 1);
  }

  @Test
  void put_sameBlockAtTheSameTime_isAConflict() {
    Cloud meeting = Cloud.with(Faults.NONE.withConflicts(Duration.ofMillis(50)));
    String id = meeting.started();
    meeting.put(id, 0, 1);

    assertInvalid(ValidationExceptionReason.CONFLICTING_BLOCK_UPDATE, () -> meeting.put(id, 0, 2));
    meeting.put(id, 1, 1);
    meeting.pass(Duration.ofMillis(50));
    meeting.put(id, 0, 2);
    assertThat(meeting.digestOf(id, 0)).isEqualTo(Cloud.digest(2));
  }

  @Test
  void timeout_isCountedFromTheLastWriteAndCancels() {
    String id = cloud.started(start -> start.timeout(10));
    cloud.pass(Duration.ofMinutes(9));
    cloud.put(id, 0, 1);
    cloud.pass(Duration.ofMinutes(9));
    assertThat(cloud.described(id).state()).isEqualTo(SnapshotState.PENDING);

    cloud.pass(Duration.ofMinutes(1));

    assertThat(cloud.described(id).state()).isEqualTo(SnapshotState.ERROR);
    assertThat(cloud.described(id).stateMessage()).contains("10 minutes");
    assertInvalid(ValidationExceptionReason.INVALID_SNAPSHOT_ID, () -> cloud.put(id, 0, 1));
    assertThat(cloud.account.use().pending()).isZero();
  }

  @Test
  void complete_isPendingForAWhile() {
    Cloud slow = new Cloud(EbsSettings.AWS);
    String id = slow.started();
    slow.complete(id);

    assertThat(slow.described(id).state()).isEqualTo(SnapshotState.PENDING);
    assertInvalid(ValidationExceptionReason.INVALID_SNAPSHOT_ID, () -> slow.put(id, 0, 1));
    slow.pass(Duration.ofMinutes(5));
    assertThat(slow.described(id).state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(slow.account.isCompleted(slow.account.snapshots().getFirst())).isTrue();
  }

  @Test
  void complete_mayEndInAnError() {
    Cloud failing = Cloud.with(Faults.NONE.withFailures(1, 0));
    String id = failing.started();

    failing.complete(id);

    assertThat(failing.described(id).state()).isEqualTo(SnapshotState.ERROR);
    assertThat(failing.account.use().pending()).isZero();
  }

  @Test
  void startAndComplete_tenASecond() {
    for (int i = 0; i < 10; i++) {
      cloud.ebs.startSnapshot(start -> start.volumeSize(1L));
    }
    assertThat(refusal(() -> cloud.ebs.startSnapshot(start -> start.volumeSize(1L))))
        .matches(EbsException::isThrottlingException);
    String[] ids = cloud.account.snapshots().stream().map(id -> id.value()).toArray(String[]::new);
    for (String id : ids) {
      cloud.complete(id);
    }
    String next = cloud.started();
    cloud.complete(next);
    assertThat(cloud.account.use().starts()).isEqualTo(11);
    assertThat(cloud.account.use().completes()).isEqualTo(11);
  }

  @Test
  void complete_moreThanTenASecond_isThrottled() {
    String id = cloud.completed(1);
    for (int i = 0; i < 9; i++) {
      assertInvalid(ValidationExceptionReason.INVALID_SNAPSHOT_ID, () -> cloud.complete(id));
    }
    assertThat(refusal(() -> cloud.complete(id))).matches(EbsException::isThrottlingException);
  }

  @Test
  void start_oneHundredPending_isRefusedUntilOneIsGone() {
    for (int i = 0; i < 100; i++) {
      cloud.started();
    }

    assertThatThrownBy(cloud::started).isInstanceOf(ConcurrentLimitExceededException.class);
    assertThat(cloud.account.use().mostPending()).isEqualTo(100);
    assertThat(cloud.account.use().quotaRefusals())
        .extracting(AccountUse.QuotaRefusal::operation)
        .containsExactly("StartSnapshot");

    cloud.complete(cloud.account.snapshots().getFirst().value());
    cloud.started();
  }

  @Test
  void start_moreSnapshotsThanTheAccountMayHave_isRefused() {
    Cloud full =
        new Cloud(EbsSettings.AWS.with(EbsSettings.Delays.NONE).with(new Quotas(100, 1, 50_000)));
    full.completed(1);

    assertThat(refusal(full::started))
        .isInstanceOf(ServiceQuotaExceededException.class)
        .hasFieldOrPropertyWithValue("statusCode", 402);
    assertThat(full.account.use().quotaRefusalCount()).isEqualTo(1);
  }
}
