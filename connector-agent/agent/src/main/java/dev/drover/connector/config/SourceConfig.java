package dev.drover.connector.config;

import dev.drover.connector.pulse.Limits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the servers are. */
public sealed interface SourceConfig {
  /** What and where, for people. */
  String description();

  /** After which a source that gives nothing hangs, unless the configuration says it. */
  default Duration usualReadLimit() {
    return Limits.DEFAULT.read();
  }

  /**
   * A folder of disk images.
   *
   * @param directory holds one sub-folder per server
   * @param allowWriters whether images are read that somebody has open for writing
   */
  record Folder(Path directory, boolean allowWriters) implements SourceConfig {
    @Override
    public String description() {
      return "folder " + directory;
    }
  }

  /**
   * The VMs of a vCenter or of a single ESXi host.
   *
   * @param address {@code https://vcenter.example.com}, perhaps with a port
   * @param passwordFile holds the user's password and nothing else
   * @param caFile certificates in PEM; null for the JDK's list of authorities
   * @param fingerprints SHA-256 of certificates that are believed whoever issued them
   * @param minFreePercent of a datastore, with less of which no VM snapshot is made; 0: any
   * @param disksPerHost that are read of an ESXi host at once
   * @param disksPerDatastore that are read of a datastore at once
   */
  record Vsphere(
      URI address,
      String user,
      Path passwordFile,
      @Nullable Path caFile,
      List<String> fingerprints,
      Quiescing quiescing,
      int minFreePercent,
      int disksPerHost,
      int disksPerDatastore)
      implements SourceConfig {
    public Vsphere {
      fingerprints = List.copyOf(fingerprints);
    }

    /**
     * A host sends nothing while it reads the zeros of a thick disk, and the source itself gives it
     * up after an hour; a guest that is brought to rest may take half of that.
     */
    @Override
    public Duration usualReadLimit() {
      return Duration.ofMinutes(65);
    }

    @Override
    public String description() {
      return "vsphere " + address + " as " + user;
    }
  }

  /** Whether a guest's file systems are brought to rest for a VM snapshot. */
  enum Quiescing {
    REQUIRED("required"),
    IF_POSSIBLE("ifPossible"),
    NEVER("never");

    private final String text;

    Quiescing(String text) {
      this.text = text;
    }

    static Quiescing of(String text) {
      for (Quiescing quiescing : values()) {
        if (quiescing.text.equals(text)) {
          return quiescing;
        }
      }
      throw new IllegalArgumentException("is '" + text + "', write required, ifPossible or never");
    }
  }
}
