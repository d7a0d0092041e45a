package dev.drover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  /** The first example of FIPS 180-4. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  private static final byte[] ABC_BYTES = "abc".getBytes(StandardCharsets.UTF_8);

  @Test
  void of_theSameBytesByEveryWay_isTheSame() {
    byte[] within = "xabcx".getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = ByteBuffer.wrap(within, 1, 3);

    assertThat(Digest.of(ABC_BYTES).hex()).isEqualTo(ABC);
    assertThat(Digest.ofText("abc").hex()).isEqualTo(ABC);
    assertThat(Digest.of(within, 1, 3).hex()).isEqualTo(ABC);
    assertThat(Digest.of(buffer).hex()).isEqualTo(ABC);
    assertThat(buffer.remaining()).as("the buffer's position has not moved").isEqualTo(3);
    assertThat(Digest.ofHex(ABC)).hasToString(ABC).isEqualTo(Digest.ofText("abc"));
    assertThat(Digest.of(ABC_BYTES).base64())
        .isEqualTo("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  }

  @Test
  void ofBytes_arrayChangedAfterwards_leavesTheDigest() {
    byte[] bytes = Digest.ofText("abc").toBytes();
    Digest digest = Digest.ofBytes(bytes);
    bytes[0]++;
    digest.toBytes()[1]++;
    assertThat(digest.hex()).isEqualTo(ABC);
  }

  @Test
  void readFrom_whatWriteToPut_isTheSame() {
    ByteBuffer buffer = ByteBuffer.allocate(2 * Digest.BYTES);
    Digest.ofText("a").writeTo(buffer);
    Digest.ofText("b").writeTo(buffer);
    buffer.flip();
    assertThat(Digest.readFrom(buffer)).isEqualTo(Digest.ofText("a"));
    assertThat(Digest.readFrom(buffer)).isEqualTo(Digest.ofText("b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "00", "zz", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"})
  void ofHex_anythingElse_isRefusedByName(String text) {
    assertThatThrownBy(() -> Digest.ofHex(text)).isInstanceOf(InvalidMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33})
  void ofBytes_anotherLength_isRefused(int length) {
    assertThatThrownBy(() -> Digest.ofBytes(new byte[length]))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("a SHA-256 has 32 bytes, not " + length);
  }

  @Test
  void compareTo_highBytes_areUnsigned() {
    byte[] high = new byte[Digest.BYTES];
    high[0] = (byte) 0x80;
    byte[] low = new byte[Digest.BYTES];
    low[0] = 0x7F;
    assertThat(Digest.ofBytes(high)).isGreaterThan(Digest.ofBytes(low));
    assertThat(Digest.ofBytes(low)).isLessThan(Digest.ofBytes(high));
    assertThat(Digest.NEVER_WRITTEN).isEqualByComparingTo(Digest.ofBytes(new byte[32]));
  }

  @Test
  void equals_isByContent() {
    Digest abc = Digest.ofText("abc");
    assertThat(abc).hasSameHashCodeAs(Digest.ofHex(ABC)).isNotEqualTo(Digest.NEVER_WRITTEN);
    assertThat(abc.hashCode()).isNotEqualTo(Digest.NEVER_WRITTEN.hashCode());
    assertThat(abc.equals(null)).isFalse();
    assertThat(Arrays.equals(abc.toBytes(), Digest.NEVER_WRITTEN.toBytes())).isFalse();
  }

  @Test
  void finish_chainUsedAgain_beginsEmpty() {
    DigestChain chain = new DigestChain();
    chain.add(Digest.ofText("abc"));
    chain.finish();
    chain.add(Digest.ofText("abc"));
    assertThat(chain.finish()).isEqualTo(Digest.of(Digest.ofText("abc").toBytes()));
    assertThat(chain.finish()).isEqualTo(Digest.of(new byte[0]));
  }
}
