package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.model.ChecksumAggregationMethod;
import software.amazon.awssdk.services.ebs.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotRequest;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.SnapshotState;

final class WriteApiTest extends CloudTest {
  private static final byte[] BLOCK = Cloud.block(1);

  @Test
  void put_intoNoSnapshot_isNotFound() {
    assertEbsError(
        "ResourceNotFoundException", 404, () -> cloud.put("snap-00000000000000000", 0, BLOCK));
  }

  @Test
  void put_beyondTheVolume_isRefused() {
    String id = cloud.start(r -> {});

    cloud.put(id, 2047, BLOCK);

    assertInvalid("INVALID_BLOCK", () -> cloud.put(id, 2048, BLOCK));
  }

  @Test
  void put_wrongChecksum_isRefusedAndStoresNothing() {
    String id = cloud.start(r -> {});

    assertInvalid("INVALID_PARAMETER_VALUE", () -> put(id, BLOCK, Cloud.sha256(Cloud.block(2))));

    cloud.ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(0));
  }

  @Test
  void put_bodyOfAnotherLength_isRefused() throws IOException, InterruptedException {
    String id = cloud.start(r -> {});
    byte[] shorter = new byte[Cloud.BLOCK_BYTES - 1];
    byte[] longer = new byte[Cloud.BLOCK_BYTES + 1];

    assertThat(rawPut(id, shorter, "524288", Cloud.sha256(shorter), "SHA256")).contains("body");
    assertThat(rawPut(id, longer, "524288", Cloud.sha256(longer), "SHA256")).contains("body");
    assertThat(rawPut(id, shorter, "524287", Cloud.sha256(shorter), "SHA256"))
        .contains("x-amz-Data-Length");
  }

  @Test
  void put_otherAlgorithm_isRefused() throws IOException, InterruptedException {
    String id = cloud.start(r -> {});

    assertThat(rawPut(id, BLOCK, "524288", Cloud.sha256(BLOCK), "MD5"))
        .contains("x-amz-Checksum-Algorithm must be SHA256");
  }

  @Test
  void put_unsigned_isRefused() throws IOException, InterruptedException {
    String id = cloud.start(r -> {});
    try (Wire wire = new Wire(cloud.simulator.endpoint())) {
      HttpResponse<byte[]> answer =
          wire.send("PUT", "/snapshots/" + id + "/blocks/0", BLOCK, "Authorization", "none");

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(wire.post("/", "Action=DescribeSnapshots").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void put_progress_isShown() {
    String id = cloud.start(r -> {});

    cloud.ebs.putSnapshotBlock(
        r ->
            r.snapshotId(id)
                .blockIndex(0)
                .dataLength(Cloud.BLOCK_BYTES)
                .progress(40)
                .checksum(Cloud.sha256(BLOCK))
                .checksumAlgorithm(ChecksumAlgorithm.SHA256),
        RequestBody.fromBytes(BLOCK));

    assertThat(snapshot(id).progress()).isEqualTo("40%");
  }

  @Test
  void put_fromManyThreads_storesEveryBlock() {
    String id = cloud.start(r -> {});
    SortedMap<Integer, byte[]> blocks = blocks(IntStream.range(0, 64).toArray());

    blocks.entrySet().parallelStream()
        .forEach(block -> cloud.put(id, block.getKey(), block.getValue()));

    complete(id, 64, Cloud.linear(blocks));
    cloud.passTime(Cloud.COMPLETION_DELAY);
    assertThat(snapshot(id).state()).isEqualTo(SnapshotState.COMPLETED);
  }

  @Test
  void complete_countsDistinctBlocks() {
    String id = cloud.start(r -> {});
    cloud.put(id, 3, Cloud.block(8));
    cloud.put(id, 3, Cloud.block(9));
    cloud.put(id, 3, Cloud.block(9));
    SortedMap<Integer, byte[]> blocks = noBlocks();
    blocks.put(3, Cloud.block(9));

    complete(id, 1, Cloud.linear(blocks));
    cloud.passTime(Cloud.COMPLETION_DELAY);

    assertThat(snapshot(id).state()).isEqualTo(SnapshotState.COMPLETED);
  }

  @Test
  void complete_wrongCount_failsTheSnapshot() {
    String id = cloud.start(r -> {});
    cloud.put(id, 0, BLOCK);

    assertInvalid("INVALID_PARAMETER_VALUE", () -> complete(id, 2, Cloud.linear(blocks(1))));

    assertThat(snapshot(id).state()).isEqualTo(SnapshotState.ERROR);
    assertThat(snapshot(id).stateMessage()).contains("1 blocks were written");
    assertInvalid("INVALID_SNAPSHOT_ID", () -> cloud.put(id, 0, BLOCK));
  }

  @Test
  void complete_wrongChecksum_failsTheSnapshot() {
    String id = cloud.start(r -> {});
    cloud.put(id, 1, Cloud.block(1));
    cloud.put(id, 2, Cloud.block(2));

    assertInvalid("INVALID_PARAMETER_VALUE", () -> complete(id, 2, Cloud.linear(blocks(1, 3))));

    assertThat(snapshot(id).state()).isEqualTo(SnapshotState.ERROR);
  }

  @Test
  void complete_withoutCount_isRefused() throws IOException, InterruptedException {
    String id = cloud.start(r -> {});
    try (Wire wire = new Wire(cloud.simulator.endpoint())) {
      HttpResponse<byte[]> answer = wire.post("/snapshots/completion/" + id, "");

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(Wire.text(answer)).contains("x-amz-ChangedBlocksCount is required");
    }
    assertThat(snapshot(id).state()).isEqualTo(SnapshotState.PENDING);
  }

  @Test
  void put_afterCompletion_isRefusedEvenWhilePending() {
    String id = cloud.start(r -> {});
    cloud.ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(0));

    assertInvalid("INVALID_SNAPSHOT_ID", () -> cloud.put(id, 0, BLOCK));
    assertInvalid("INVALID_SNAPSHOT_ID", () -> complete(id, 0, Cloud.linear(noBlocks())));
  }

  @Test
  void snapshot_notWrittenToForItsTimeout_isCancelled() {
    String id = cloud.start(r -> r.timeout(10));
    cloud.passTime(Duration.ofMinutes(9));
    cloud.put(id, 0, BLOCK);
    cloud.passTime(Duration.ofMinutes(10));
    assertThat(snapshot(id).state()).isEqualTo(SnapshotState.PENDING);

    cloud.passTime(Duration.ofSeconds(1));

    assertThat(snapshot(id).state()).isEqualTo(SnapshotState.ERROR);
    assertInvalid("INVALID_SNAPSHOT_ID", () -> cloud.put(id, 1, BLOCK));
    assertInvalid("INVALID_SNAPSHOT_ID", () -> complete(id, 1, Cloud.linear(blocks(1))));
  }

  private void complete(String id, int count, String linear) {
    CompleteSnapshotRequest request =
        CompleteSnapshotRequest.builder()
            .snapshotId(id)
            .changedBlocksCount(count)
            .checksum(linear)
            .checksumAlgorithm(ChecksumAlgorithm.SHA256)
            .checksumAggregationMethod(ChecksumAggregationMethod.LINEAR)
            .build();
    assertThat(cloud.ebs.completeSnapshot(request).statusAsString()).isEqualTo("pending");
  }

  private void put(String id, byte[] block, String checksum) {
    cloud.ebs.putSnapshotBlock(
        r ->
            r.snapshotId(id)
                .blockIndex(0)
                .dataLength(Cloud.BLOCK_BYTES)
                .checksum(checksum)
                .checksumAlgorithm(ChecksumAlgorithm.SHA256),
        RequestBody.fromBytes(block));
  }

  private String rawPut(
      String id, byte[] body, String dataLength, String checksum, String algorithm)
      throws IOException, InterruptedException {
    try (Wire wire = new Wire(cloud.simulator.endpoint())) {
      HttpResponse<byte[]> answer =
          wire.send(
              "PUT",
              "/snapshots/" + id + "/blocks/0",
              body,
              "x-amz-Data-Length",
              dataLength,
              "x-amz-Checksum",
              checksum,
              "x-amz-Checksum-Algorithm",
              algorithm);
      assertThat(answer.statusCode()).isEqualTo(400);
      return new String(answer.body(), StandardCharsets.UTF_8);
    }
  }

  private Snapshot snapshot(String id) {
    return cloud.ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots().getFirst();
  }
}
