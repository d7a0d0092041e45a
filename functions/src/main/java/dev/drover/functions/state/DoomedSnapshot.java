package dev.drover.functions.state;

import dev.drover.protocol.SnapshotId;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot in whose place another came: it is to be deleted.
 *
 * @param digestListKey of a list that was put for it, or was about to be; null: none was
 */
public record DoomedSnapshot(SnapshotId snapshotId, @Nullable String digestListKey) {}
