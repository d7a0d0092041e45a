package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;
import static dev.drover.functions.aws.SdkErrors.translatedPages;

import dev.drover.functions.account.Listing;
import dev.drover.functions.account.Snapshots;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.SnapshotState;
import software.amazon.awssdk.services.ec2.model.Tag;

/** {@link Snapshots} over EC2. */
public final class Ec2Snapshots implements Snapshots {
  private static final String NOT_FOUND = "InvalidSnapshot.NotFound";
  static final String UNAUTHORIZED = "UnauthorizedOperation";
  private static final String IN_USE = "InvalidSnapshot.InUse";

  /** Names a Filter of DescribeSnapshots may have at most 200 values. */
  private static final int MAX_FILTER_VALUES = 200;

  /** Whatever has a tag of that name. */
  static final Filter RUN_TAGGED = Filter.builder().name("tag-key").values(TAG_RUN).build();

  /** For each of them the table is asked, which takes some milliseconds. */
  static final int PART = 200;

  private final Ec2Client ec2;

  public Ec2Snapshots(Ec2Client ec2) {
    this.ec2 = ec2;
  }

  @Override
  public List<Description> find(Collection<SnapshotId> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    if (ids.size() > MAX_FILTER_VALUES) {
      throw new IllegalArgumentException(ids.size() + " snapshots in one question");
    }
    // By filter and not by id: an id that does not exist is then left out, not an error.
    List<String> values = ids.stream().map(SnapshotId::value).toList();
    return described("snapshot-id", values);
  }

  @Override
  public List<SnapshotId> ofRun(RunId runId) {
    return described("tag:" + TAG_RUN, List.of(runId.value())).stream()
        .map(Description::id)
        .toList();
  }

  @Override
  public Listing<Description> tagged(@Nullable String next) {
    DescribeSnapshotsResponse part =
        translated(
            () ->
                ec2.describeSnapshots(
                    describe ->
                        describe
                            .ownerIds("self")
                            .filters(RUN_TAGGED)
                            .maxResults(PART)
                            .nextToken(next)));
    return new Listing<>(
        part.snapshots().stream().map(Ec2Snapshots::description).toList(), next(part.nextToken()));
  }

  /** EC2 has an empty token for none, as its older actions do. */
  static @Nullable String next(@Nullable String token) {
    return token == null || token.isEmpty() ? null : token;
  }

  @Override
  public Deletion delete(SnapshotId id) {
    return translated(() -> deleted(id));
  }

  private Deletion deleted(SnapshotId id) {
    try {
      ec2.deleteSnapshot(delete -> delete.snapshotId(id.value()));
      return Deletion.GONE;
    } catch (Ec2Exception e) {
      return switch (e.awsErrorDetails().errorCode()) {
        case NOT_FOUND -> Deletion.GONE;
        case IN_USE -> Deletion.IN_USE;
        case UNAUTHORIZED -> goneOrRefused(id, e);
        default -> throw e;
      };
    }
  }

  /**
   * The permission asks for a tag, and what is gone has none. Asked only then and not before each
   * deletion, because EC2 may not show a new snapshot yet.
   */
  private Deletion goneOrRefused(SnapshotId id, Ec2Exception refusal) {
    if (find(id).isPresent()) {
      throw refusal;
    }
    return Deletion.GONE;
  }

  @Override
  public void tag(Collection<SnapshotId> ids, Map<String, String> tags) {
    List<String> resources = ids.stream().map(SnapshotId::value).toList();
    translated(() -> ec2.createTags(create -> create.resources(resources).tags(tags(tags))));
  }

  static List<Tag> tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  static Map<String, String> tagsOf(List<Tag> tags) {
    return tags.stream()
        .collect(Collectors.toMap(Tag::key, tag -> Optional.ofNullable(tag.value()).orElse("")));
  }

  private List<Description> described(String filter, List<String> values) {
    Filter one = Filter.builder().name(filter).values(values).build();
    return translatedPages(
            ec2.describeSnapshotsPaginator(describe -> describe.ownerIds("self").filters(one))
                .snapshots())
        .map(Ec2Snapshots::description)
        .toList();
  }

  private static Description description(Snapshot snapshot) {
    return new Description(
        new SnapshotId(snapshot.snapshotId()),
        status(snapshot.state()),
        Optional.ofNullable(snapshot.startTime()).orElse(Instant.EPOCH),
        Optional.ofNullable(snapshot.volumeSize()).orElse(0),
        Optional.ofNullable(snapshot.stateMessage()).orElse(""),
        Boolean.TRUE.equals(snapshot.encrypted()) ? snapshot.kmsKeyId() : null,
        tagsOf(snapshot.tags()));
  }

  private static Status status(SnapshotState state) {
    return switch (state) {
      case COMPLETED -> Status.COMPLETED;
      case PENDING -> Status.PENDING;
      // A snapshot that was archived or comes out of the recycle bin can be no base.
      case ERROR, RECOVERABLE, RECOVERING, UNKNOWN_TO_SDK_VERSION -> Status.FAILED;
    };
  }
}
