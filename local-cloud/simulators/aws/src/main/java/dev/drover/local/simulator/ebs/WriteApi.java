package dev.drover.local.simulator.ebs;

import dev.drover.local.simulator.ebs.EbsRefusal.ValidationReason;
import dev.drover.local.simulator.fault.Faults;
import dev.drover.local.simulator.http.Request;
import dev.drover.local.simulator.http.Response;
import dev.drover.local.simulator.snapshot.Blocks;
import dev.drover.local.simulator.snapshot.PutOutcome;
import dev.drover.local.simulator.snapshot.SealOutcome;
import dev.drover.local.simulator.snapshot.Sha256;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** PutSnapshotBlock and CompleteSnapshot. */
final class WriteApi {
  private static final String BLOCK_LENGTH = Integer.toString(Blocks.BLOCK_BYTES);

  private final EbsJson json;
  private final SnapshotStore snapshots;
  private final Faults faults;
  private final Duration completionDelay;
  private final BlockBuffers buffers = new BlockBuffers();

  WriteApi(EbsJson json, SnapshotStore snapshots, Faults faults, Duration completionDelay) {
    this.json = json;
    this.snapshots = snapshots;
    this.faults = faults;
    this.completionDelay = completionDelay;
  }

  /** Idempotent: the same block again replaces itself. */
  Response putSnapshotBlock(Request request, String snapshotId, String blockIndex)
      throws IOException {
    byte[] block = buffers.take();
    try {
      readBody(request, block);
      return put(request, snapshotId, blockIndex, block);
    } finally {
      buffers.giveBack(block);
    }
  }

  private Response put(Request request, String snapshotId, String blockIndex, byte[] block)
      throws IOException {
    Snapshot snapshot = snapshot(snapshotId);
    if (faults.hides(snapshotId, snapshot.age())) {
      throw EbsRefusal.snapshotNotFound(snapshotId);
    }
    if (faults.disablesKeys() && snapshot.kmsKeyArn().isPresent()) {
      throw EbsRefusal.keyDisabled(snapshot.kmsKeyArn().get());
    }
    int index = index(snapshot, blockIndex);
    Sha256 digest = checkedDigest(request, block);
    Optional<Integer> progress = progress(request);
    PutOutcome outcome = snapshot.put(index, block, digest);
    return switch (outcome) {
      case STORED -> {
        progress.ifPresent(snapshot::reportProgress);
        yield json.response(201, json.object())
            .with(Headers.CHECKSUM, digest.base64())
            .with(Headers.CHECKSUM_ALGORITHM, Headers.SHA256);
      }
      case NOT_OPEN -> throw notOpen(snapshot);
      case CONFLICT ->
          throw EbsRefusal.validation(
              ValidationReason.CONFLICTING_BLOCK_UPDATE,
              "Block " + index + " of " + snapshotId + " is being written by another request.");
    };
  }

  /** Not idempotent: a snapshot that was completed once is not waiting for blocks any more. */
  Response completeSnapshot(Request request, String snapshotId) throws IOException {
    Snapshot snapshot = snapshot(snapshotId);
    String count = Headers.required(request, Headers.CHANGED_BLOCKS_COUNT);
    int changedBlocks = Headers.number(Headers.CHANGED_BLOCKS_COUNT, count, 0, Integer.MAX_VALUE);
    Optional<String> checksum = linearChecksum(request);
    SealOutcome outcome = snapshot.seal(changedBlocks, checksum.orElse(null), completionDelay);
    return switch (outcome) {
      case SealOutcome.Sealed() ->
          json.response(202, json.object().put("Status", snapshot.status().word()));
      case SealOutcome.NotOpen _ -> throw notOpen(snapshot);
      case SealOutcome.Mismatch(String message) -> throw Headers.invalid(message);
    };
  }

  private static void readBody(Request request, byte[] block) throws IOException {
    boolean complete = request.bodyFills(block);
    request
        .header("Content-Encoding")
        .ifPresent(
            encoding -> {
              throw EbsRefusal.validation(
                  ValidationReason.INVALID_CONTENT_ENCODING, "Not accepted: " + encoding);
            });
    Headers.requireValue(request, Headers.DATA_LENGTH, BLOCK_LENGTH);
    if (!complete) {
      throw Headers.invalid("A block has " + BLOCK_LENGTH + " bytes; the body has not");
    }
  }

  private Snapshot snapshot(String snapshotId) {
    return snapshots.find(snapshotId).orElseThrow(() -> EbsRefusal.snapshotNotFound(snapshotId));
  }

  private static int index(Snapshot snapshot, String blockIndex) {
    int index = Headers.number("BlockIndex", blockIndex, 0, Integer.MAX_VALUE);
    if (index >= snapshot.blockCount()) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_BLOCK,
          "Block " + index + " is beyond the volume's " + snapshot.blockCount() + " blocks");
    }
    return index;
  }

  private static Sha256 checkedDigest(Request request, byte[] block) {
    Headers.requireValue(request, Headers.CHECKSUM_ALGORITHM, Headers.SHA256);
    String claimed = Headers.required(request, Headers.CHECKSUM);
    Sha256 digest = Sha256.of(block);
    if (!digest.base64().equals(claimed)) {
      throw Headers.invalid(
          "The block's SHA-256 is " + digest.base64() + ", not the x-amz-Checksum " + claimed);
    }
    return digest;
  }

  private static Optional<Integer> progress(Request request) {
    return request
        .header(Headers.PROGRESS)
        .map(text -> Headers.number(Headers.PROGRESS, text, 0, 100));
  }

  private static Optional<String> linearChecksum(Request request) {
    Optional<String> checksum = request.header(Headers.CHECKSUM);
    if (checksum.isPresent()) {
      Headers.requireValue(request, Headers.CHECKSUM_ALGORITHM, Headers.SHA256);
      Headers.requireValue(request, Headers.AGGREGATION_METHOD, Headers.LINEAR);
    }
    return checksum;
  }

  private static EbsRefusal notOpen(Snapshot snapshot) {
    return EbsRefusal.validation(
        ValidationReason.INVALID_SNAPSHOT_ID,
        snapshot.id() + " takes no more blocks, it is " + snapshot.status().word());
  }
}
