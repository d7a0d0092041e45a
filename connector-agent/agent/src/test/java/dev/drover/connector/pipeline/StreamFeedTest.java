package dev.drover.connector.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.site.ZeroSkippingStream;
import dev.drover.connector.source.DiskContent;
import dev.drover.connector.source.DiskStream;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.protocol.DiskGeometry;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamFeedTest extends ExtentFeedContract {
  @Override
  DiskContent contentOf(byte[] disk) {
    RangeContent bytes =
        (offsetBytes, target, lengthBytes) ->
            System.arraycopy(disk, Math.toIntExact(offsetBytes), target, 0, lengthBytes);
    return new ZeroSkippingStream(bytes, disk.length);
  }

  @Test
  void readBlock_stretchThatGoesBack_isRefused() {
    assertRefused(stretch(65_536, 100), stretch(0, 100));
  }

  @Test
  void readBlock_stretchBehindTheDisk_isRefused() {
    assertRefused(stretch(DiskGeometry.BLOCK_BYTES - 1, 2));
  }

  private static void assertRefused(DiskStream.Stretch... stretches) {
    DiskGeometry geometry = new DiskGeometry(DiskGeometry.BLOCK_BYTES);
    try (StreamFeed feed = new StreamFeed(new Given(List.of(stretches).iterator()), geometry)) {
      int extent = feed.claim();
      byte[] block = new byte[DiskGeometry.BLOCK_BYTES];
      assertThatThrownBy(() -> feed.readBlock(geometry.firstBlock(extent), block))
          .isInstanceOf(SourceUnreadableException.class)
          .hasMessageContaining("the source is broken");
      feed.release();
    }
  }

  private static DiskStream.Stretch stretch(long offsetBytes, int lengthBytes) {
    return new DiskStream.Stretch(offsetBytes, ByteBuffer.allocate(lengthBytes));
  }

  private record Given(Iterator<Stretch> stretches) implements DiskStream {
    @Override
    public @Nullable Stretch next() {
      return stretches.hasNext() ? stretches.next() : null;
    }

    @Override
    public void close() {}
  }
}
