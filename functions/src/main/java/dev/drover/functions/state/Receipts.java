package dev.drover.functions.state;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
  private static final String GENERATION = "generation";
  private static final String EARLIER = "earlierSegment";
  private static final String UNSURE = "unsure";
  private static final String REFUSED_OBJECT = "refusedObject";

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
   * @param generation of the segment that is put; not always the disk's
   * @param owner random, so that a lease is told from every other one
   */
  public record Lease(RunDisk disk, int extent, Generation generation, String owner) {}

  /** An extent's receipt in the disk's present epoch. */
  public Optional<Receipt> find(RunDisk disk, int extent) {
    return table.get(pk(disk, extent), ObjectKeys.extentText(extent)).map(Receipts::read);
  }

  /** All receipts of the disk's present epoch, ascending by extent, fetched as they are read. */
  public Stream<Receipt> list(RunDisk disk) {
    return ExtentGroup.allOf(disk.geometry()).flatMap(group -> list(disk, group));
  }

  /** The receipts of a group of the disk's extents, ascending by extent. */
  public Stream<Receipt> list(RunDisk disk, ExtentGroup group) {
    return table.query(pk(disk, group)).map(Receipts::read);
  }

  /** What was applied of the disk in its present epoch, ascending, fetched as it is read. */
  public Stream<AppliedExtent> applied(RunDisk disk) {
    return ExtentGroup.allOf(disk.geometry()).flatMap(group -> applied(disk, group));
  }

  /** Of a group: 4.4 MB at most, read at once because two listings are joined. */
  private Stream<AppliedExtent> applied(RunDisk disk, ExtentGroup group) {
    List<Receipt> receipts = list(disk, group).toList();
    Map<String, SegmentBlocks> written =
        receipts.isEmpty()
            ? Map.of()
            : table
                .query(blocksPk(disk, group))
                .collect(Collectors.toMap(item -> item.text(Item.SK), Receipts::readBlocks));
    return receipts.stream()
        .flatMap(
            receipt ->
                receipt.outcome() instanceof Receipt.Applied applied
                    ? Stream.of(applied(disk, receipt.extent(), applied, written))
                    : Stream.empty());
  }

  /**
   * What the segments that were applied last wrote, by extent: also of extents of which another
   * segment is being applied now.
   *
   * @param of receipts of the group
   */
  public Map<Integer, SegmentBlocks> lastBlocks(RunDisk disk, ExtentGroup group, List<Receipt> of) {
    Map<String, SegmentBlocks> written =
        table
            .query(blocksPk(disk, group))
            .collect(Collectors.toMap(item -> item.text(Item.SK), Receipts::readBlocks));
    Map<Integer, SegmentBlocks> last = new HashMap<>();
    for (Receipt receipt : of) {
      Digest segment = receipt.lastSegment();
      if (segment != null) {
        SegmentBlocks blocks = written.get(blocksSk(receipt.extent(), segment));
        if (blocks == null) {
          throw noBlocks(disk, receipt.extent());
        }
        last.put(receipt.extent(), blocks);
      }
    }
    return last;
  }

  /**
   * What the disk's snapshot is to have of a group because a snapshot of an earlier epoch had it,
   * by extent: what the newest epoch that knows of an extent says.
   */
  public Map<Integer, SegmentBlocks> inherited(RunDisk disk, ExtentGroup group) {
    Map<Integer, SegmentBlocks> inherited = new HashMap<>();
    Set<Integer> known = new HashSet<>();
    for (RunDisk before : disk.earlierEpochs()) {
      List<Receipt> told =
          list(before, group).filter(receipt -> !known.contains(receipt.extent())).toList();
      if (!told.isEmpty()) {
        inherited.putAll(lastBlocks(before, group, told));
        known.addAll(inherited.keySet());
        told.stream().filter(Receipts::isMissing).map(Receipt::extent).forEach(known::add);
      }
    }
    return inherited;
  }

  /** The same of one extent. */
  public Optional<SegmentBlocks> inherited(RunDisk disk, int extent) {
    for (RunDisk before : disk.earlierEpochs()) {
      Receipt receipt = find(before, extent).orElse(null);
      Digest segment = receipt == null ? null : receipt.lastSegment();
      if (segment != null) {
        return Optional.of(blocks(before, extent, segment));
      }
      if (receipt != null && isMissing(receipt)) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** What could not be read then cannot be read now. */
  private static boolean isMissing(Receipt receipt) {
    return receipt.outcome() instanceof Receipt.Missing;
  }

  /** Whether anything is known to be applied of the disk, or was in an earlier epoch. */
  public boolean knowsOf(RunDisk disk) {
    return Stream.concat(Stream.of(disk), disk.earlierEpochs().stream())
        .anyMatch(epoch -> list(epoch).findAny().isPresent());
  }

  private static AppliedExtent applied(
      RunDisk disk, int extent, Receipt.Applied applied, Map<String, SegmentBlocks> written) {
    SegmentBlocks blocks = written.get(blocksSk(extent, applied.segmentDigest()));
    if (blocks == null) {
      throw noBlocks(disk, extent);
    }
    return new AppliedExtent(extent, blocks);
  }

  private static IllegalStateException noBlocks(RunDisk disk, int extent) {
    return new IllegalStateException(
        "the blocks of " + disk.named(extent) + " are not in the table, though it is applied");
  }

  /** What the segment that was applied last wrote, with all before it. */
  public SegmentBlocks blocks(RunDisk disk, int extent, Digest segment) {
    return table
        .get(blocksPk(disk, ExtentGroup.of(extent)), blocksSk(extent, segment))
        .map(Receipts::readBlocks)
        .orElseThrow(() -> noBlocks(disk, extent));
  }

  /**
   * Takes the lease of an extent of which the caller saw nothing. Who asks once more, because the
   * answer was lost, has it.
   */
  public boolean takeFirst(Lease lease, Instant now, Instant end) {
    return table.update(onlyIfOurs("attribute_not_exists(pk)", leased(lease, now, end), lease));
  }

  /** If the condition holds, or the lease was taken before and nobody has heard of it. */
  private static ItemUpdate onlyIfOurs(
      String condition, ItemUpdate update, Lease lease, String... names) {
    return update
        .onlyIf("(" + condition + ") OR #leaseOwner = :owner", names)
        .value(":owner", lease.owner());
  }

  /**
   * Takes the lease of an extent as the caller saw it, unless somebody else's lease stands; who
   * asks once more has it. Over what another generation applied, what it applied is kept in mind;
   * over what another generation had begun, that nobody knows how far it came.
   */
  public boolean take(Lease lease, Receipt seen, Instant now, Instant end) {
    boolean another = !seen.generation().equals(lease.generation());
    ItemUpdate update = leased(lease, now, end);
    switch (seen.outcome()) {
      case Receipt.Applied applied -> {
        if (!another) {
          return false;
        }
        onlyIfOurs(
                "#status = :seen AND #segmentDigest = :segment",
                update,
                lease,
                STATUS,
                SEGMENT_DIGEST)
            .value(":seen", APPLIED)
            .bytes(":segment", applied.segmentDigest().toBytes())
            .setValue(EARLIER, bytes(applied.segmentDigest().toBytes()));
      }
      case Receipt.Leased leased ->
          onlyIfOurs(
                  "#status = :seen AND #leaseEnd < :now AND #generation = :of",
                  update,
                  lease,
                  STATUS,
                  LEASE_END,
                  GENERATION)
              .value(":seen", LEASED)
              .value(":now", now.toEpochMilli())
              .value(":of", seen.generation().value());
      case Receipt.Missing missing ->
          onlyIfOurs("#status = :seen AND #generation = :of", update, lease, STATUS, GENERATION)
              .value(":seen", MISSING)
              .value(":of", seen.generation().value());
    }
    if (another && !(seen.outcome() instanceof Receipt.Applied)) {
      update.set(UNSURE, (Boolean) true).remove(EARLIER);
    }
    return table.update(update);
  }

  private static ItemUpdate leased(Lease lease, Instant now, Instant end) {
    return update(lease.disk(), lease.extent())
        .set(STATUS, LEASED)
        .set(GENERATION, lease.generation().value())
        .set("base", ObjectKeys.baseText(lease.disk().baseSnapshot()))
        .set(LEASE_OWNER, lease.owner())
        .set(LEASE_END, end)
        .set(TTL, (Long) now.plus(KEPT).getEpochSecond());
  }

  /**
   * Gives a lease back under which nothing was put: the extent stays as what the segment of the
   * other generation made it.
   *
   * @param refused the object that does not go on from that segment
   * @return false: the lease was lost
   */
  public boolean restore(Lease lease, Receipt seen, @Nullable String refused) {
    ItemUpdate update =
        ownLease(lease)
            .set(STATUS, APPLIED)
            .set(GENERATION, seen.generation().value())
            .remove(EARLIER)
            .remove(LEASE_OWNER)
            .remove(LEASE_END);
    return table.update(refused == null ? update : update.set(REFUSED_OBJECT, refused));
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
   * segments of this generation; false: one of them is not so, and the extent is not applied. The
   * blocks are written first and by themselves: as long as no receipt names them they count for
   * nothing.
   */
  public boolean apply(Lease lease, SegmentBlocks blocks, Instant now) {
    table.store(blocksItem(lease, blocks, now));
    ItemUpdate receipt =
        ownLease(lease)
            .set(STATUS, APPLIED)
            .setValue(SEGMENT_DIGEST, bytes(blocks.segmentDigest().toBytes()))
            .remove(LEASE_OWNER)
            .remove(LEASE_END)
            .remove(LAST_ERROR)
            .remove(EARLIER)
            .remove(UNSURE)
            .remove(REFUSED_OBJECT)
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
    return ItemUpdate.of(pk(disk, extent), ObjectKeys.extentText(extent));
  }

  private static AttributeValue bytes(byte[] bytes) {
    return AttributeValue.fromB(SdkBytes.fromByteArray(bytes));
  }

  private static Item blocksItem(Lease lease, SegmentBlocks blocks, Instant now) {
    String pk = blocksPk(lease.disk(), ExtentGroup.of(lease.extent()));
    return Item.of(pk, blocksSk(lease.extent(), blocks.segmentDigest()))
        .with(SEGMENT_DIGEST, blocks.segmentDigest().toBytes())
        .with(WRITTEN, blocks.written().toBytes())
        .with(DIGESTS, digestBytes(blocks))
        .with(TTL, (Long) now.plus(KEPT).getEpochSecond());
  }

  private static String pk(RunDisk disk, int extent) {
    return pk(disk, ExtentGroup.of(extent));
  }

  private static String pk(RunDisk disk, ExtentGroup group) {
    return "RECEIPT#" + place(disk, group);
  }

  private static String blocksPk(RunDisk disk, ExtentGroup group) {
    return "BLOCKS#" + place(disk, group);
  }

  private static String place(RunDisk disk, ExtentGroup group) {
    return disk.runId() + "#" + disk.diskId() + "#" + disk.epoch() + "#" + group.keyPrefix();
  }

  private static String blocksSk(int extent, Digest segment) {
    return ObjectKeys.extentText(extent) + "#" + segment.hex();
  }

  private static byte[] digestBytes(SegmentBlocks blocks) {
    ByteBuffer bytes = ByteBuffer.allocate(blocks.digests().size() * Digest.BYTES);
    blocks.digests().forEach(digest -> digest.writeTo(bytes));
    return bytes.array();
  }

  private static Receipt read(Item item) {
    return new Receipt(
        Integer.parseInt(item.text(Item.SK)),
        new Generation(item.text(GENERATION)),
        readOutcome(item),
        item.findBytes(EARLIER).map(Digest::ofBytes).orElse(null),
        item.flag(UNSURE),
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
              item.findText(REFUSED_OBJECT).orElse(null));
      case MISSING -> new Receipt.Missing(item.findText(UNREADABLE_OBJECT).orElse(null));
      default ->
          throw new InvalidMessageException(
              String.format(Locale.ROOT, "a receipt has the unknown status '%s'", status));
    };
  }

  private static SegmentBlocks readBlocks(Item item) {
    return new SegmentBlocks(
        Digest.ofBytes(readBytes(item, SEGMENT_DIGEST)),
        BlockBitmap.ofBytes(readBytes(item, WRITTEN)),
        readDigests(readBytes(item, DIGESTS)));
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
