package dev.drover.local.simulator.ebs;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * That there is no room left is nobody's defect, and who called is told: of AWS nothing says so,
 * and of a simulator somebody has to make room.
 */
final class FullDisk {
  /** What Linux says of ENOSPC; Java passes it on as text alone. */
  private static final String NO_SPACE = "No space left on device";

  private FullDisk() {}

  /** A sentence when that is why a call failed. */
  static Optional<String> sentence(Path dataDirectory, Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains(NO_SPACE)) {
        return Optional.of(
            "The disk of the local cloud is full, so the EBS simulator could not write to "
                + dataDirectory.toAbsolutePath()
                + ": free space there, then start the run again.");
      }
    }
    return Optional.empty();
  }
}
