package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.Snapshots;
import dev.drover.protocol.SnapshotId;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.DeregisterImageRequest;
import software.amazon.awssdk.services.ec2.model.DeregisterImageResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/** What is gone has no tags, so a permission that asks for them refuses its deletion. */
final class GoneResourcesTest {
  private static final SnapshotId SNAPSHOT = new SnapshotId("snap-00000000000000001");
  private static final String IMAGE = "ami-00000000000000001";

  /** Refuses every deletion; shows the snapshot and the image, or nothing. */
  private record Refusing(boolean shows) implements Ec2Client {
    private static Ec2Exception refusal() {
      return (Ec2Exception)
          Ec2Exception.builder()
              .awsErrorDetails(AwsErrorDetails.builder().errorCode("UnauthorizedOperation").build())
              .build();
    }

    @Override
    public DeleteSnapshotResponse deleteSnapshot(DeleteSnapshotRequest request) {
      throw refusal();
    }

    @Override
    public DeregisterImageResponse deregisterImage(DeregisterImageRequest request) {
      throw refusal();
    }

    @Override
    public DescribeSnapshotsResponse describeSnapshots(DescribeSnapshotsRequest request) {
      Snapshot snapshot =
          Snapshot.builder().snapshotId(SNAPSHOT.value()).state("completed").build();
      return DescribeSnapshotsResponse.builder()
          .snapshots(shows ? List.of(snapshot) : List.of())
          .build();
    }

    @Override
    public DescribeImagesResponse describeImages(DescribeImagesRequest request) {
      Image image = Image.builder().imageId(IMAGE).state("available").build();
      return DescribeImagesResponse.builder().images(shows ? List.of(image) : List.of()).build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  @Test
  void delete_refusedAndNotShown_isGone() {
    Ec2Client ec2 = new Refusing(false);
    assertThat(new Ec2Snapshots(ec2).delete(SNAPSHOT)).isEqualTo(Snapshots.Deletion.GONE);
    assertThatCode(() -> new Ec2Images(ec2).deregister(IMAGE)).doesNotThrowAnyException();
  }

  @Test
  void delete_refusedButShown_isRefused() {
    Ec2Client ec2 = new Refusing(true);
    assertThatThrownBy(() -> new Ec2Snapshots(ec2).delete(SNAPSHOT))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> new Ec2Images(ec2).deregister(IMAGE))
        .isInstanceOf(RefusedException.class);
  }
}
