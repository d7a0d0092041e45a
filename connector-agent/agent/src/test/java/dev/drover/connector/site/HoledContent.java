package dev.drover.connector.site;

import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.ServerSource;

/** A disk with one hole, in which nobody may read. */
public record HoledContent(RangeContent whole, long holeFrom, long holeEnd)
    implements RangeContent {
  /** A source all of whose disks are such. */
  public static ServerSource in(ServerSource source, long holeFrom, long holeEnd) {
    return new ReplacedSource(
        "holed",
        source,
        disk -> new HoledContent((RangeContent) disk.content(), holeFrom, holeEnd));
  }

  @Override
  public void read(long offsetBytes, byte[] target, int lengthBytes) {
    if (offsetBytes >= holeFrom && offsetBytes + lengthBytes <= holeEnd) {
      throw new AssertionError("byte " + offsetBytes + " is in the hole and was read");
    }
    whole.read(offsetBytes, target, lengthBytes);
  }

  @Override
  public long zerosUntil(long offsetBytes) {
    return offsetBytes >= holeFrom && offsetBytes < holeEnd ? holeEnd : offsetBytes;
  }
}
