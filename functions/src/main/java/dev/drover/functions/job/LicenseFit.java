package dev.drover.functions.job;

import dev.drover.functions.state.Server;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which licence goes with which guest: AWS licenses Windows Server only; everything else brings its
 * own. Guests are told apart by the words of the catalog, and one of other words is no objection.
 *
 * @see <a href="https://github.com/awsdocs/aws-server-migration-service-user-guide">AWS SMS User
 *     Guide, licensing</a>
 */
final class LicenseFit {
  private static final String OF_AWS = "AWS";

  /** As hypervisors and people name them: "Ubuntu Linux (64-bit)", "Debian 13". */
  private static final Pattern LINUX =
      words("linux|debian|ubuntu|centos|red hat|rhel|suse|sles|fedora|rocky|alma");

  /** "Microsoft Windows 11 (64-bit)", but not "Windows Server 2022", nor "Windows 2012 R2". */
  private static final Pattern WINDOWS_CLIENT = words("windows (xp|vista|7|8|8\\.1|10|11)");

  private LicenseFit() {}

  private static Pattern words(String alternatives) {
    return Pattern.compile("\\b(" + alternatives + ")\\b", Pattern.CASE_INSENSITIVE);
  }

  /** Why the licence does not go with the server, for people; empty: nothing speaks against it. */
  static Optional<String> objection(@Nullable String licenseType, Server server) {
    String os = server.machine().os();
    boolean unfit =
        OF_AWS.equals(licenseType)
            && os != null
            && (LINUX.matcher(os).find() || WINDOWS_CLIENT.matcher(os).find());
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
