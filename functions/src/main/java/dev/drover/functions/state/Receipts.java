package dev.drover.functions.state;

import dev.drover.protocol.ObjectKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
  private static final String LEASE_OWNER = "leaseOwner";
  private static final String LEASE_END = "leaseEnd";
  private static final String LAST_ERROR = "lastError";
  private static final String UNREADABLE_OBJECT = "unreadableObject";

  /** DynamoDB deletes the item some time after this; in epoch SECONDS, as DynamoDB wants it. */
  private static final String TTL = "ttl";

  /** Twice as long as the 30 days that a run may last; later changes of a receipt keep the time. */
  private static final Duration KEPT = Duration.ofDays(60);

  private static final String OWN_LEASE = "#status = :leased AND #leaseOwner = :owner";

  private final Table table;
  private final RunDisks disks;

  /** The receipts in this table. */
  public Receipts(Table table) {
    this.table = table;
    this.disks = new RunDisks(table);
  }

  /**
   * The right to put an extent's blocks, until it ends.
   *
   * @param owner random, so that a lease is told from every other one
   */
  public record Lease(RunDisk disk, int extent, String owner) {}

  /** An extent's receipt in the disk's present epoch. */
  public Optional<Receipt> find(RunDisk disk, int extent) {
    return table.get(pk(disk), ObjectKeys.extentText(extent)).map(Receipt::read);
  }

  /** All receipts of the disk's present epoch, ascending by extent, fetched as they are read. */
  public Stream<Receipt> all(RunDisk disk) {
    return table.query(pk(disk)).map(Receipt::read);
  }

  /** Takes the lease unless the extent is applied or somebody else's lease stands. */
  public boolean take(Lease lease, Instant now, Instant end) {
    return table.update(
        update(lease.disk(), lease.extent())
            .onlyIf(
                "attribute_not_exists(pk) OR #status = :missing"
                    + " OR (#status = :leased AND #leaseEnd < :now)",
                Receipt.STATUS,
                LEASE_END)
            .value(":missing", Receipt.MISSING)
            .value(":leased", Receipt.LEASED)
            .value(":now", now.toEpochMilli())
            .set(Receipt.STATUS, Receipt.LEASED)
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
            .set(Receipt.STATUS, Receipt.APPLIED)
            .setValue("segmentDigest", bytes(applied.segmentDigest().toBytes()))
            .setValue("written", bytes(applied.written().toBytes()))
            .setValue("digests", bytes(applied.digestBytes()))
            .remove(LEASE_OWNER)
            .remove(LEASE_END)
            .remove(LAST_ERROR)
            .remove(UNREADABLE_OBJECT);
    return table.transact(
        List.of(disks.stillApplying(lease.disk()), table.updateInTransaction(receipt)));
  }

  /**
   * The segment could not be read and is to be sent again.
   *
   * @param object the version of the object that could not be read; null when it was gone
   */
  public boolean missing(Lease lease, @Nullable String object, String error) {
    return table.update(
        ownLease(lease)
            .set(Receipt.STATUS, Receipt.MISSING)
            .add("unreadable", 1)
            .set(LAST_ERROR, error)
            .set(UNREADABLE_OBJECT, object)
            .remove(LEASE_OWNER)
            .remove(LEASE_END));
  }

  private static ItemUpdate ownLease(Lease lease) {
    return update(lease.disk(), lease.extent())
        .onlyIf(OWN_LEASE, Receipt.STATUS, LEASE_OWNER)
        .value(":leased", Receipt.LEASED)
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
}
