package dev.drover.connector.source;

/**
 * The bytes of a captured disk. Hypervisors give them in one of two ways, and the pipeline takes
 * both: ranges at any place and from many threads, or one pass from the first byte to the last.
 */
public sealed interface DiskContent permits RangeContent, StreamContent {}
