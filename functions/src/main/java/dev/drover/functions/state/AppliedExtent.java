package dev.drover.functions.state;

/** An extent that is in EBS, and what was written of it. */
public record AppliedExtent(int extent, SegmentBlocks blocks) {}
