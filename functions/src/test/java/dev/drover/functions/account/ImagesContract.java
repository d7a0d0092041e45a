package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Firmware;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@link Images} promises. */
public abstract class ImagesContract extends EbsContract {
  private final String name = "contract-" + unique();

  private Images images() {
    return ports().images();
  }

  private Images.Request request(SnapshotId root) {
    return new Images.Request(
        name,
        "of a contract",
        Firmware.BIOS,
        List.of(new Images.Volume("/dev/sda1", root)),
        Map.of(Snapshots.TAG_RUN, run.runId().value()));
  }

  private String registered(SnapshotId root) {
    Images.Registration registration = images().register(request(root));
    assertThat(registration).isInstanceOf(Images.Registration.Registered.class);
    return ((Images.Registration.Registered) registration).amiId();
  }

  @Test
  void register_isFoundByIdAndByName() {
    SnapshotId root = completed();

    String amiId = registered(root);

    Images.Description image = images().find(amiId).orElseThrow();
    assertThat(image.amiId()).isEqualTo(amiId);
    assertThat(image.status()).isEqualTo(Images.Status.AVAILABLE);
    assertThat(image.snapshots()).containsExactly(root);
    assertThat(image.tags()).containsEntry(Snapshots.TAG_RUN, run.runId().value());
    assertThat(images().findByName(name)).contains(image);
  }

  @Test
  void register_severalDisks_hasAllTheirSnapshots() {
    SnapshotId root = completed();
    SnapshotId data = started(wish(2, GIB, null));
    complete(data);
    Images.Registration registration =
        images()
            .register(
                new Images.Request(
                    name,
                    "",
                    Firmware.UEFI,
                    List.of(
                        new Images.Volume("/dev/sda1", root), new Images.Volume("/dev/sdb", data)),
                    Map.of()));

    assertThat(registration).isInstanceOf(Images.Registration.Registered.class);
    assertThat(images().findByName(name).orElseThrow().snapshots())
        .containsExactlyInAnyOrder(root, data);
  }

  @Test
  void register_nameTaken_saysSoAndRegistersNothing() {
    SnapshotId root = completed();
    String amiId = registered(root);

    assertThat(images().register(request(root))).isEqualTo(new Images.Registration.NameTaken());
    assertThat(images().findByName(name).orElseThrow().amiId()).isEqualTo(amiId);
  }

  @Test
  void register_snapshotPendingOrUnknown_isRefused() {
    SnapshotId pending = started();

    assertThatThrownBy(() -> images().register(request(pending)))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> images().register(request(UNKNOWN)))
        .isInstanceOf(RefusedException.class);
    assertThat(images().findByName(name)).isEmpty();
  }

  @Test
  void use_ofAnImageThatNobodyUses_isNone() {
    assertThat(images().use(registered(completed()))).isEmpty();
  }

  @Test
  void find_unknown_isEmpty() {
    assertThat(images().find("ami-0fffffffffffffff0")).isEmpty();
    assertThat(images().findByName(name)).isEmpty();
  }

  @Test
  void tagged_givesEveryImageWithARunsTagUnderItsName() {
    String amiId = registered(completed());

    List<Images.Description> found = new ArrayList<>();
    String next = null;
    do {
      Listing<Images.Description> part = images().tagged(next);
      found.addAll(part.items());
      next = part.next();
    } while (next != null);

    assertThat(found)
        .filteredOn(image -> image.amiId().equals(amiId))
        .singleElement()
        .satisfies(
            image -> {
              assertThat(image.name()).isEqualTo(name);
              assertThat(image.createdAt()).isAfter(Instant.EPOCH);
            });
  }

  @Test
  void findAll_givesThoseThatExist() {
    String amiId = registered(completed());

    assertThat(images().findAll(List.of(amiId, "ami-0fffffffffffffff0")))
        .containsExactly(images().find(amiId).orElseThrow());
    assertThat(images().findAll(List.of())).isEmpty();
  }

  @Test
  void deregister_isGoneAlsoTheSecondTimeAndItsNameIsFree() {
    SnapshotId root = completed();
    String amiId = registered(root);

    images().deregister(amiId);

    assertThat(images().find(amiId)).isEmpty();
    assertThat(images().findByName(name)).isEmpty();
    assertThatCode(() -> images().deregister(amiId)).doesNotThrowAnyException();
    assertThat(registered(root)).isNotEqualTo(amiId);
  }

  @Test
  void deregister_neverThere_isDeregisteredAlready() {
    assertThatCode(() -> images().deregister("ami-0fffffffffffffff0")).doesNotThrowAnyException();
  }
}
