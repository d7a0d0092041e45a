package dev.drover.functions.state;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The receipts in the table. Each write is conditional on the item that it changes, so that of two
 * functions that hold the same event one goes on and the other learns that it does not.
 */
public final class Receipts {
  private static final String STATUS = "status";
  private static final String LEASED = "leased";
  private static final String APPLIED = "applied";
  private static final String MISSING = "missing";
  private static final String LEASE_OWNER = "leaseOwner";
  private static final String LEASE_END = "leaseEnd";
  private static final String SEGMENT_DIGEST = "segmentDigest";
  private static final String WRITTEN = "written";
  private static final String DIGESTS = "digests";
  private static final String UNREADABLE = "unreadable";
  private static final String UNREADABLE_OBJECT = "unreadableObject";
  private static final String LAST_ERROR = "lastError";

  /** DynamoDB deletes the item some time after this; in epoch SECONDS, as DynamoDB wants it. */
  private static final String TTL = "ttl";

  /** Twice as long as the 30 days that a run may last; later changes of a receipt keep the time. */
  private static final Duration KEPT = Duration.ofDays(60);

  private static final String OWN_LEASE = "#status = :leased AND #leaseOwner = :owner";

  private final Table table;
  private final RunDisks disks;

  Receipts(Table table, RunDisks disks) {
    this.table = table;
    this.disks = disks;
  }

  /**
   * The right to put an extent's blocks, until it ends.
   *
   * @param owner random, so that a lease is told from every other one
   */
  public record Lease(RunDisk disk, int extent, String owner) {}

  /** An extent's receipt in the disk's present epoch. */
  public Optional<Receipt> find(RunDisk disk, int extent) {
    return table.get(pk(disk), ObjectKeys.extentText(extent)).map(Receipts::read);
  }

  /** All receipts of the disk's present epoch, ascending by extent, fetched as they are read. */
  public Stream<Receipt> list(RunDisk disk) {
    return table.query(pk(disk)).map(Receipts::read);
  }

  /** Takes the lease unless the extent is applied or somebody else's lease stands. */
  public boolean take(Lease lease, Instant now, Instant end) {
    return table.update(
        update(lease.disk(), lease.extent())
            .onlyIf(
                "attribute_not_exists(pk) OR #status = :missing"
                    + " OR (#status = :leased AND #leaseEnd < :now)",
                STATUS,
                LEASE_END)
            .value(":missing", MISSING)
            .value(":leased", LEASED)
            .value(":now", now.toEpochMilli())
            .set(STATUS, LEASED)
            .set("generation", lease.disk().generation().value())
            .set("base", ObjectKeys.baseText(lease.disk().baseSnapshot()))
            .set(LEASE_OWNER, lease.owner())
            .set(LEASE_END, end)
            .set(TTL, (Long) now.plus(KEPT).getEpochSecond()));
  }

  /** Gives the lease back, so that nobody waits for its end. A lease that is lost is given back. */
  public void release(Lease lease, @Nullable String lastError) {
    ItemUpdate update = ownLease(lease).set(LEASE_END, Instant.EPOCH);
    if (lastError != null) {
      update.set(LAST_ERROR, lastError);
    }
    table.update(update);
  }

  /**
   * The extent is in EBS. Written only while the lease is this one's and the disk still takes
   * segments of this generation; false: one of them is not so, and nothing was written.
   */
  public boolean apply(Lease lease, Receipt.Applied applied) {
    ItemUpdate receipt =
        ownLease(lease)
            .set(STATUS, APPLIED)
            .setValue(SEGMENT_DIGEST, bytes(applied.segmentDigest().toBytes()))
            .setValue(WRITTEN, bytes(applied.written().toBytes()))
            .setValue(DIGESTS, bytes(digestBytes(applied)))
            .remove(LEASE_OWNER)
            .remove(LEASE_END)
            .remove(LAST_ERROR)
            .remove(UNREADABLE_OBJECT);
    return new Transaction(table)
        .with(disks.stillApplying(lease.disk()))
        .with(table.change(receipt))
        .commit();
  }

  /**
   * The segment could not be read and is to be sent again.
   *
   * @param object the version of the object that could not be read; null when it was gone
   */
  public boolean missing(Lease lease, @Nullable String object, String error) {
    return table.update(
        ownLease(lease)
            .set(STATUS, MISSING)
            .add(UNREADABLE, 1)
            .set(LAST_ERROR, error)
            .set(UNREADABLE_OBJECT, object)
            .remove(LEASE_OWNER)
            .remove(LEASE_END));
  }

  private static ItemUpdate ownLease(Lease lease) {
    return update(lease.disk(), lease.extent())
        .onlyIf(OWN_LEASE, STATUS, LEASE_OWNER)
        .value(":leased", LEASED)
        .value(":owner", lease.owner());
  }

  private static ItemUpdate update(RunDisk disk, int extent) {
    return ItemUpdate.of(pk(disk), ObjectKeys.extentText(extent));
  }

  private static AttributeValue bytes(byte[] bytes) {
    return AttributeValue.fromB(SdkBytes.fromByteArray(bytes));
  }

  private static String pk(RunDisk disk) {
    return "RECEIPT#" + disk.runId() + "#" + disk.diskId() + "#" + disk.epoch();
  }

  private static byte[] digestBytes(Receipt.Applied applied) {
    ByteBuffer bytes = ByteBuffer.allocate(applied.digests().size() * Digest.BYTES);
    applied.digests().forEach(digest -> digest.writeTo(bytes));
    return bytes.array();
  }

  private static Receipt read(Item item) {
    return new Receipt(
        Integer.parseInt(item.text(Item.SK)),
        readOutcome(item),
        item.findNumber(UNREADABLE).map(Math::toIntExact).orElse(0),
        item.findText(LAST_ERROR).orElse(null));
  }

  private static Receipt.Outcome readOutcome(Item item) {
    String status = item.text(STATUS);
    return switch (status) {
      case LEASED -> new Receipt.Leased(item.number(LEASE_END));
      case APPLIED ->
          new Receipt.Applied(
              Digest.ofBytes(readBytes(item, SEGMENT_DIGEST)),
              BlockBitmap.ofBytes(readBytes(item, WRITTEN)),
              readDigests(readBytes(item, DIGESTS)));
      case MISSING -> new Receipt.Missing(item.findText(UNREADABLE_OBJECT).orElse(null));
      default ->
          throw new InvalidMessageException(
              String.format(Locale.ROOT, "a receipt has the unknown status '%s'", status));
    };
  }

  private static List<Digest> readDigests(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    List<Digest> digests = new ArrayList<>(bytes.length / Digest.BYTES);
    while (buffer.remaining() >= Digest.BYTES) {
      digests.add(Digest.readFrom(buffer));
    }
    return digests;
  }

  private static byte[] readBytes(Item item, String name) {
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
