package dev.drover.functions.image;

import dev.drover.functions.account.ImageImports;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog's words say of a guest. They are a hypervisor's ({@code config.guestFullName} of
 * vSphere: "Microsoft Windows Server 2022 (64-bit)"), its id of the guest ("windows9Server64Guest")
 * or those of whoever wrote {@code server.yaml} ("Debian 13"). Words that are not known say
 * nothing.
 */
public final class GuestSystem {
  private static final Pattern WINDOWS =
      Pattern.compile("\\bwin(dows|xp|net|longhorn|2000)", Pattern.CASE_INSENSITIVE);

  /** "Microsoft Windows 11 (64-bit)", but not "Windows Server 2022", nor "Windows 2012 R2". */
  private static final Pattern WINDOWS_CLIENT = words("windows (xp|vista|7|8|8\\.1|10|11)");

  /** As hypervisors and people name them: "Ubuntu Linux (64-bit)", "Debian 13". */
  private static final Pattern LINUX =
      Pattern.compile(
          "linux|\\b(debian|ubuntu|centos|red hat|rhel|suse|sles|fedora|rocky|alma)",
          Pattern.CASE_INSENSITIVE);

  /**
   * The last version, by its first number, that is not among those which AWS says have both
   * drivers: NVMe for the disks and ENA for the network of instances on Nitro. AWS names RHEL and
   * CentOS 7, SLES 12, Ubuntu 14.04 and Debian 9 as the first ones; of RHEL and CentOS 7 it means
   * 7.4, which no hypervisor tells from 7.0. Oracle's kernel follows RHEL's.
   *
   * @see <a href="https://docs.aws.amazon.com/ebs/latest/userguide/nvme-ebs-volumes.html">Amazon
   *     EBS volumes and NVMe</a>
   */
  private static final List<LastWithoutDrivers> WITHOUT_DRIVERS =
      List.of(
          new LastWithoutDrivers("red hat enterprise linux|rhel", 6),
          new LastWithoutDrivers("centos(?: linux)?", 6),
          new LastWithoutDrivers("oracle ?linux", 6),
          new LastWithoutDrivers("suse linux enterprise(?: server)?|sles", 11),
          new LastWithoutDrivers("debian(?: gnu/linux)?", 8),
          new LastWithoutDrivers("ubuntu(?: linux)?", 13));

  /** "CentOS 4/5 or later": anything. */
  private static final Pattern OPEN_END = words("or later");

  private GuestSystem() {}

  private static Pattern words(String alternatives) {
    return Pattern.compile("\\b(" + alternatives + ")\\b", Pattern.CASE_INSENSITIVE);
  }

  private record LastWithoutDrivers(Pattern version, int last) {
    LastWithoutDrivers(String names, int last) {
      this(
          Pattern.compile(
              "\\b(?:" + names + ") ?(?:release |version )?([0-9]{1,4})(?![0-9])",
              Pattern.CASE_INSENSITIVE),
          last);
    }

    boolean includes(String os) {
      Matcher found = version.matcher(os);
      return found.find() && Integer.parseInt(found.group(1)) <= last;
    }
  }

  /** What the guest runs; empty: the words do not say. */
  public static Optional<ImageImports.Platform> platform(@Nullable String os) {
    if (os == null) {
      return Optional.empty();
    }
    if (WINDOWS.matcher(os).find()) {
      return Optional.of(ImageImports.Platform.WINDOWS);
    }
    return LINUX.matcher(os).find() ? Optional.of(ImageImports.Platform.LINUX) : Optional.empty();
  }

  /** Whether the guest is a Windows that is no server. */
  public static boolean isWindowsClient(@Nullable String os) {
    return os != null && WINDOWS_CLIENT.matcher(os).find();
  }

  /** Whether the guest is known to lack the drivers of EC2's disks or network. */
  static boolean lacksDrivers(String os) {
    return !OPEN_END.matcher(os).find()
        && WITHOUT_DRIVERS.stream().anyMatch(each -> each.includes(os));
  }
}
