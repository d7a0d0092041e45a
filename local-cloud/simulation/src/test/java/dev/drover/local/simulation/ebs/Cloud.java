package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.kernel.DirectLine;
import dev.drover.local.simulation.kernel.Line;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.ChecksumAggregationMethod;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.Tag;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.kms.KmsClient;

/** An account in a simulation, and its clients without any delay. */
final class Cloud {
  static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

  final Simulation simulation = new Simulation(1, START, Trace.digested());
  final EbsAccount account;
  final EbsClient ebs;
  final Ec2Client ec2;
  final KmsClient kms;

  Cloud(EbsSettings settings) {
    Line line = new DirectLine(simulation);
    account = new EbsAccount(simulation, settings);
    ebs = account.ebs(line);
    ec2 = account.ec2(line);
    kms = account.kms(line);
  }

  /** Snapshots complete at once, and images are available at once. */
  static Cloud prompt() {
    return new Cloud(EbsSettings.AWS.with(EbsSettings.Delays.NONE));
  }

  static Cloud with(EbsSettings.Faults faults) {
    return new Cloud(EbsSettings.AWS.with(faults).with(EbsSettings.Delays.NONE));
  }

  void pass(Duration time) {
    simulation.runUntil(simulation.instant().plus(time));
  }

  /** Starts a snapshot of a GiB, a second after the last: far from any rate. */
  String started(Consumer<StartSnapshotRequest.Builder> more) {
    pass(Duration.ofSeconds(1));
    return ebs.startSnapshot(start -> more.accept(start.volumeSize(1L))).snapshotId();
  }

  String started() {
    return started(start -> {});
  }

  static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  static byte[] data(int fill) {
    byte[] data = new byte[DiskGeometry.BLOCK_BYTES];
    Arrays.fill(data, (byte) fill);
    return data;
  }

  static Digest digest(int fill) {
    return Digest.of(data(fill));
  }

  void put(String id, int block, int fill) {
    put(id, block, data(fill), digest(fill));
  }

  void put(String id, int block, byte[] data, Digest digest) {
    ebs.putSnapshotBlock(
        put ->
            put.snapshotId(id)
                .blockIndex(block)
                .dataLength(data.length)
                .checksum(digest.base64())
                .checksumAlgorithm(ChecksumAlgorithm.SHA256),
        RequestBody.fromBytes(data));
  }

  void complete(String id, Digest... written) {
    DigestChain chain = new DigestChain();
    List.of(written).forEach(chain::add);
    ebs.completeSnapshot(
        complete ->
            complete
                .snapshotId(id)
                .changedBlocksCount(written.length)
                .checksum(chain.finish().base64())
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                .checksumAggregationMethod(ChecksumAggregationMethod.LINEAR));
  }

  /** A snapshot with that in block 0. */
  String completed(int fill) {
    String id = started();
    put(id, 0, fill);
    complete(id, digest(fill));
    return id;
  }

  Digest digestOf(String id, int block) {
    return account.content(new SnapshotId(id)).digest(block);
  }

  Snapshot described(String id) {
    return ec2.describeSnapshots(describe -> describe.snapshotIds(id)).snapshots().getFirst();
  }
}
