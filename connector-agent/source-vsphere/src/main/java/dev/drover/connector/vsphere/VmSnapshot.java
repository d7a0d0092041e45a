package dev.drover.connector.vsphere;

import dev.drover.connector.vsphere.soap.Element;
import dev.drover.connector.vsphere.soap.InvalidAnswerException;
import dev.drover.connector.vsphere.soap.Moref;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * A VM snapshot.
 *
 * @param createdAt by the clock of the vCenter or host, in whole milliseconds
 * @param quiesced whether it was made with the guest brought to rest
 */
record VmSnapshot(
    Moref moref, String name, String description, Instant createdAt, boolean quiesced) {

  /** All of a tree, which may be as deep as 32. */
  static List<VmSnapshot> among(Element snapshotInfo) {
    List<VmSnapshot> found = new ArrayList<>();
    snapshotInfo.children("rootSnapshotList").forEach(root -> collect(root, found));
    return found;
  }

  private static void collect(Element tree, List<VmSnapshot> found) {
    found.add(
        new VmSnapshot(
            tree.get("snapshot").ref(),
            InventoryName.decoded(tree.text("name")),
            tree.text("description"),
            time(tree.text("createTime")),
            tree.flag("quiesced")));
    tree.children("childSnapshotList").forEach(child -> collect(child, found));
  }

  /** An xsd:dateTime with its zone. */
  static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text.strip()).toInstant().truncatedTo(ChronoUnit.MILLIS);
    } catch (DateTimeException e) {
      throw new InvalidAnswerException("'" + text + "' is no time");
    }
  }

  /** What it is found again by: a host may give a reference to another snapshot later. */
  String id() {
    return moref.value() + "@" + createdAt.toEpochMilli();
  }
}
