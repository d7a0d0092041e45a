package dev.drover.connector.vsphere;

import dev.drover.connector.vsphere.soap.Element;
import dev.drover.connector.vsphere.soap.InvalidAnswerException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which address of an export lease is which disk. Their order says nothing: a lease has no promise
 * of it. What a lease says is the slot, as in {@code /vm-49/ParaVirtualSCSIController0:1}; that the
 * stream is of a disk of the right size is checked when it begins.
 */
final class LeaseDisks {
  private static final Pattern SLOT =
      Pattern.compile("(.*/)?(?<controller>[A-Za-z]+)(?<bus>[0-9]{1,4}):(?<unit>[0-9]{1,4})");
  private static final Pattern DEVICE = Pattern.compile("(.*/)?(?<key>[0-9]{4,9})");

  private LeaseDisks() {}

  /**
   * The addresses by the keys of the disks.
   *
   * @param deviceUrls of a lease; also of files that are no disks
   * @param disks all that the snapshot has
   */
  static Map<Long, String> match(List<Element> deviceUrls, List<VirtualDisk> disks) {
    Map<Long, String> found = new HashMap<>();
    List<Element> unmatched = new ArrayList<>();
    for (Element url : deviceUrls.stream().filter(url -> url.flag("disk")).toList()) {
      List<VirtualDisk> named = disks.stream().filter(isNamedBy(url)).toList();
      if (named.size() != 1) {
        unmatched.add(url);
      } else if (found.put(named.getFirst().key(), url.text("url")) != null) {
        throw unclear(deviceUrls, "two are of '" + named.getFirst().label() + "'");
      }
    }
    List<VirtualDisk> missing =
        disks.stream().filter(disk -> !found.containsKey(disk.key())).toList();
    if (missing.size() == 1 && unmatched.size() == 1) {
      found.put(missing.getFirst().key(), unmatched.getFirst().text("url"));
    } else if (!missing.isEmpty() || !unmatched.isEmpty()) {
      throw unclear(
          deviceUrls, missing.size() + " of " + disks.size() + " disks are not among them");
    }
    return found;
  }

  private static Predicate<VirtualDisk> isNamedBy(Element url) {
    List<String> keys =
        Stream.of(url.text("key"), url.text("importKey")).filter(key -> !key.isEmpty()).toList();
    return disk -> keys.stream().anyMatch(key -> isSlot(key, disk.slot()) || isDevice(key, disk));
  }

  private static boolean isSlot(String key, VirtualDisk.Slot slot) {
    Matcher parts = SLOT.matcher(key);
    return parts.matches()
        && parts.group("controller").equals(slot.controller())
        && Long.parseLong(parts.group("bus")) == slot.bus()
        && Long.parseLong(parts.group("unit")) == slot.unit();
  }

  private static boolean isDevice(String key, VirtualDisk disk) {
    Matcher parts = DEVICE.matcher(key);
    return parts.matches() && Long.parseLong(parts.group("key")) == disk.key();
  }

  private static InvalidAnswerException unclear(List<Element> deviceUrls, String why) {
    return new InvalidAnswerException(
        "of the addresses in an export lease "
            + why
            + ": "
            + String.join(", ", deviceUrls.stream().map(url -> url.text("key")).toList()));
  }
}
