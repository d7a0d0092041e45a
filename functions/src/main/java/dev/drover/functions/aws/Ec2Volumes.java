package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.Listing;
import dev.drover.functions.account.Volumes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.Volume;
import software.amazon.awssdk.services.ec2.model.VolumeState;

/** {@link Volumes} over EC2. */
public final class Ec2Volumes implements Volumes {
  private static final List<String> NOT_THERE =
      List.of("InvalidVolume.NotFound", "InvalidParameterValue");
  private static final String IN_USE = "VolumeInUse";
  private static final int PART = 200;

  private static final Filter TAGGED =
      Filter.builder().name("tag-key").values(Volumes.TAG_APP).build();
  private static final Filter FREE =
      Filter.builder().name("status").values(VolumeState.AVAILABLE.toString()).build();

  private final Ec2Client ec2;

  public Ec2Volumes(Ec2Client ec2) {
    this.ec2 = ec2;
  }

  @Override
  public Listing<Description> free(@Nullable String next) {
    DescribeVolumesResponse part =
        translated(
            () ->
                ec2.describeVolumes(
                    describe -> describe.filters(TAGGED, FREE).maxResults(PART).nextToken(next)));
    return new Listing<>(
        part.volumes().stream().map(Ec2Volumes::description).toList(),
        Ec2Snapshots.next(part.nextToken()));
  }

  @Override
  public Optional<Description> find(String id) {
    return translated(() -> found(id));
  }

  private Optional<Description> found(String id) {
    try {
      return ec2.describeVolumes(describe -> describe.volumeIds(id)).volumes().stream()
          .map(Ec2Volumes::description)
          .filter(volume -> volume.tags().containsKey(Volumes.TAG_APP))
          .findFirst();
    } catch (Ec2Exception e) {
      // A text that has not the shape of an id names no volume.
      if (NOT_THERE.contains(e.awsErrorDetails().errorCode())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public boolean delete(String id) {
    return translated(() -> deleted(id));
  }

  private boolean deleted(String id) {
    try {
      ec2.deleteVolume(delete -> delete.volumeId(id));
      return true;
    } catch (Ec2Exception e) {
      String code = e.awsErrorDetails().errorCode();
      if (IN_USE.equals(code)) {
        return false;
      }
      if (NOT_THERE.contains(code)) {
        return true;
      }
      throw e;
    }
  }

  private static Description description(Volume volume) {
    return new Description(
        volume.volumeId(),
        volume.state() == VolumeState.AVAILABLE,
        volume.size(),
        volume.volumeTypeAsString(),
        volume.createTime(),
        volume.tags().stream().collect(Collectors.toMap(Tag::key, Tag::value)));
  }
}
