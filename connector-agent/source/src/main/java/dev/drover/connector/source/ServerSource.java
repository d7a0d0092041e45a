package dev.drover.connector.source;

import dev.drover.protocol.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where servers come from: a hypervisor's management, or a folder of images. */
public interface ServerSource extends AutoCloseable {
  /** For example {@code folder}. */
  String type();

  /** What SMS calls the capabilities of a connector with this source. */
  default List<String> capabilities() {
    return List.of();
  }

  /**
   * What the source needs to be allowed, tried without changing anything. None where reading the
   * inventory shows it all.
   *
   * @throws SourceException when it cannot even be asked
   */
  default List<SourceRight> rights() {
    return List.of();
  }

  /** How a person gives the source its rights: lines to copy, perhaps with their headings. */
  default List<String> howToGrant() {
    return List.of();
  }

  /** Every server that can be seen now. */
  SourceInventory inventory();

  /**
   * Opens a server's disks at one instant.
   *
   * @param run what is made on the site for it is named with it, so that whoever finds it knows
   *     whose it is; it stands until {@link #release}
   * @param previous the capture that this run worked with before, perhaps in another process; it is
   *     opened again if it still stands, and what is opened instead has a later time
   * @throws SourceException when there is no such server or it cannot be read
   */
  Capture capture(String vmId, RunId run, @Nullable CaptureName previous);

  /**
   * This connector reads the server no more for a run: whatever it made on the site for that goes
   * for good, also what an earlier process made. Where nothing is, nothing is done. It may take
   * hours, and what still reads gets errors.
   *
   * @throws SourceException when something is left; then it is asked for again
   */
  default void release(String vmId, RunId run) {}

  /**
   * A run has ended: as {@link #release}, but whichever connector of the environment made it.
   *
   * @throws SourceException when something is left; then it is asked for again
   */
  default void cleanUp(String vmId, RunId run) {
    release(vmId, run);
  }

  /**
   * Releases what was made on the site for runs that are over, whatever server it is on: what this
   * connector made for a run that it does not know any more, and what another one of the
   * environment made so long ago that no run can read it.
   *
   * @param known runs of this connector; what it made for these is left alone
   * @param age what this connector made later is left alone, too
   * @return what was released, for people
   * @throws SourceException when something is left, after all else was tried
   */
  default List<String> releaseOrphans(Set<RunId> known, Duration age) {
    return List.of();
  }

  /** Ends what it holds towards the site, a session for example. */
  @Override
  default void close() {}
}
