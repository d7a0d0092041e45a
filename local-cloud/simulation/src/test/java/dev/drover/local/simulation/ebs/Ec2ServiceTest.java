package dev.drover.local.simulation.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.drover.functions.account.Snapshots;
import dev.drover.functions.aws.Ec2Images;
import dev.drover.functions.aws.Ec2Snapshots;
import dev.drover.local.simulation.ebs.EbsSettings.Delays;
import dev.drover.local.simulation.ebs.EbsSettings.Faults;
import dev.drover.local.simulation.ebs.EbsSettings.Quotas;
import dev.drover.local.simulation.ebs.EbsSettings.Rate;
import dev.drover.local.simulation.ebs.EbsSettings.Rates;
import dev.drover.protocol.SnapshotId;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageState;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.Tag;

/** EC2's rules for snapshots, tags and images. */
final class Ec2ServiceTest {
  private static final String UNKNOWN = "snap-0fffffffffffffff0";

  private final Cloud cloud = Cloud.prompt();

  private static void assertRefused(String code, ThrowingCallable call) {
    Ec2Exception refusal = catchThrowableOfType(Ec2Exception.class, call);
    assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(code);
  }

  private static List<String> found(Cloud cloud, String filter, String... values) {
    return cloud
        .ec2
        .describeSnapshotsPaginator(
            describe ->
                describe
                    .ownerIds("self")
                    .filters(Filter.builder().name(filter).values(values).build()))
        .snapshots()
        .stream()
        .map(Snapshot::snapshotId)
        .toList();
  }

  private static String tagged(Cloud cloud, String value) {
    return cloud.started(start -> start.tags(Cloud.tag("run", value)));
  }

  @Test
  void describeSnapshots_byIds_namesTheOneThatIsNotThere() {
    String id = cloud.started();

    assertThat(cloud.described(id).snapshotId()).isEqualTo(id);
    assertRefused("InvalidSnapshot.NotFound", () -> cloud.described(UNKNOWN));
    assertRefused("InvalidSnapshotID.Malformed", () -> cloud.described("vol-1"));
  }

  @Test
  void describeSnapshots_byFilter_givesWhatMatches() {
    String one = tagged(cloud, "run-1");
    String two = tagged(cloud, "run-2");

    assertThat(found(cloud, "tag:run", "run-1")).containsExactly(one);
    assertThat(found(cloud, "tag:run", "run-?")).containsExactly(one, two);
    assertThat(found(cloud, "tag-key", "run")).containsExactly(one, two);
    assertThat(found(cloud, "snapshot-id", two, UNKNOWN)).containsExactly(two);
    assertThat(found(cloud, "status", "completed")).isEmpty();
    assertRefused("InvalidParameterValue", () -> found(cloud, "colour", "red"));
    assertRefused("FilterLimitExceeded", () -> found(cloud, "snapshot-id", new String[201]));
    assertThat(cloud.ec2.describeSnapshots(other -> other.ownerIds("111111111111")).snapshots())
        .isEmpty();
  }

