package dev.drover.functions.state;

import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.ObjectKeys;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A thousand extents of a disk, 62.5 GiB: group g has [1000g, 1000g + 1000). The table keeps the
 * receipts of a group under one partition key, so that those of a large disk lie in many
 * partitions; and its segments are what begins with the same four digits, one page of a listing.
 *
 * @param number from 0; at most 1,048
 */
public record ExtentGroup(int number) {
  /** S3 lists as many keys in a page, and the last three digits of an extent's key tell them. */
  public static final int EXTENTS = 1000;

  private static final int DIGITS_WITHIN = 3;

  /** The group of an extent. */
  public static ExtentGroup of(int extent) {
    return new ExtentGroup(extent / EXTENTS);
  }

  /** All groups of a disk in order. */
  public static Stream<ExtentGroup> allOf(DiskGeometry geometry) {
    return IntStream.range(0, Math.ceilDiv(geometry.extentCount(), EXTENTS))
        .mapToObj(ExtentGroup::new);
  }

  /** Its first extent. */
  public int first() {
    return number * EXTENTS;
  }

  /** The extent after its last one; the last group of a disk may be shorter. */
  public int end(DiskGeometry geometry) {
    return Math.min(first() + EXTENTS, geometry.extentCount());
  }

  /** The digits that the keys of its extents begin with, and those of no other extent. */
  public String keyPrefix() {
    String first = ObjectKeys.extentText(first());
    return first.substring(0, first.length() - DIGITS_WITHIN);
  }
}
