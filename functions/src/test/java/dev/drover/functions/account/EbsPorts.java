package dev.drover.functions.account;

/**
 * The ports on snapshots and images, all on the same account, in which snapshots complete and
 * images become available at once.
 */
public record EbsPorts(
    RunSnapshots runSnapshots,
    SnapshotBlocks blocks,
    Snapshots snapshots,
    EncryptionKeys keys,
    Images images,
    ImageImports imports) {}
