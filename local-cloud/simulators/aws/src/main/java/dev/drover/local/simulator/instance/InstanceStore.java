package dev.drover.local.simulator.instance;

import dev.drover.local.simulator.instance.InstanceRecord.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All instances of the account and their volumes. A terminated instance stays in the list; EC2
 * forgets it after about an hour, this store at a reset.
 */
public final class InstanceStore {
  private final InstantSource clock;
  private final RecordFiles<InstanceRecord> instances;
  private final RecordFiles<VolumeRecord> volumes;

  private InstanceStore(
      InstantSource clock,
      RecordFiles<InstanceRecord> instances,
      RecordFiles<VolumeRecord> volumes) {
    this.clock = clock;
    this.instances = instances;
    this.volumes = volumes;
  }

  public static InstanceStore open(Path directory, InstantSource clock) throws IOException {
    return new InstanceStore(
        clock,
        RecordFiles.open(directory.resolve("instances"), InstanceRecord.class, InstanceRecord::id),
        RecordFiles.open(directory.resolve("volumes"), VolumeRecord.class, VolumeRecord::id));
  }

  public Optional<InstanceRecord> find(String id) {
    return instances.find(id);
  }

  /** Oldest first. */
  public List<InstanceRecord> list() {
    return instances.list().stream()
        .sorted(
            Comparator.comparingLong(InstanceRecord::launchedAtMillis)
                .thenComparing(InstanceRecord::id))
        .toList();
  }

  public State state(InstanceRecord instance) {
    return instance.stateAt(clock.millis());
  }

  /** Keeps the volumes first: an instance that is there has all of them. */
  public void add(InstanceRecord instance, List<VolumeRecord> itsVolumes) throws IOException {
    for (VolumeRecord volume : itsVolumes) {
      volumes.save(volume);
    }
    instances.save(instance);
  }

  public void save(InstanceRecord instance) throws IOException {
    instances.save(instance);
  }

  public void save(VolumeRecord volume) throws IOException {
    volumes.save(volume);
  }

  /** Idempotent: what goes already goes no later. */
  public InstanceRecord terminate(InstanceRecord instance, Duration delay) throws IOException {
    if (instance.terminatedAtMillis() != null) {
      return instance;
    }
    InstanceRecord ending = instance.terminatedAt(clock.millis() + delay.toMillis());
    instances.save(ending);
    return ending;
  }

  /** The volumes that are there now, oldest first. */
  public List<VolumeRecord> volumes() {
    return volumes.list().stream()
        .filter(this::exists)
        .sorted(
            Comparator.comparingLong(VolumeRecord::createdAtMillis).thenComparing(VolumeRecord::id))
        .toList();
  }

  public Optional<VolumeRecord> findVolume(String id) {
    return volumes.find(id).filter(this::exists);
  }

  /** The volumes that are attached to it. */
  public List<VolumeRecord> volumesOf(InstanceRecord instance) {
    return volumes().stream()
        .filter(volume -> volume.instanceId().equals(instance.id()) && isAttached(volume))
        .toList();
  }

  /** Whether its instance still has it; what an instance leaves is available. */
  public boolean isAttached(VolumeRecord volume) {
    return instances
        .find(volume.instanceId())
        .filter(instance -> state(instance) != State.TERMINATED)
        .isPresent();
  }

  public void delete(VolumeRecord volume) throws IOException {
    volumes.delete(volume.id());
  }

  public void reset() throws IOException {
    instances.reset();
    volumes.reset();
  }

  /** One that ends with its instance is gone then; one without instance is of a call cut short. */
  private boolean exists(VolumeRecord volume) {
    return instances
        .find(volume.instanceId())
        .filter(instance -> !volume.deleteOnTermination() || state(instance) != State.TERMINATED)
        .isPresent();
  }
}
