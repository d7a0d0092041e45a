package dev.drover.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiskDigesterTest {
  @Test
  void finish_diskOfTwoExtents_chainsExtents() {
    List<Digest> extents = new ArrayList<>();
    DiskDigester digester = new DiskDigester(extents::add);
    DigestChain first = new DigestChain();
    DigestChain second = new DigestChain();
    for (int block = 0; block < DiskGeometry.BLOCKS_PER_EXTENT + 1; block++) {
      Digest digest = Digest.ofText("block " + block);
      digester.addBlock(digest);
      (block < DiskGeometry.BLOCKS_PER_EXTENT ? first : second).add(digest);
    }
    Digest disk = digester.finish();

    assertThat(extents).containsExactly(first.finish(), second.finish());
    DigestChain chain = new DigestChain();
    extents.forEach(chain::add);
    assertThat(disk).isEqualTo(chain.finish());
  }

  @Test
  void finish_diskOfWholeExtents_hasNoEmptyExtentBehind() {
    List<Digest> extents = new ArrayList<>();
    DiskDigester digester = new DiskDigester(extents::add);
    for (int block = 0; block < DiskGeometry.BLOCKS_PER_EXTENT; block++) {
      digester.addBlock(DiskGeometry.ZERO_BLOCK);
    }
    digester.finish();
    assertThat(extents).hasSize(1);
  }

  @Test
  void finish_ofThreeDigests_isSha256OfTheirBytesInOrder() {
    DigestChain chain = new DigestChain();
    byte[] concatenated = new byte[3 * Digest.BYTES];
    for (int i = 0; i < 3; i++) {
      Digest digest = Digest.ofText("block " + i);
      chain.add(digest);
      System.arraycopy(digest.toBytes(), 0, concatenated, i * Digest.BYTES, Digest.BYTES);
    }
    assertThat(chain.finish()).isEqualTo(Digest.of(concatenated));
  }
}
