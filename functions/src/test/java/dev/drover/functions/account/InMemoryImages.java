package dev.drover.functions.account;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Images in memory, of completed snapshots only: names are unique, and a snapshot that an image
 * uses stays.
 */
public final class InMemoryImages implements Images {
  private final Map<String, Request> byId = new LinkedHashMap<>();
  private final Map<String, Status> statuses = new LinkedHashMap<>();
  private final Map<String, Instant> times = new HashMap<>();
  private final Set<String> hidden = new HashSet<>();
  private final Map<String, String> uses = new HashMap<>();
  private final Set<String> untagged = new HashSet<>();
  private final Map<String, Map<String, String>> added = new HashMap<>();
  private final InMemoryEbs ebs;
  private int count;
  private Status statusOfNew = Status.AVAILABLE;

  /** Images of the snapshots there. */
  public InMemoryImages(InMemoryEbs ebs) {
    this.ebs = ebs;
  }

  @Override
  public Registration register(Request request) {
    if (byId.values().stream().anyMatch(known -> known.name().equals(request.name()))) {
      return new Registration.NameTaken();
    }
    count++;
    String amiId = String.format(Locale.ROOT, "ami-%017x", count);
    ebs.use(amiId, request.volumes().stream().map(Volume::snapshotId).toList());
    byId.put(amiId, request);
    times.put(amiId, ebs.now());
    statuses.put(amiId, statusOfNew);
    return new Registration.Registered(amiId);
  }

  @Override
  public Optional<Description> find(String amiId) {
    return Optional.ofNullable(byId.get(amiId)).map(request -> described(amiId, request));
  }

  @Override
  public List<Description> findAll(Collection<String> amiIds) {
    return amiIds.stream().distinct().flatMap(id -> find(id).stream()).toList();
  }

  @Override
  public Listing<Description> tagged(@Nullable String next) {
    return InMemoryEbs.part(
        byId.keySet().stream()
            .flatMap(id -> find(id).stream())
            .filter(image -> image.tags().containsKey(Snapshots.TAG_RUN))
            .toList(),
        next);
  }

  @Override
  public Optional<Description> findByName(String name) {
    return byId.entrySet().stream()
        .filter(entry -> entry.getValue().name().equals(name))
        .filter(entry -> !hidden.contains(entry.getKey()))
        .map(entry -> described(entry.getKey(), entry.getValue()))
        .findFirst();
  }

  @Override
  public Optional<String> use(String amiId) {
    return Optional.ofNullable(uses.get(amiId));
  }

  @Override
  public void tag(String amiId, Map<String, String> tags) {
    if (!byId.containsKey(amiId)) {
      throw new RefusedException("InvalidAMIID.NotFound", "there is no image " + amiId);
    }
    added.computeIfAbsent(amiId, id -> new HashMap<>()).putAll(tags);
  }

  @Override
  public void deregister(String amiId) {
    byId.remove(amiId);
    ebs.release(amiId);
  }

  /** Somebody uses an image; null: nobody does any more. */
  public void use(String amiId, @Nullable String sentence) {
    uses.compute(amiId, (id, before) -> sentence);
  }

  /** Somebody takes an image's tags away. */
  public void untag(String amiId) {
    untagged.add(amiId);
  }

  /** Images that are registered from now on are so at first. */
  public void registerAs(Status status) {
    statusOfNew = status;
  }

  /** An image becomes so. */
  public void become(String amiId, Status status) {
    statuses.put(amiId, status);
  }

  /** Whether an image is found by its name, as EC2 does not at once. */
  public void show(String amiId, boolean shown) {
    if (shown) {
      hidden.remove(amiId);
    } else {
      hidden.add(amiId);
    }
  }

  /** The requests of all images that exist, by id. */
  public Map<String, Request> registered() {
    return Map.copyOf(byId);
  }

  private Description described(String amiId, Request request) {
    List<Device> devices =
        request.volumes().stream()
            .map(volume -> new Device(volume.deviceName(), volume.snapshotId(), false))
            .toList();
    Status status = statuses.getOrDefault(amiId, Status.FAILED);
    return new Description(
        amiId,
        request.name(),
        times.getOrDefault(amiId, Instant.EPOCH),
        status,
        "",
        devices,
        untagged.contains(amiId)
            ? Map.of()
            : request.with(added.getOrDefault(amiId, Map.of())).tags());
  }
}
