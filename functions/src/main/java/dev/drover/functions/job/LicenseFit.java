package dev.drover.functions.job;

import dev.drover.functions.account.ImageImports;
import dev.drover.functions.image.GuestSystem;
import dev.drover.functions.image.ImportNeed;
import dev.drover.functions.state.Server;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which licence goes with which guest: AWS licenses Windows Server only; everything else brings its
 * own. Guests are told apart by the words of the catalog, and one of other words is no objection.
 *
 * @see <a href="https://github.com/awsdocs/aws-server-migration-service-user-guide">AWS SMS User
 *     Guide, licensing</a>
 * @see <a href="https://docs.aws.amazon.com/vm-import/latest/userguide/licensing.html">VM
 *     Import/Export, licensing options</a>
 */
public final class LicenseFit {
  private LicenseFit() {}

  /** Why the licence does not go with the server, for people; empty: nothing speaks against it. */
  public static Optional<String> objection(@Nullable String licenseType, Server server) {
    String os = server.machine().os();
    boolean unfit =
        ImportNeed.LICENSE_OF_AWS.equals(licenseType)
            && (GuestSystem.platform(os).filter(ImageImports.Platform.LINUX::equals).isPresent()
                || GuestSystem.isWindowsClient(os));
    return unfit
        ? Optional.of(
            "licenseType is AWS, but server "
                + server.id()
                + " runs "
                + os
                + ", and AWS licenses Windows Server only: give BYOL, or leave licenseType out")
        : Optional.empty();
  }
}
