package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Firmware;
import dev.drover.protocol.SnapshotId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What {@link ImageImports} promises, where tasks end at once. */
public abstract class ImageImportsContract extends EbsContract {
  private static final String NO_TASK = "import-ami-0fffffffffffffff0";

  private final String token = "contract-" + unique();

  private ImageImports imports() {
    return ports().imports();
  }

  private ImageImports.Request request(SnapshotId... snapshots) {
    List<String> devices = List.of("/dev/sda1", "/dev/sdf");
    List<Images.Volume> volumes =
        IntStream.range(0, snapshots.length)
            .mapToObj(i -> new Images.Volume(devices.get(i), snapshots[i]))
            .toList();
    return new ImageImports.Request(
        token,
        new Images.Request(
            token,
            "of a contract",
            Firmware.UEFI,
            volumes,
            Map.of(Snapshots.TAG_RUN, run.runId().value())),
        ImageImports.Platform.WINDOWS,
        "BYOL",
        null,
        "vmimport");
  }

  private String started(ImageImports.Request request) {
    ImageImports.Start start = imports().start(request);
    assertThat(start).isInstanceOf(ImageImports.Start.Started.class);
    return ((ImageImports.Start.Started) start).taskId();
  }

  @Test
  void start_ofCompletedSnapshots_makesAnImageOfCopiesOfThem() {
    SnapshotId root = completed();
    SnapshotId data = started(wish(2, GIB, null));
    complete(data);

    String id = started(request(root, data));

    ImageImports.Task task = imports().find(id).orElseThrow();
    assertThat(task.id()).isEqualTo(id);
    assertThat(task.status()).as(task.message()).isEqualTo(ImageImports.Status.COMPLETED);
    assertThat(task.tags()).containsEntry(Snapshots.TAG_RUN, run.runId().value());
    Images.Description image = ports().images().find(String.valueOf(task.amiId())).orElseThrow();
    assertThat(image.name()).as("VM Import names it after its task").isEqualTo(id);
    assertThat(image.status()).isEqualTo(Images.Status.AVAILABLE);
    assertThat(image.tags()).doesNotContainKey(Snapshots.TAG_RUN);
    assertThat(image.devices())
        .extracting(Images.Device::name)
        .containsExactly("/dev/sda1", "/dev/sdf");
    assertThat(image.snapshots()).hasSize(2).doesNotContain(root, data);
    assertThat(ports().snapshots().find(image.snapshots()))
        .hasSize(2)
        .allMatch(snapshot -> snapshot.status() == Snapshots.Status.COMPLETED)
        .allMatch(snapshot -> snapshot.volumeGib() == 1);
    // The copies stand by themselves.
    assertThat(ports().snapshots().delete(root)).isEqualTo(Snapshots.Deletion.GONE);
  }

  @Test
  void start_sameTokenAgain_isTheSameTask() {
    ImageImports.Request request = request(completed());

    assertThat(started(request)).isEqualTo(started(request));
    assertThat(imports().ofRun(run.runId())).hasSize(1);
  }

  @Test
  void start_snapshotPendingOrUnknown_isRefused() {
    SnapshotId pending = started();

    assertThatThrownBy(() -> imports().start(request(pending)))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> imports().start(request(UNKNOWN)))
        .isInstanceOf(RefusedException.class);
    assertThat(imports().ofRun(run.runId())).isEmpty();
  }

  @Test
  void start_licenseOfAwsForLinux_endsWithoutAnImage() {
    ImageImports.Request fit = request(completed());
    ImageImports.Request unfit =
        new ImageImports.Request(
            token, fit.image(), ImageImports.Platform.LINUX, "AWS", null, "vmimport");

    ImageImports.Task task = imports().find(started(unfit)).orElseThrow();

    assertThat(task.status()).isEqualTo(ImageImports.Status.ENDED);
    assertThat(task.message()).contains("AWS", "Linux");
    assertThat(task.amiId()).isNull();
  }

  @Test
  void image_onceTagged_isFoundByItsRun() {
    String id = started(request(completed()));
    String amiId = String.valueOf(imports().find(id).orElseThrow().amiId());
    Images.Description image = ports().images().find(amiId).orElseThrow();
    Map<String, String> tags =
        Map.of(Snapshots.TAG_RUN, run.runId().value(), ImageImports.TAG_IMPORT, id);

    ports().snapshots().tag(image.snapshots(), tags);
    ports().images().tag(amiId, tags);

    assertThat(ports().images().find(amiId).orElseThrow().tags()).containsAllEntriesOf(tags);
    assertThat(ports().snapshots().ofRun(run.runId())).containsAll(image.snapshots());
    ports().images().deregister(amiId);
    assertThat(ports().images().find(amiId)).isEmpty();
    image
        .snapshots()
        .forEach(
            copy ->
                assertThat(ports().snapshots().delete(copy)).isEqualTo(Snapshots.Deletion.GONE));
  }

  @Test
  void find_unknown_isEmpty() {
    assertThat(imports().find(NO_TASK)).isEmpty();
  }

  @Test
  void cancel_ofWhatHasEndedOrNeverWas_changesNothing() {
    String id = started(request(completed()));
    ImageImports.Task ended = imports().find(id).orElseThrow();

    assertThatCode(() -> imports().cancel(id)).doesNotThrowAnyException();
    assertThatCode(() -> imports().cancel(NO_TASK)).doesNotThrowAnyException();

    assertThat(imports().find(id)).contains(ended);
  }
}
