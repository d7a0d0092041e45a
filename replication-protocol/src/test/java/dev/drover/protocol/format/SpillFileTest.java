package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillFileTest {
  private static final byte[] TEN = "0123456789".getBytes(StandardCharsets.US_ASCII);

  @TempDir private Path folder;

  @Test
  void openStream_fewerBytesThanTheFileHas_endsAfterThese() throws IOException {
    try (SpillFile spill = spill();
        InputStream stream = spill.openStream(5)) {
      byte[] bytes = new byte[TEN.length];
      assertThat(stream.read(bytes, 0, 3)).isEqualTo(3);
      assertThat(stream.read(bytes, 3, 7)).isEqualTo(2);
      assertThat(bytes).startsWith('0', '1', '2', '3', '4', 0);
      assertThat(stream.read(bytes, 0, 1)).isEqualTo(-1);
    }
  }

  @Test
  void openStream_readByteByByte_givesEachAndThenTheEnd() throws IOException {
    try (SpillFile spill = spill();
        InputStream stream = spill.openStream(2)) {
      assertThat(stream.read()).isEqualTo('0');
      assertThat(stream.read()).isEqualTo('1');
      assertThat(stream.read()).isEqualTo(-1);
    }
  }

  /** The file has no name: its length shows only in what can still be read. */
  @Test
  void clear_givesTheRoomBack() throws IOException {
    try (SpillFile spill = spill();
        InputStream stream = spill.openStream(TEN.length)) {
      spill.clear();
      assertThatThrownBy(() -> stream.read(new byte[1], 0, 1))
          .isInstanceOf(IOException.class)
          .hasMessage("the file ends at byte 0 of 10");
    }
  }

  @Test
  void close_closesTheFile() throws IOException {
    SpillFile spill = spill();
    InputStream stream = spill.openStream(TEN.length);
    spill.close();
    assertThatThrownBy(() -> stream.read(new byte[1], 0, 1))
        .isInstanceOf(ClosedChannelException.class);
  }

  private SpillFile spill() throws IOException {
    SpillFile spill = new SpillFile(folder.resolve("spill"));
    spill.write(TEN, TEN.length, 0);
    return spill;
  }
}
