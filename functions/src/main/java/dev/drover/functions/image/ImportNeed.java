package dev.drover.functions.image;

import dev.drover.functions.account.ImageImports;
import dev.drover.functions.state.Job;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.Report.InventoryServer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether VM Import has to make the images of a job, because they would not serve as copied. */
public final class ImportNeed {
  /** SMS's word for a licence that AWS sells with the instance. */
  public static final String LICENSE_OF_AWS = "AWS";

  private ImportNeed() {}

  /**
   * Why it has to, the end of a sentence; empty: the copies are registered as they are.
   *
   * @param os the guest's system in the catalog's words; null: not known
   */
  public static Optional<String> reason(Job.Settings settings, @Nullable String os) {
    return switch (settings.imageImport()) {
      case ALWAYS -> Optional.of("the job's imageImport is always");
      case NEVER -> Optional.empty();
      case AUTO -> ofGuest(settings.licenseType(), os);
    };
  }

  private static Optional<String> ofGuest(@Nullable String licenseType, @Nullable String os) {
    if (platform(licenseType, os).filter(ImageImports.Platform.WINDOWS::equals).isPresent()) {
      return Optional.of(os == null ? "its licenseType is AWS" : "it runs " + os);
    }
    return Optional.ofNullable(os)
        .filter(GuestSystem::lacksDrivers)
        .map(old -> "it runs " + old + ", which lacks drivers for EC2");
  }

  /** Why VM Import would refuse a server, the end of a sentence; empty: nothing is known. */
  public static Optional<String> objection(@Nullable String licenseType, InventoryServer server) {
    int disks = server.disks().size();
    if (disks > ImageImports.MAX_DISKS) {
      return Optional.of(
          "takes "
              + ImageImports.MAX_DISKS
              + " disks at most, and it has "
              + disks
              + ": take disks off it and import the server catalog again");
    }
    return server.firmware() == Firmware.UEFI && platform(licenseType, server.os()).isEmpty()
        ? Optional.of(
            "has to be told whether it runs Linux or Windows, because it boots by UEFI, and the"
                + " catalog does not say: have its connector report its os, and import the server"
                + " catalog again")
        : Optional.empty();
  }

  /** What the guest runs: AWS licenses Windows alone. Empty: nothing says it. */
  static Optional<ImageImports.Platform> platform(
      @Nullable String licenseType, @Nullable String os) {
    return GuestSystem.platform(os)
        .or(
            () ->
                LICENSE_OF_AWS.equals(licenseType)
                    ? Optional.of(ImageImports.Platform.WINDOWS)
                    : Optional.empty());
  }
}
