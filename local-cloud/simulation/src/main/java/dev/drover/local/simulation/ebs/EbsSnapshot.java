package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A snapshot: what {@link SnapshotStore} knows of it. */
final class EbsSnapshot {
  /** Its life, in that order; the last two are its ends. */
  enum Stage {
    /** It takes blocks. */
    OPEN,
    /** CompleteSnapshot was accepted; still pending. */
    COMPLETING,
    /** It can be used. */
    COMPLETED,
    /** It never will. */
    ERROR
  }

  final String id;
  final int volumeGib;
  final int blockCount;
  final @Nullable String kmsKeyArn;
  final String description;
  final Map<String, String> tags = new TreeMap<>();
  final Instant startTime;
  final TokenBucket puts;

  /** From when on the direct APIs know it. */
  final Instant visible;

  /** From when on EC2 lists it. */
  final Instant listed;

  final BlockTable blocks;
  private final BitSet written = new BitSet();
  private final Map<Integer, Instant> newest = new LinkedHashMap<>();
  Stage stage = Stage.OPEN;
  String stateMessage = "";
  Instant lastWrite;
  Simulation.@Nullable Appointment next;

  EbsSnapshot(
      String id,
      int volumeGib,
      int blockCount,
      @Nullable String kmsKeyArn,
      String description,
      Instant startTime,
      Instant visible,
      Instant listed,
      TokenBucket puts,
      BlockTable blocks) {
    this.id = id;
    this.volumeGib = volumeGib;
    this.blockCount = blockCount;
    this.kmsKeyArn = kmsKeyArn;
    this.description = description;
    this.startTime = startTime;
    this.visible = visible;
    this.listed = listed;
    this.puts = puts;
    this.blocks = blocks;
    this.lastWrite = startTime;
  }

  boolean encrypted() {
    return kmsKeyArn != null;
  }

  boolean pending() {
    return stage == Stage.OPEN || stage == Stage.COMPLETING;
  }

  /** EC2's word for it. */
  String status() {
    return switch (stage) {
      case OPEN, COMPLETING -> "pending";
      case COMPLETED -> "completed";
      case ERROR -> "error";
    };
  }

  void put(int block, Digest digest, Instant now) {
    blocks.put(block, digest);
    written.set(block);
    lastWrite = now;
  }

  /** Whether the block was put less than so long ago; only blocks that this is asked of count. */
  boolean wasPutWithin(Duration window, int block, Instant now) {
    newest.values().removeIf(put -> !put.plus(window).isAfter(now));
    return !window.isZero() && newest.putIfAbsent(block, now) != null;
  }

  /** Distinct blocks that were put into itself. */
  int writtenCount() {
    return written.cardinality();
  }

  /** Over the digests of the blocks that were put into itself, by ascending index. */
  Digest linear() {
    DigestChain chain = new DigestChain();
    written.stream().forEach(block -> chain.add(blocks.get(block)));
    return chain.finish();
  }

  /** It takes no more blocks, so nobody asks for these any more. */
  void forgetWritten() {
    written.clear();
    newest.clear();
  }
}
