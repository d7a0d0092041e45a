package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ChangedBlock;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;

final class ReadApiTest extends CloudTest {
  @Test
  void list_ofChild_isTheFullSetInPages() {
    String parent = cloud.completed(r -> {}, indexes(0, 100));
    String child = cloud.completed(r -> r.parentSnapshotId(parent), indexes(90, 160));

    List<Integer> listed = new ArrayList<>();
    String token = null;
    do {
      String current = token;
      ListSnapshotBlocksResponse page =
          cloud.ebs.listSnapshotBlocks(r -> r.snapshotId(child).maxResults(100).nextToken(current));
      page.blocks().stream().map(Block::blockIndex).forEach(listed::add);
      token = page.nextToken();
    } while (token != null);

    assertThat(listed).isEqualTo(IntStream.range(0, 160).boxed().toList());
  }

  @Test
  void list_fromAnIndex_beginsThere() {
    String id = cloud.completed(r -> {}, blocks(1, 64, 2047));

    assertThat(cloud.ebs.listSnapshotBlocks(r -> r.snapshotId(id).startingBlockIndex(2)).blocks())
        .extracting(Block::blockIndex)
        .isEqualTo(List.of(64, 2047));
  }

  @Test
  void read_pendingSnapshot_isRefused() {
    String id = cloud.start(r -> {});

    assertInvalid("INVALID_SNAPSHOT_ID", () -> cloud.ebs.listSnapshotBlocks(r -> r.snapshotId(id)));
    assertInvalid(
        "INVALID_SNAPSHOT_ID", () -> cloud.ebs.listChangedBlocks(r -> r.secondSnapshotId(id)));
    assertInvalid("INVALID_SNAPSHOT_ID", () -> get(id, 0, "dG9rZW4="));
  }

  @Test
  void get_withTokenOfAnotherBlock_isRefused() {
    String id = cloud.completed(r -> {}, blocks(0, 1));
    List<Block> listed = cloud.ebs.listSnapshotBlocks(r -> r.snapshotId(id)).blocks();

    ResponseBytes<GetSnapshotBlockResponse> block = get(id, 1, listed.get(1).blockToken());

    assertThat(block.asByteArray()).isEqualTo(Cloud.block(1));
    assertThat(block.response().checksum()).isEqualTo(Cloud.sha256(Cloud.block(1)));
    assertInvalid("INVALID_BLOCK_TOKEN", () -> get(id, 1, listed.get(0).blockToken()));
    assertInvalid("INVALID_BLOCK_TOKEN", () -> get(id, 1, "dG9rZW4="));
  }

  @Test
  void list_withForeignPageToken_isRefused() {
    String id = cloud.completed(r -> {}, blocks(0));

    assertInvalid(
        "INVALID_PAGE_TOKEN",
        () -> cloud.ebs.listSnapshotBlocks(r -> r.snapshotId(id).nextToken("dG9rZW4=")));
    assertInvalid(
        "INVALID_PARAMETER_VALUE",
        () -> cloud.ebs.listSnapshotBlocks(r -> r.snapshotId(id).maxResults(99)));
  }

  @Test
  void changed_betweenParentAndChild_isWhatTheChildWrote() {
    String parent = cloud.completed(r -> {}, blocks(0, 1));
    String child = cloud.completed(r -> r.parentSnapshotId(parent), blocks(1, 2));

    List<ChangedBlock> changed =
        cloud
            .ebs
            .listChangedBlocks(r -> r.firstSnapshotId(parent).secondSnapshotId(child))
            .changedBlocks();

    assertThat(changed).extracting(ChangedBlock::blockIndex).isEqualTo(List.of(1, 2));
    assertThat(changed.get(0).firstBlockToken()).isNotNull();
    assertThat(changed.get(1).firstBlockToken()).isNull();
    assertThat(get(child, 2, changed.get(1).secondBlockToken()).asByteArray())
        .isEqualTo(Cloud.block(2));
  }

  @Test
  void changed_betweenUnrelatedSnapshots_isRefused() {
    String one = cloud.completed(r -> {}, blocks(0));
    String other = cloud.completed(r -> {}, blocks(0));

    assertInvalid(
        "UNRELATED_SNAPSHOTS",
        () -> cloud.ebs.listChangedBlocks(r -> r.firstSnapshotId(one).secondSnapshotId(other)));
  }

  @Test
  void export_ofEncryptedSnapshot_readsNoiseWhereBlocksWereOmitted() throws IOException {
    SortedMap<Integer, byte[]> zeroBlock = noBlocks();
    zeroBlock.put(1, new byte[Cloud.BLOCK_BYTES]);
    String id = cloud.completed(r -> r.encrypted(true), zeroBlock);

    byte[] disk = export(id, 3L * Cloud.BLOCK_BYTES);

    assertThat(block(disk, 0)).isNotEqualTo(new byte[Cloud.BLOCK_BYTES]);
    assertThat(block(disk, 1)).isEqualTo(new byte[Cloud.BLOCK_BYTES]);
    assertThat(block(disk, 2)).isNotEqualTo(block(disk, 0));
    assertThat(export(id, 3L * Cloud.BLOCK_BYTES)).isEqualTo(disk);
  }

  @Test
  void export_ofSomeBytes_endsInTheMiddleOfABlock() throws IOException {
    String id = cloud.completed(r -> {}, blocks(0, 1));

    byte[] disk = export(id, Cloud.BLOCK_BYTES + 7L);

    assertThat(disk).hasSize(Cloud.BLOCK_BYTES + 7);
    assertThat(disk).endsWith(Arrays.copyOf(Cloud.block(1), 7));
  }

  @Test
  void read_blockThatChangedOnDisk_isAnErrorAndNotData() throws IOException {
    String id = cloud.completed(r -> {}, blocks(0));
    Path blocks = directory.resolve("data/snapshots/" + id + "/blocks");
    byte[] tampered = Files.readAllBytes(blocks);
    tampered[5] ^= 1;
    Files.write(blocks, tampered);
    String token =
        cloud.ebs.listSnapshotBlocks(r -> r.snapshotId(id)).blocks().getFirst().blockToken();

    assertThat(catchThrowableOfType(EbsException.class, () -> get(id, 0, token)).statusCode())
        .isEqualTo(500);
    assertThat(catchThrowable(() -> cloud.simulator.export(id, directory.resolve("x"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("block 0");
  }

  private byte[] export(String id, long lengthBytes) throws IOException {
    Path file = directory.resolve("export.raw");
    cloud.simulator.export(id, file, lengthBytes);
    return Files.readAllBytes(file);
  }

  private static byte[] block(byte[] disk, int index) {
    int from = index * Cloud.BLOCK_BYTES;
    return Arrays.copyOfRange(disk, from, from + Cloud.BLOCK_BYTES);
  }

  private static SortedMap<Integer, byte[]> indexes(int from, int to) {
    return blocks(IntStream.range(from, to).toArray());
  }

  private ResponseBytes<GetSnapshotBlockResponse> get(String id, int index, String token) {
    return cloud.ebs.getSnapshotBlock(
        r -> r.snapshotId(id).blockIndex(index).blockToken(token), ResponseTransformer.toBytes());
  }
}