  @Test
  void describeSnapshots_tagChangesAndSnapshotGoes_isFoundByWhatItHas() {
    String id = tagged(cloud, "run-1");
    cloud.ec2.createTags(create -> create.resources(id).tags(tag("run", "run-2")));

    assertThat(found(cloud, "tag:run", "run-1")).isEmpty();
    assertThat(found(cloud, "tag:run", "run-2")).containsExactly(id);
    cloud.ec2.deleteSnapshot(delete -> delete.snapshotId(id));
    assertThat(found(cloud, "tag:run", "run-2")).isEmpty();
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  @Test
  void describeSnapshots_inPages_givesEachOnceThoughTheyGo() {
    for (int i = 0; i < 12; i++) {
      cloud.started();
    }
    var first = cloud.ec2.describeSnapshots(page -> page.maxResults(5));
    assertThat(first.snapshots()).hasSize(5);
    cloud.ec2.deleteSnapshot(delete -> delete.snapshotId(first.snapshots().getLast().snapshotId()));

    assertThat(
            cloud
                .ec2
                .describeSnapshotsPaginator(page -> page.maxResults(5).nextToken(first.nextToken()))
                .snapshots()
                .stream())
        .hasSize(7);
    assertRefused(
        "InvalidParameterValue", () -> cloud.ec2.describeSnapshots(page -> page.maxResults(4)));
  }

  @Test
  void describeSnapshots_newOne_mayNotBeListedYet() {
    Cloud late = Cloud.with(Faults.NONE.withUnseen(Duration.ofMinutes(1)));
    String id = late.started();

    assertThat(found(late, "snapshot-id", id)).isEmpty();
    late.pass(Duration.ofMinutes(1));
    assertThat(found(late, "snapshot-id", id)).containsExactly(id);
  }

  @Test
  void deleteSnapshot_pending_isNoLongerPending() {
    String id = cloud.started();

    cloud.ec2.deleteSnapshot(delete -> delete.snapshotId(id));

    assertThat(cloud.account.use().pending()).isZero();
    assertRefused(
        "InvalidSnapshot.NotFound",
        () -> cloud.ec2.deleteSnapshot(delete -> delete.snapshotId(id)));
    cloud.pass(Duration.ofDays(4));
    assertThat(cloud.account.use().pending()).as("its timeout went with it").isZero();
  }

  @Test
  void delete_goneWhereThePermissionAsksForATag_isUnauthorized() {
    Cloud strict = Cloud.with(Faults.NONE.withGoneUnauthorized());

    assertRefused(
        "UnauthorizedOperation",
        () -> strict.ec2.deleteSnapshot(delete -> delete.snapshotId(UNKNOWN)));
    assertThat(new Ec2Snapshots(strict.ec2).delete(new SnapshotId(UNKNOWN)))
        .isEqualTo(Snapshots.Deletion.GONE);
    new Ec2Images(strict.ec2).deregister("ami-00000000000000001");
  }

  @Test
  void createTags_oneTooMany_tagsNothing() {
    String one = cloud.started();
    var fifty = IntStream.range(0, 50).mapToObj(i -> Cloud.tag("k" + i, "")).toList();
    String full = cloud.started(start -> start.tags(fifty));

    assertRefused(
        "TagLimitExceeded",
        () -> cloud.ec2.createTags(create -> create.resources(one, full).tags(tag("a", "b"))));
    assertThat(cloud.described(one).tags()).isEmpty();
    assertRefused(
        "InvalidSnapshot.NotFound",
        () -> cloud.ec2.createTags(create -> create.resources(one, UNKNOWN).tags(tag("a", "b"))));
    assertThat(cloud.described(one).tags()).isEmpty();
  }

  private static String register(
      Cloud cloud, String snapshot, Consumer<RegisterImageRequest.Builder> more) {
    return cloud
        .ec2
        .registerImage(
            image ->
                more.accept(
                    image
                        .name("web")
                        .virtualizationType("hvm")
                        .rootDeviceName("/dev/sda1")
                        .blockDeviceMappings(
                            BlockDeviceMapping.builder()
                                .deviceName("/dev/sda1")
                                .ebs(ebs -> ebs.snapshotId(snapshot))
                                .build())))
        .imageId();
  }

  @Test
  void registerImage_whatAwsDoesNotTake_isRefused() {
    String id = cloud.completed(1);
    String pending = cloud.started();

    assertRefused(
        "InvalidAMIName.Malformed", () -> register(cloud, id, image -> image.name("a|b")));
    assertRefused(
        "InvalidParameterValue", () -> register(cloud, id, image -> image.description("Büro")));
    assertRefused(
        "InvalidParameterCombination",
        () -> register(cloud, id, image -> image.virtualizationType(null).bootMode("uefi")));
    assertRefused(
        "InvalidBlockDeviceMapping",
        () -> register(cloud, id, image -> image.rootDeviceName("/dev/xvda")));
    assertRefused("IncorrectState", () -> register(cloud, pending, image -> {}));
    assertRefused("InvalidSnapshot.NotFound", () -> register(cloud, UNKNOWN, image -> {}));
    assertThat(cloud.account.imageCount()).isZero();
    register(cloud, id, image -> {});
    assertRefused("InvalidAMIName.Duplicate", () -> register(cloud, id, image -> {}));
  }

  @Test
  void registerImage_magneticVolumeOverOneTebibyte_isRefused() {
    String large = cloud.started(start -> start.volumeSize(1_025L));
    cloud.complete(large);

    assertRefused("InvalidBlockDeviceMapping", () -> register(cloud, large, image -> {}));
  }

  private static Image image(Cloud cloud, String id) {
    return cloud.ec2.describeImages(describe -> describe.imageIds(id)).images().getFirst();
  }

  @Test
  void registerImage_isPendingForAWhileAndThenAvailableOrFailed() {
    for (double failures : new double[] {0, 1}) {
      Cloud slow =
          new Cloud(
              EbsSettings.AWS
                  .with(Faults.NONE.withFailures(0, failures))
                  .with(new Delays(EbsSettings.Span.NONE, Delays.USUAL.image())));
      String id = register(slow, slow.completed(1), image -> {});

      assertThat(image(slow, id).state()).isEqualTo(ImageState.PENDING);
      slow.pass(Duration.ofMinutes(2));
      assertThat(image(slow, id).state())
          .isEqualTo(failures == 0 ? ImageState.AVAILABLE : ImageState.FAILED);
      assertThat(image(slow, id).stateReason() == null).isEqualTo(failures == 0);
    }
  }

  @Test
  void registerImage_moreThanTheAccountMayHave_isRefused() {
    Cloud full = new Cloud(EbsSettings.AWS.with(Delays.NONE).with(new Quotas(100, 100, 1)));
    String id = full.completed(1);
    register(full, id, image -> {});

    assertRefused("ResourceLimitExceeded", () -> register(full, id, image -> image.name("web2")));
    assertThat(full.account.use().quotaRefusals()).hasSize(1);
  }

  @Test
  void deregisterImage_twice_saysThatItWasThere() {
    String snapshot = cloud.completed(1);
    String id = register(cloud, snapshot, image -> {});
    assertRefused(
        "InvalidSnapshot.InUse",
        () -> cloud.ec2.deleteSnapshot(delete -> delete.snapshotId(snapshot)));

    cloud.ec2.deregisterImage(image -> image.imageId(id));

    assertRefused(
        "InvalidAMIID.Unavailable", () -> cloud.ec2.deregisterImage(image -> image.imageId(id)));
    assertRefused(
        "InvalidAMIID.NotFound",
        () -> cloud.ec2.deregisterImage(image -> image.imageId("ami-0fffffffffffffff0")));
    cloud.ec2.deleteSnapshot(delete -> delete.snapshotId(snapshot));
  }

  @Test
  void calls_moreThanAnOperationMay_areThrottledThere() {
    Rates rates =
        new Rates(
            Rates.AWS.puts(),
            Rates.AWS.putsOfSnapshot(),
            Rates.AWS.starts(),
            Rates.AWS.completes(),
            new Rate(2, 1),
            Rates.AWS.ec2Writes());
    Cloud slow = new Cloud(EbsSettings.AWS.with(rates));
    for (int i = 0; i < 2; i++) {
      slow.ec2.describeSnapshots(all -> {});
    }

    Ec2Exception refusal =
        catchThrowableOfType(Ec2Exception.class, () -> slow.ec2.describeSnapshots(all -> {}));
    assertThat(refusal.isThrottlingException()).isTrue();
    assertThat(refusal.statusCode()).isEqualTo(503);
    slow.ec2.describeImages(all -> {});
    slow.pass(Duration.ofSeconds(1));
    slow.ec2.describeSnapshots(all -> {});
    assertThat(slow.account.use().calls())
        .containsEntry("DescribeSnapshots", 4L)
        .containsEntry("DescribeImages", 1L);
  }
}
