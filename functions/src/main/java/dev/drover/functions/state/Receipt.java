package dev.drover.functions.state;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.InvalidMessageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of one extent in one epoch of a disk.
 *
 * <p>Item {@code RECEIPT#<run>#<disk>#<epoch> / <extent>}. The block digests make it at most 4 KiB.
 *
 * @param unreadable how often its segment could not be read
 * @param lastError why, the last time; null when it never happened or is settled
 */
public record Receipt(int extent, Outcome outcome, int unreadable, @Nullable String lastError) {
  static final String STATUS = "status";
  static final String LEASED = "leased";
  static final String APPLIED = "applied";
  static final String MISSING = "missing";

  /** What is known of the extent. */
  public sealed interface Outcome {}

  /** Somebody has begun to put it; after {@code leaseEndMillis} nobody has. */
  public record Leased(long leaseEndMillis) implements Outcome {}

  /**
   * It is in EBS.
   *
   * @param segmentDigest which segment it was
   * @param written which blocks it carried
   * @param digests SHA-256 of each of them, ascending by block
   */
  public record Applied(Digest segmentDigest, BlockBitmap written, List<Digest> digests)
      implements Outcome {
    /** Refuses digests that are not one a block. */
    public Applied {
      digests = List.copyOf(digests);
      if (digests.size() != written.count()) {
        throw new InvalidMessageException(
            "a receipt has " + digests.size() + " digests for " + written.count() + " blocks");
      }
    }

    byte[] digestBytes() {
      ByteBuffer bytes = ByteBuffer.allocate(digests.size() * Digest.BYTES);
      digests.forEach(digest -> digest.writeTo(bytes));
      return bytes.array();
    }
  }

  /**
   * Its segment could not be read and is to be sent again.
   *
   * @param object the version of the object that could not be read; null when it was gone. Another
   *     version under the same key is one that was sent since
   */
  public record Missing(@Nullable String object) implements Outcome {}

  /** Reads an item. */
  public static Receipt read(Item item) {
    return new Receipt(
        Integer.parseInt(item.text(Item.SK)),
        outcome(item),
        item.findNumber("unreadable").map(Math::toIntExact).orElse(0),
        item.findText("lastError").orElse(null));
  }

  private static Outcome outcome(Item item) {
    String status = item.text(STATUS);
    return switch (status) {
      case LEASED -> new Leased(item.number("leaseEnd"));
      case APPLIED ->
          new Applied(
              Digest.ofBytes(bytes(item, "segmentDigest")),
              BlockBitmap.ofBytes(bytes(item, "written")),
              digests(bytes(item, "digests")));
      case MISSING -> new Missing(item.findText("unreadableObject").orElse(null));
      default ->
          throw new InvalidMessageException(
              String.format(Locale.ROOT, "a receipt has the unknown status '%s'", status));
    };
  }

  private static List<Digest> digests(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    List<Digest> digests = new ArrayList<>(bytes.length / Digest.BYTES);
    while (buffer.remaining() >= Digest.BYTES) {
      digests.add(Digest.readFrom(buffer));
    }
    return digests;
  }

  private static byte[] bytes(Item item, String name) {
    return item.findBytes(name)
        .orElseThrow(
            () ->
                new InvalidMessageException(
                    "the receipt "
                        + item.text(Item.PK)
                        + " / "
                        + item.text(Item.SK)
                        + " has no "
                        + name));
  }
}
