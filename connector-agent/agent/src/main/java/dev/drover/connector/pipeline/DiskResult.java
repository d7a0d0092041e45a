package dev.drover.connector.pipeline;

import dev.drover.protocol.Digest;

/**
 * What a pass over a disk found.
 *
 * @param diskDigest over all blocks, as they were read
 * @param extentsSent extents that a segment stands for, sent now or before
 * @param bytesSent of segments, in all attempts of the run
 */
public record DiskResult(
    Digest diskDigest,
    int extentsSent,
    int blocksChanged,
    long bytesRead,
    long bytesChanged,
    long bytesSent) {}
