package dev.drover.connector.source;

import java.util.List;
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
   * @param previous the capture that this run worked with before; it is opened again if it still
   *     stands, and what is opened instead has a later time
   * @throws SourceException when there is no such server or it cannot be read
   */
  Capture capture(String vmId, @Nullable CaptureName previous);

  /** Ends what it holds towards the site, a session for example. */
  @Override
  default void close() {}
}
