package dev.drover.connector.site;

import dev.drover.connector.source.DiskStream;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.StreamContent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A disk as a stream-optimized image gives it: pieces of 64 KiB in order, those of zeros left out.
 */
public record ZeroSkippingStream(RangeContent content, long sizeBytes) implements StreamContent {
  private static final int GRAIN_BYTES = 65_536;

  @Override
  public DiskStream open() {
    return new Pass();
  }

  private final class Pass implements DiskStream {
    private final byte[] grain = new byte[GRAIN_BYTES];
    private long positionBytes;

    @Override
    public @Nullable Stretch next() {
      while (positionBytes < sizeBytes) {
        long start = positionBytes;
        int lengthBytes = Math.toIntExact(Math.min(GRAIN_BYTES, sizeBytes - start));
        content.read(start, grain, lengthBytes);
        positionBytes += lengthBytes;
        if (Arrays.mismatch(grain, 0, lengthBytes, new byte[lengthBytes], 0, lengthBytes) >= 0) {
          return new Stretch(start, ByteBuffer.wrap(grain, 0, lengthBytes));
        }
      }
      return null;
    }

    @Override
    public void close() {}
  }
}
