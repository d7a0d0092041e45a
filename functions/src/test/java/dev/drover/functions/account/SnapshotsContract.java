package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Firmware;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@link Snapshots} promises. */
public abstract class SnapshotsContract extends EbsContract {
  private Snapshots snapshots() {
    return ports().snapshots();
  }

  @Test
  void find_givesThoseThatExist() {
    SnapshotId one = started();
    SnapshotId two = started(wish(2, GIB, null));

    assertThat(snapshots().find(List.of(two, UNKNOWN, one)))
        .extracting(Snapshots.Description::id)
        .containsExactlyInAnyOrder(one, two);
    assertThat(snapshots().find(UNKNOWN)).isEmpty();
    assertThat(snapshots().find(List.of())).isEmpty();
  }

  @Test
  void find_saysStatusAndEncryption() {
    SnapshotId id = started();
    assertThat(found(id).status()).isEqualTo(Snapshots.Status.PENDING);
    assertThat(found(id).keyArn()).isNull();

    complete(id);

    assertThat(found(id).status()).isEqualTo(Snapshots.Status.COMPLETED);
  }

  @Test
  void ofRun_givesEverySnapshotOfTheRunAndNoOther() {
    SnapshotId one = started();
    SnapshotId two = started(wish(2, GIB, null));

    assertThat(snapshots().ofRun(run.runId())).containsExactlyInAnyOrder(one, two);
    assertThat(snapshots().ofRun(new RunId("sms-run-" + unique()))).isEmpty();
  }

  @Test
  void tagged_givesEverySnapshotWithARunsTagInParts() {
    SnapshotId one = started();
    SnapshotId two = started(wish(2, GIB, null));

    assertThat(tagged()).contains(one, two);
    assertThat(found(one).volumeGib()).isEqualTo(1);
  }

  private List<SnapshotId> tagged() {
    List<SnapshotId> ids = new ArrayList<>();
    String next = null;
    do {
      Listing<Snapshots.Description> part = snapshots().tagged(next);
      part.items().forEach(snapshot -> ids.add(snapshot.id()));
      next = part.next();
    } while (next != null);
    return ids;
  }

  @Test
  void tag_isAddedToWhatIsThereAndRepeatable() {
    SnapshotId id = started();
    Map<String, String> tags = Map.of(Snapshots.TAG_NAME, "web", Snapshots.TAG_SERVER, "s-1");

    snapshots().tag(List.of(id), tags);
    snapshots().tag(List.of(id), tags);

    assertThat(found(id).tags())
        .containsAllEntriesOf(tags)
        .containsEntry(Snapshots.TAG_RUN, run.runId().value())
        .containsEntry(Snapshots.TAG_JOB, run.jobId().value());
  }

  @Test
  void tag_unknown_isRefused() {
    assertThatThrownBy(() -> snapshots().tag(List.of(UNKNOWN), Map.of("a", "b")))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void delete_onceOrTwiceOrNeverThere_isGone() {
    SnapshotId id = started();

    assertThat(snapshots().delete(id)).isEqualTo(Snapshots.Deletion.GONE);

    assertThat(snapshots().find(id)).isEmpty();
    assertThat(snapshots().ofRun(run.runId())).isEmpty();
    assertThat(snapshots().delete(id)).isEqualTo(Snapshots.Deletion.GONE);
    assertThat(snapshots().delete(UNKNOWN)).isEqualTo(Snapshots.Deletion.GONE);
  }

  @Test
  void delete_usedByAnImage_isInUseUntilTheImageIsGone() {
    SnapshotId id = completed();
    Images.Registration registration =
        ports()
            .images()
            .register(
                new Images.Request(
                    "contract-" + unique(),
                    "",
                    Firmware.UEFI,
                    List.of(new Images.Volume("/dev/sda1", id)),
                    Map.of()));
    String amiId = ((Images.Registration.Registered) registration).amiId();

    assertThat(snapshots().delete(id)).isEqualTo(Snapshots.Deletion.IN_USE);
    assertThat(snapshots().find(id)).isPresent();

    ports().images().deregister(amiId);
    assertThat(snapshots().delete(id)).isEqualTo(Snapshots.Deletion.GONE);
  }
}
