package dev.drover.local.torture.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskContentTest {
  private static final int BYTES = 3_000_001;

  @Test
  void volume_thatIsTheDiskWithZerosBehind_isEqualAndNoOther(@TempDir Path folder)
      throws IOException {
    byte[] disk = new byte[BYTES];
    new Random(1).nextBytes(disk);
    DiskContent content = DiskContent.of(Files.write(folder.resolve("disk"), disk));
    byte[] volume = Arrays.copyOf(disk, 4 << 20);

    assertThat(difference(content, volume)).isEmpty();

    volume[BYTES - 1] ^= 1;
    assertThat(difference(content, volume)).contains("SHA-256");
    volume[BYTES - 1] ^= 1;
    volume[BYTES] = 1;
    assertThat(difference(content, volume)).contains("behind the disk");
    assertThat(content.difference(new ByteArrayInputStream(volume), true)).contains("behind");
    volume[BYTES] = 0;
    volume[volume.length - 1] = 1;
    assertThat(difference(content, volume)).contains("behind the disk");
    assertThat(content.difference(new ByteArrayInputStream(volume), true)).isEmpty();
    assertThat(difference(content, Arrays.copyOf(disk, BYTES - 1))).contains("of only");
  }

  private static String difference(DiskContent content, byte[] volume) throws IOException {
    return content.difference(new ByteArrayInputStream(volume), false);
  }
}
