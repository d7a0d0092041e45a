package dev.drover.connector.source;

import org.jspecify.annotations.Nullable;

/** Where servers come from: a hypervisor's management, or a folder of images. */
public interface ServerSource {
  /** For example {@code folder}. */
  String type();

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
}
