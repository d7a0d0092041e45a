package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestMismatchException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.TruncatedException;
import dev.drover.protocol.UnknownVersionException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What all formats share: counted and hashed bytes, magic, version, texts. */
class FormatStreamTest {
  private static final byte[] MAGIC = "DRVRTEST".getBytes(StandardCharsets.US_ASCII);

  @Test
  void array_sourceEndsTooEarly_saysWhereAndByHowMuch() throws IOException {
    FormatInput in = input(new byte[10]);
    in.array(4);
    assertThat(in.position()).isEqualTo(4);
    assertThatThrownBy(() -> in.array(9))
        .isInstanceOf(TruncatedException.class)
        .hasMessage("object: ends at byte 10, 3 too early");
  }

  @Test
  void begin_versionsAreUnsigned() {
    byte[] future = FormatOutput.buffer(10).put(MAGIC).putShort((short) 0xFFFF).array();
    assertThatThrownBy(() -> input(future).begin(MAGIC, 1))
        .isInstanceOf(UnknownVersionException.class)
        .hasMessage("object: is of version 65535, this build reads version 1");
  }

  @Test
  void text_ofTheGreatestLength_survives() {
    String text = "x".repeat(0xFFFF);
    byte[] written = FormatOutput.text(text);
    assertThat(written).hasSize(2 + 0xFFFF);
    assertThat(input(new byte[0]).text(FormatOutput.over(written))).isEqualTo(text);
    assertThatThrownBy(() -> FormatOutput.text(text + "x"))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void text_oneBehindTheOther_areReadInTheirOrder() {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    written.writeBytes(FormatOutput.text("å"));
    written.writeBytes(FormatOutput.text(""));
    var header = FormatOutput.over(written.toByteArray());
    FormatInput in = input(new byte[0]);
    assertThat(in.text(header)).isEqualTo("å");
    assertThat(in.text(header)).isEmpty();
    assertThat(header.hasRemaining()).isFalse();
  }

  @Test
  void checkDigest_secondPart_isHashedOnItsOwn() throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    FormatOutput out = new FormatOutput(written);
    out.put(new byte[] {1});
    Digest first = out.putDigest();
    out.put(new byte[] {2});
    Digest second = out.putDigest();
    assertThat(first).isEqualTo(Digest.of(new byte[] {1}));
    assertThat(second).isEqualTo(Digest.of(new byte[] {2}));

    FormatInput in = input(written.toByteArray());
    in.array(1);
    assertThat(in.checkDigest()).isEqualTo(first);
    in.array(1);
    assertThat(in.checkDigest()).isEqualTo(second);
    in.end();
  }

  @Test
  void checkDigest_changedByte_namesBoth() throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    FormatOutput out = new FormatOutput(written);
    out.put(new byte[] {1});
    Digest stated = out.putDigest();
    byte[] changed = written.toByteArray();
    changed[0] = 2;

    FormatInput in = input(changed);
    in.array(1);
    assertThatThrownBy(in::checkDigest)
        .isInstanceOf(DigestMismatchException.class)
        .hasMessage(
            "object: states digest " + stated + ", its bytes have " + Digest.of(new byte[] {2}));
  }

  private static FormatInput input(byte[] bytes) {
    return new FormatInput("object", new ByteArrayInputStream(bytes));
  }
}
