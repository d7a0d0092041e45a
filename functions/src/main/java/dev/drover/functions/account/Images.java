package dev.drover.functions.account;

import dev.drover.protocol.Firmware;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The account's own machine images. */
public interface Images {
  /** What EC2 says of an image. */
  enum Status {
    /** It cannot be launched yet. */
    PENDING,
    /** It can be launched. */
    AVAILABLE,
    /** It never will be. */
    FAILED
  }

  /**
   * A disk of an image.
   *
   * @param name of its device, for example {@code /dev/sda1}
   */
  record Device(String name, SnapshotId snapshotId, boolean isEncrypted) {}

  /**
   * An image.
   *
   * @param name unique in the account at a time
   * @param createdAt when it was registered
   * @param reason EC2's words about its state; empty when it says none
   * @param devices in EC2's order
   */
  record Description(
      String amiId,
      String name,
      Instant createdAt,
      Status status,
      String reason,
      List<Device> devices,
      Map<String, String> tags) {
    /** Copies devices and tags. */
    public Description {
      devices = List.copyOf(devices);
      tags = Map.copyOf(tags);
    }

    /** What its disks are made of. */
    public Set<SnapshotId> snapshots() {
      return devices.stream().map(Device::snapshotId).collect(Collectors.toUnmodifiableSet());
    }
  }

  /** A disk of an image to be registered; the root disk comes first. */
  record Volume(String deviceName, SnapshotId snapshotId) {}

  /**
   * An image to be registered.
   *
   * @param name unique in the account: it makes the registration safe to repeat
   * @param volumes the first is the root
   */
  record Request(
      String name,
      String description,
      Firmware firmware,
      List<Volume> volumes,
      Map<String, String> tags) {
    /** Copies the lists. */
    public Request {
      volumes = List.copyOf(volumes);
      tags = Map.copyOf(tags);
    }

    /** The same with more tags. */
    public Request with(Map<String, String> more) {
      Map<String, String> all = new HashMap<>(tags);
      all.putAll(more);
      return new Request(name, description, firmware, volumes, all);
    }
  }

  /** What became of a registration. */
  sealed interface Registration {
    /** The image is registered; it may still be pending. */
    record Registered(String amiId) implements Registration {}

    /** An image has the name already. */
    record NameTaken() implements Registration {}
  }

  /** Registers an image of an x86-64 HVM machine. */
  Registration register(Request request);

  /** The image of that id, if it exists. */
  Optional<Description> find(String amiId);

  /** Those of the images that exist, at most 200. */
  List<Description> findAll(Collection<String> amiIds);

  /**
   * Some of the images that carry the tag of a run, be it another stack's, in no order.
   *
   * @param next of the part before; null: the first
   * @throws RefusedException when EC2 does not know that part any more
   */
  Listing<Description> tagged(@Nullable String next);

  /** The image of that name, if it exists. */
  Optional<Description> findByName(String name);

  /**
   * Who uses an image, as a sentence without its full stop; the first that is found, empty when
   * none is. Instances that are not terminated, launch templates by their default and their latest
   * version, those it is shared with, and copies in this account and Region. EC2 does not tell of
   * copies elsewhere, of other versions' users, and of templates that name a parameter instead of
   * an image.
   */
  Optional<String> use(String amiId);

  /** Tags an image; the same tags again change nothing. */
  void tag(String amiId, Map<String, String> tags);

  /** Deregisters an image; one that does not exist is deregistered already. */
  void deregister(String amiId);
}
