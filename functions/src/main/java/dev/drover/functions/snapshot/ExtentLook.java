package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.staging.StagedExtents;
import dev.drover.functions.state.Receipt;
import dev.drover.functions.state.Receipts;
import dev.drover.functions.state.RunDisk;
import dev.drover.protocol.Digest;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.format.ManifestReader;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One look at a disk whose connector has ended: which of the extents that it sent are applied,
 * which are staged and will be, and which have to be sent again.
 *
 * <p>Manifest and receipts are merged as two sorted streams; only extents that are not applied are
 * kept in memory, and only for them staging is listed.
 */
final class ExtentLook {
  private final SentDisk sent;
  private final Receipts receipts;
  private final ObjectStore objects;

  /** Extents sent and not applied; their receipts, where they have one. */
  private final Map<Integer, Optional<Receipt>> unsettled = new TreeMap<>();

  private final Map<Integer, Unapplied> waiting = new TreeMap<>();
  private int applied;
  private @Nullable ReceiptDisagreesException disagreement;

  private ExtentLook(SentDisk sent, Receipts receipts, ObjectStore objects) {
    this.sent = sent;
    this.receipts = receipts;
    this.objects = objects;
  }

  /** A staged extent that is not applied yet; its receipt, where it has one. */
  record Unapplied(StagedExtents.Staged staged, Optional<Receipt> receipt) {
    /** Why the last try to apply it failed. */
    String lastError() {
      return receipt.map(Receipt::lastError).orElse("no function has tried to apply it");
    }
  }

  /**
   * What was found.
   *
   * @param waiting staged and not applied yet
   * @param missing neither; with the receipt that says why, where there is one
   */
  record Found(
      SentDisk sent,
      Manifest manifest,
      int applied,
      Map<Integer, Unapplied> waiting,
      Map<Integer, Optional<Receipt>> missing) {
    /** Why the first missing extent is missing. */
    String lastError() {
      return missing.values().stream()
          .findFirst()
          .flatMap(receipt -> receipt.map(Receipt::lastError))
          .orElse("its segment is not in staging");
    }
  }

  static Found at(SentDisk sent, Receipts receipts, ObjectStore objects) throws IOException {
    ExtentLook look = new ExtentLook(sent, receipts, objects);
    Manifest manifest = sent.read(objects, look::merge);
    if (look.disagreement != null) {
      throw look.disagreement;
    }
    if (!look.unsettled.isEmpty()) {
      look.findStaged();
    }
    return new Found(sent, manifest, look.applied, look.waiting, look.unsettled);
  }

  private Manifest merge(ManifestReader manifest) throws IOException {
    Iterator<Receipt> sorted = receipts.list(sent.disk()).iterator();
    Receipt receipt = next(sorted);
    try {
      for (int extent = 0; manifest.hasNext(); extent++) {
        Digest segment = manifest.next().segment();
        boolean has = receipt != null && receipt.extent() == extent;
        judge(extent, segment, has ? receipt : null);
        if (has) {
          receipt = next(sorted);
        }
      }
      manifest.finish();
    } catch (FormatException | InvalidMessageException e) {
      throw sent.unreadable(e);
    }
    return manifest.manifest();
  }

  private void judge(int extent, @Nullable Digest segment, @Nullable Receipt receipt) {
    if (receipt != null && receipt.outcome() instanceof Receipt.Applied done) {
      if (!done.segmentDigest().equals(segment) && disagreement == null) {
        // Thrown when the manifest was read to its end: until then it may itself be at fault.
        disagreement =
            new ReceiptDisagreesException(sent.disk(), extent, done.segmentDigest(), segment);
      }
      applied++;
    } else if (segment != null) {
      unsettled.put(extent, Optional.ofNullable(receipt));
    }
  }

  private void findStaged() {
    RunDisk disk = sent.disk();
    String prefix = ObjectKeys.stagingOfDisk(sent.delta());
    StagedExtents.list(objects, prefix, disk.geometry().extentCount())
        .filter(staged -> unsettled.containsKey(staged.extent()))
        .filter(staged -> !knownUnreadable(staged))
        .forEach(
            staged -> {
              Optional<Receipt> receipt = Objects.requireNonNull(unsettled.remove(staged.extent()));
              waiting.put(staged.extent(), new Unapplied(staged, receipt));
            });
  }

  /** Whether this very version of the object was found unreadable. */
  private boolean knownUnreadable(StagedExtents.Staged staged) {
    return unsettled
        .getOrDefault(staged.extent(), Optional.empty())
        .filter(receipt -> receipt.outcome().equals(new Receipt.Missing(staged.version())))
        .isPresent();
  }

  private static @Nullable Receipt next(Iterator<Receipt> sorted) {
    return sorted.hasNext() ? sorted.next() : null;
  }
}
