package dev.drover.functions.state;

import dev.drover.protocol.ServerId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a server of an application is to be replicated, as the caller said it; null: nothing was
 * said.
 *
 * @param seedTime when the first run is to start; null: when the replication is started
 * @param frequencyHours null when it runs once
 */
public record ReplicationSettings(
    ServerId serverId,
    @Nullable Instant seedTime,
    @Nullable Integer frequencyHours,
    @Nullable Boolean runOnce,
    @Nullable String licenseType,
    @Nullable Integer recentAmisToKeep,
    @Nullable Boolean encrypted,
    @Nullable String kmsKeyId) {}
