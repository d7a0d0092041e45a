package dev.drover.local.simulator.ebs;

import dev.drover.local.simulator.ec2.Forwarder;
import dev.drover.local.simulator.fault.CallCounts;
import dev.drover.local.simulator.fault.Faults;
import dev.drover.local.simulator.guest.Guests;
import dev.drover.local.simulator.guest.RoleKeys;
import dev.drover.local.simulator.image.ImageStore;
import dev.drover.local.simulator.imports.ImportStore;
import dev.drover.local.simulator.instance.InstanceStore;
import dev.drover.local.simulator.snapshot.EncryptionByDefault;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import dev.drover.local.simulator.ssm.CommandStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that a simulator remembers; faults and counts end with its process. */
record SimulatorState(
    SnapshotStore snapshots,
    ImageStore images,
    InstanceStore instances,
    ImportStore imports,
    Guests guests,
    CommandStore commands,
    EncryptionByDefault encryptionByDefault,
    Faults faults,
    CallCounts counts)
    implements AutoCloseable {
  /**
   * What an earlier simulator left.
   *
   * @param forwarder where instances find S3; null: nowhere
   */
  static SimulatorState open(
      EbsSimulatorSettings settings,
      RoleKeys roles,
      @Nullable Forwarder forwarder,
      InstantSource clock)
      throws IOException {
    Path data = Files.createDirectories(settings.dataDirectory());
    SnapshotStore snapshots = SnapshotStore.open(data.resolve("snapshots"), clock, settings.seed());
    ImageStore images = ImageStore.open(data.resolve("images"));
    InstanceStore instances = InstanceStore.open(data, clock);
    Guests guests =
        Guests.open(data.resolve("guests"), settings.account(), instances, roles, clock);
    return new SimulatorState(
        snapshots,
        images,
        instances,
        ImportStore.open(data.resolve("imports"), snapshots, images, clock),
        guests,
        new CommandStore(guests, settings.account(), forwarder, clock, settings.completionDelay()),
        EncryptionByDefault.open(data.resolve("encryption-by-default.json")),
        new Faults(settings.seed()),
        new CallCounts());
  }

  void reset() throws IOException {
    synchronized (snapshots) {
      snapshots.reset();
      images.reset();
      commands.reset();
      guests.reset();
      instances.reset();
      imports.reset();
      encryptionByDefault.set(false);
      faults.replace(List.of());
      counts.reset();
    }
  }

  @Override
  public void close() throws IOException {
    commands.close();
    guests.close();
    snapshots.close();
  }
}
