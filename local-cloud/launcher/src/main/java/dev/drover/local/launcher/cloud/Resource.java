package dev.drover.local.launcher.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file of our jar that another program reads. */
final class Resource {
  private Resource() {}

  /** Copies it into a folder, over an older one; returns the copy. */
  static Path copy(String name, Path folder) {
    Path target = folder.resolve(name);
    try (InputStream resource = Resource.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException(name + " is not in the launcher's jar");
      }
      Files.copy(resource, target, StandardCopyOption.REPLACE_EXISTING);
      return target;
    } catch (IOException e) {
      throw new LocalCloudException("Cannot write " + target + ": " + Reason.of(e), e);
    }
  }
}
