package dev.drover.functions.image;

import java.util.ArrayList;
import java.util.List;

/**
 * The device names of an image's disks: {@code /dev/sda1} for the root, then {@code /dev/sdf} and
 * on, as EC2 recommends; what follows after {@code /dev/sdp} is allowed too.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html">device
 *     naming</a>
 */
final class DeviceNames {
  private static final String ROOT = "/dev/sda1";
  private static final char FIRST = 'f';
  private static final char LAST = 'z';
  private static final int MOST = 1 + LAST - FIRST + 1;

  private DeviceNames() {}

  static List<String> of(int disks) {
    if (disks > MOST) {
      throw new TooManyDisksException(disks, MOST);
    }
    List<String> names = new ArrayList<>(disks);
    names.add(ROOT);
    for (char letter = FIRST; names.size() < disks; letter++) {
      names.add("/dev/sd" + letter);
    }
    return names;
  }
}
