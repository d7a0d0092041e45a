package dev.drover.connector.vsphere.vmdk;

import static dev.drover.connector.vsphere.vmdk.VmdkFormatException.require;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a stream says of itself in words, in front of its grains: that it is one whole disk. A part
 * of a chain, such as what a VM wrote since a snapshot, looks the same otherwise, and what is
 * missing from it would be read as zeros. Hosts write this much of it:
 *
 * <pre>
 * # Disk DescriptorFile
 * version=1
 * CID=d5a0bce5
 * parentCID=ffffffff
 * createType="streamOptimized"
 * RDONLY 209714 SPARSE "generated-stream.vmdk"
 * </pre>
 *
 * @see <a href="https://www.vmware.com/app/vmtn/vmdk.pdf">Virtual Disk Format 5.0</a>, "The
 *     Descriptor File"
 */
final class Descriptor {
  private static final String NO_PARENT = "ffffffff";

  /** A key and its value, perhaps in quotes. */
  private static final Pattern ENTRY =
      Pattern.compile("\\h*(?<key>[A-Za-z]+)\\h*=\\h*\"?(?<value>[^\"]*?)\"?\\h*");

  /** Access, sectors and kind. */
  private static final Pattern EXTENT =
      Pattern.compile(
          "\\h*(RW|RDONLY|NOACCESS)\\h+(?<sectors>[0-9]{1,18})\\h+(?<kind>[A-Z0-9_]+)(\\h.*)?");

  /** Of a value in a sentence. */
  private static final int MAX_SHOWN_CHARS = 40;

  private Descriptor() {}

  /**
   * Refuses what is not one whole disk.
   *
   * @param bytes text, with NULs behind it
   * @param isCapacity whether a number of sectors is the disk's
   */
  static void requireWhole(byte[] bytes, LongPredicate isCapacity) {
    List<String> lines = lines(bytes);
    String parent = only(lines, "parentCID");
    require(
        parent.equalsIgnoreCase(NO_PARENT),
        "its descriptor names the parent " + shown(parent) + ", so that it is no whole disk");
    String type = only(lines, "createType");
    require(type.equals("streamOptimized"), "its descriptor says that it is " + shown(type));
    List<MatchResult> extents =
        lines.stream()
            .map(EXTENT::matcher)
            .filter(Matcher::matches)
            .map(Matcher::toMatchResult)
            .toList();
    require(extents.size() == 1, "its descriptor has " + extents.size() + " extents, not one");
    MatchResult extent = extents.getFirst();
    require(
        extent.group("kind").equals("SPARSE")
            && isCapacity.test(Long.parseLong(extent.group("sectors"))),
        "its descriptor has an extent of "
            + extent.group("sectors")
            + " sectors ("
            + extent.group("kind")
            + "), which is not the disk");
  }

  private static List<String> lines(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    // Names in it may be of any encoding; what is read here is ASCII.
    return new String(bytes, 0, end, StandardCharsets.ISO_8859_1).lines().toList();
  }

  private static String only(List<String> lines, String key) {
    List<String> values =
        lines.stream()
            .map(ENTRY::matcher)
            .filter(entry -> entry.matches() && entry.group("key").equalsIgnoreCase(key))
            .map(entry -> entry.group("value"))
            .toList();
    require(
        values.size() == 1, "its descriptor has " + values.size() + " lines " + key + ", not one");
    return values.getFirst();
  }

  private static String shown(String value) {
    return "'"
        + (value.length() > MAX_SHOWN_CHARS ? value.substring(0, MAX_SHOWN_CHARS) + "…" : value)
        + "'";
  }
}
