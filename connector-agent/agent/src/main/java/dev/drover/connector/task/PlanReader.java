package dev.drover.connector.task;

import dev.drover.connector.store.ObjectStore;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.format.ExtentBitmap;
import dev.drover.protocol.format.WrittenExtents;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.ReplicationPlan;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a task's plan and the bitmaps that it names. */
final class PlanReader {
  /** 2^20 extents and a small frame around them. */
  private static final int MAX_BITMAP_BYTES = (1 << 20) / Byte.SIZE + 128;

  private final ObjectStore store;

  PlanReader(ObjectStore store) {
    this.store = store;
  }

  ReplicationPlan plan(ConnectorTask.Replicate task) throws IOException {
    String key = task.planKey();
    if (!key.equals(ObjectKeys.plan(task.environment(), task.run()))) {
      throw unreadable(key, "it is not the key of this task's plan", null);
    }
    byte[] object = bytes(key, MessageJson.MAX_BYTES);
    if (task.planDigest() != null && !task.planDigest().equals(Digest.of(object))) {
      throw unreadable(key, "it was changed since it was written", null);
    }
    ReplicationPlan plan;
    try {
      plan = MessageJson.read(key, object, ReplicationPlan.class);
    } catch (InvalidMessageException | FormatException e) {
      throw unreadable(key, String.valueOf(e.getMessage()), e);
    }
    boolean samePlan =
        plan.environment().equals(task.environment())
            && plan.run().equals(task.run())
            && plan.pass() == task.pass()
            && plan.serverId().equals(task.serverId())
            && plan.vmId().equals(task.vmId());
    if (!samePlan) {
      throw unreadable(key, "it is the plan of another task", null);
    }
    return plan;
  }

  ExtentBitmap bitmap(String key, DiskGeometry geometry) throws IOException {
    ExtentBitmap bitmap = bitmap(key);
    if (bitmap.extentCount() != geometry.extentCount()) {
      throw unreadable(key, "it is the bitmap of a disk of another size", null);
    }
    return bitmap;
  }

  /** A bitmap of whatever size, if the plan names one. */
  Optional<ExtentBitmap> anyBitmap(@Nullable String key) throws IOException {
    return key == null ? Optional.empty() : Optional.of(bitmap(key));
  }

  private ExtentBitmap bitmap(String key) throws IOException {
    try {
      return ExtentBitmap.decode(key, bytes(key, MAX_BITMAP_BYTES));
    } catch (InvalidMessageException | FormatException e) {
      throw unreadable(key, String.valueOf(e.getMessage()), e);
    }
  }

  WrittenExtents written(String keys, int group, DiskGeometry geometry) throws IOException {
    String key = keys + ObjectKeys.extentText(group * WrittenExtents.GROUP_EXTENTS).substring(0, 4);
    try {
      byte[] encoded = bytes(key, WrittenExtents.MAX_BYTES);
      return WrittenExtents.decode(key, encoded, group, geometry);
    } catch (InvalidMessageException | FormatException e) {
      throw unreadable(key, String.valueOf(e.getMessage()), e);
    }
  }

  private byte[] bytes(String key, int maxBytes) throws IOException {
    try (InputStream object = store.get(key)) {
      byte[] bytes = object.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw unreadable(key, "it has more than " + maxBytes + " bytes", null);
      }
      return bytes;
    }
  }

  private static PlanUnreadableException unreadable(
      String key, String reason, @Nullable Throwable cause) {
    return new PlanUnreadableException(
        "The object " + key + " cannot be used: " + reason + ". Start a new run.", cause);
  }
}
