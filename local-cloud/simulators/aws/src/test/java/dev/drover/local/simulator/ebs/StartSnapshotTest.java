package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.Tag;

final class StartSnapshotTest extends CloudTest {
  private static final String KEY = "arn:aws:kms:us-east-1:000000000000:key/k1";

  @Test
  void start_outsideTheRanges_isRefused() {
    assertInvalid("INVALID_VOLUME_SIZE", () -> cloud.start(r -> r.volumeSize(0L)));
    assertInvalid("INVALID_VOLUME_SIZE", () -> cloud.start(r -> r.volumeSize(65_537L)));
    assertInvalid("INVALID_PARAMETER_VALUE", () -> cloud.start(r -> r.timeout(9)));
    assertInvalid("INVALID_PARAMETER_VALUE", () -> cloud.start(r -> r.timeout(4_321)));
    assertInvalid(
        "INVALID_PARAMETER_VALUE", () -> cloud.start(r -> r.description("x".repeat(256))));
    assertInvalid(
        "INVALID_TAG",
        () -> cloud.start(r -> r.tags(Tag.builder().key("aws:x").value("v").build())));
    assertInvalid(
        "INVALID_TAG",
        () -> cloud.start(r -> r.tags(Tag.builder().key("x").value("v".repeat(256)).build())));
    assertInvalid("INVALID_PARAMETER_VALUE", () -> cloud.start(r -> r.clientToken("a b")));
    assertThat(cloud.start(r -> r.volumeSize(65_536L).timeout(4_320))).startsWith("snap-");
  }

  @Test
  void start_sameTokenAndParameters_returnsTheSameSnapshot() {
    String first = cloud.start(r -> r.clientToken("token").description("d"));

    assertThat(cloud.start(r -> r.clientToken("token").description("d"))).isEqualTo(first);
    assertEbsError(
        "ConflictException",
        409,
        () -> cloud.start(r -> r.clientToken("token").description("other")));
  }

  @Test
  void start_tokenOfADeletedSnapshot_isStillTaken() throws Exception {
    String first = cloud.start(r -> r.clientToken("token"));
    cloud.ec2.deleteSnapshot(r -> r.snapshotId(first));
    restartCloud();

    assertThat(cloud.start(r -> r.clientToken("token"))).isEqualTo(first);
    assertEbsError("ResourceNotFoundException", 404, () -> cloud.put(first, 0, Cloud.block(0)));
  }

  @Test
  void start_parentThatCannotBeOne_isRefused() {
    String pending = cloud.start(r -> {});
    String large = cloud.completed(r -> r.volumeSize(2L), noBlocks());

    assertEbsError(
        "ResourceNotFoundException",
        404,
        () -> cloud.start(r -> r.parentSnapshotId("snap-00000000000000000")));
    assertInvalid("INVALID_SNAPSHOT_ID", () -> cloud.start(r -> r.parentSnapshotId(pending)));
    assertInvalid("INVALID_VOLUME_SIZE", () -> cloud.start(r -> r.parentSnapshotId(large)));
    assertThat(cloud.start(r -> r.parentSnapshotId(large).volumeSize(3L))).startsWith("snap-");
  }

  @Test
  void start_encryptionTogetherWithParent_isRefused() {
    String parent = cloud.completed(r -> {}, noBlocks());

    assertInvalid(
        "INVALID_PARAMETER_VALUE",
        () -> cloud.start(r -> r.parentSnapshotId(parent).encrypted(true)));
    assertInvalid(
        "INVALID_PARAMETER_VALUE",
        () -> cloud.start(r -> r.parentSnapshotId(parent).encrypted(false)));
    assertInvalid(
        "INVALID_PARAMETER_VALUE",
        () -> cloud.start(r -> r.parentSnapshotId(parent).kmsKeyArn(KEY)));
  }

  @Test
  void start_childOfEncryptedParent_hasItsKey() {
    String parent = cloud.completed(r -> r.encrypted(true).kmsKeyArn(KEY), noBlocks());

    StartSnapshotResponse child =
        cloud.ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(parent));

    assertThat(child.kmsKeyArn()).isEqualTo(KEY);
    assertThat(child.sseTypeAsString()).isEqualTo("sse-kms");
    assertThat(child.parentSnapshotId()).isEqualTo(parent);
  }

  @Test
  void start_whereEncryptionIsTheDefault_isEncryptedOrRefused() {
    String plain = cloud.completed(r -> {}, noBlocks());
    cloud.ec2.enableEbsEncryptionByDefault(r -> {});

    assertThat(cloud.ebs.startSnapshot(r -> r.volumeSize(1L)).kmsKeyArn())
        .startsWith("arn:aws:kms:us-east-1:000000000000:key/");
    assertInvalid("INVALID_PARAMETER_VALUE", () -> cloud.start(r -> r.parentSnapshotId(plain)));
    assertInvalid("INVALID_PARAMETER_VALUE", () -> cloud.start(r -> r.encrypted(false)));
  }

  @Test
  void start_keyWithoutEncryption_isRefused() {
    assertInvalid("INVALID_PARAMETER_VALUE", () -> cloud.start(r -> r.kmsKeyArn(KEY)));
    assertInvalid(
        "INVALID_CUSTOMER_KEY", () -> cloud.start(r -> r.encrypted(true).kmsKeyArn("k1")));
  }

  @Test
  void start_moreThan100Pending_isRefusedUntilOneEnds() {
    String one = Stream.generate(() -> cloud.start(r -> {})).limit(100).toList().getFirst();
    assertEbsError("ConcurrentLimitExceededException", 400, () -> cloud.start(r -> {}));

    cloud.ec2.deleteSnapshot(r -> r.snapshotId(one));

    assertThat(cloud.start(r -> {})).startsWith("snap-");
  }
}
