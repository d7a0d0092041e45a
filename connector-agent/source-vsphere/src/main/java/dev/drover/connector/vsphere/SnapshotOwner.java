package dev.drover.connector.vsphere;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Digest;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.RunId;
import java.util.Optional;

/**
 * Who makes VM snapshots, and how it knows its own again: by their names the environment, by their
 * descriptions the installation and the connector, as in {@code … installation=0123456789abcdef
 * connector=c-0123456789abcdef0 consistency=FILE_SYSTEM}.
 *
 * @param installation tells it from another one, of another account or region, whose environment
 *     and connector are called the same, and then have the same id
 */
public record SnapshotOwner(
    EnvironmentName environment, ConnectorId connector, String installation) {
  private static final String INSTALLATION = " installation=";
  private static final String CONNECTOR = " connector=";

  /** 64 bits: the installations on one vCenter are few. */
  private static final int INSTALLATION_CHARS = 16;

  /**
   * A connector.
   *
   * @param bucket the installation's; its name is nobody else's
   */
  public static SnapshotOwner of(
      EnvironmentName environment, ConnectorId connector, String bucket) {
    String installation = Digest.ofText(bucket).hex().substring(0, INSTALLATION_CHARS);
    return new SnapshotOwner(environment, connector, installation);
  }

  /** What a snapshot's description has of it; {@link SnapshotMaker#CONSISTENCY} follows. */
  String mark() {
    return INSTALLATION + installation + CONNECTOR + connector;
  }

  /**
   * The run of a snapshot that Drover made for this environment of this installation; empty for any
   * other. Older versions named no installation: theirs are taken for its own.
   */
  Optional<RunId> run(VmSnapshot snapshot) {
    boolean ofAnother =
        snapshot.description().contains(INSTALLATION)
            && !snapshot.description().contains(INSTALLATION + installation + CONNECTOR);
    return SnapshotName.parse(snapshot.name())
        .filter(name -> name.environment().equals(environment) && !ofAnother)
        .map(SnapshotName::run);
  }

  /** Whether this connector made it, in whatever process. */
  boolean made(VmSnapshot snapshot) {
    return run(snapshot).isPresent()
        && snapshot.description().contains(CONNECTOR + connector + SnapshotMaker.CONSISTENCY);
  }
}
