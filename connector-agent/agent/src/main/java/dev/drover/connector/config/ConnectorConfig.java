package dev.drover.connector.config;

import dev.drover.connector.pulse.Limits;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * All settings of a connector. {@link ConfigFile} reads it.
 *
 * @param taskQueueUrl the queue that only this connector reads
 * @param stateDirectory journal, digest indexes and logs; belongs to one process
 * @param slots replicate tasks that run at once
 * @param parallelExtents extents in work at once, over all slots
 * @param segmentMemoryMib what each of them holds of its segment; the rest is in a file
 * @param maxAbandonedWorkers so many that do not come back are borne; each is one of {@code
 *     parallelExtents}, and the last of these is not
 * @param zstdLevel level 1 compresses 554 MB/s on one core at ratio 2.8
 */
public record ConnectorConfig(
    ConnectorId connectorId,
    EnvironmentName environment,
    String region,
    String bucket,
    URI taskQueueUrl,
    Path stateDirectory,
    SourceConfig source,
    int slots,
    int parallelExtents,
    int segmentMemoryMib,
    int zstdLevel,
    Duration inventoryInterval,
    Duration statusInterval,
    Duration heartbeatInterval,
    Limits limits,
    int maxAbandonedWorkers) {}
