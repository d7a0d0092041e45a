package dev.drover.local.launcher.cloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether this machine uses a disk: what is written over a mounted disk breaks the machine, and no
 * {@code --force} asked for that.
 *
 * @param sys where sysfs is mounted, which has a folder for each device below {@code dev/block}
 * @param mountInfo see proc(5), {@code /proc/self/mountinfo}; its third field is the device
 */
record DeviceUse(Path sys, Path mountInfo) {
  static final DeviceUse OF_THIS_MACHINE =
      new DeviceUse(Path.of("/sys"), Path.of("/proc/self/mountinfo"));

  /** See makedev(3): how Linux packs both numbers of a device. */
  static String number(long rdev) {
    long major = ((rdev >>> 8) & 0xfff) | ((rdev >>> 32) & ~0xfffL);
    long minor = (rdev & 0xff) | ((rdev >>> 12) & 0xffffff00L);
    return major + ":" + minor;
  }

  /** What uses the device or one of its partitions, as the end of a sentence. */
  Optional<String> of(String number) throws IOException {
    Path device = sys.resolve("dev/block").resolve(number);
    List<Path> parts = new ArrayList<>(List.of(device));
    try (var entries = Files.newDirectoryStream(device)) {
      for (Path entry : entries) {
        if (Files.exists(entry.resolve("partition"))) {
          parts.add(entry);
        }
      }
    }
    List<String> mounts = Files.readAllLines(mountInfo);
    for (Path part : parts) {
      String partNumber = Files.readString(part.resolve("dev")).strip();
      for (String mount : mounts) {
        String[] fields = mount.split(" ", -1);
        if (fields[2].equals(partNumber)) {
          return Optional.of("is mounted at " + fields[4]);
        }
      }
      try (var holders = Files.newDirectoryStream(part.resolve("holders"))) {
        for (Path holder : holders) {
          return Optional.of("is in use by " + holder.getFileName());
        }
      }
    }
    return Optional.empty();
  }
}
