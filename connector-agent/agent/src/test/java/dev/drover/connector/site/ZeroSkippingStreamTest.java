package dev.drover.connector.site;

import dev.drover.connector.source.DiskContent;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.contract.DiskContentContract;

/** The pipeline's tests rely on this double to be what a source may be. */
class ZeroSkippingStreamTest extends DiskContentContract {
  @Override
  protected DiskContent contentOf(byte[] disk) {
    RangeContent bytes =
        (offsetBytes, target, lengthBytes) ->
            System.arraycopy(disk, Math.toIntExact(offsetBytes), target, 0, lengthBytes);
    return new ZeroSkippingStream(bytes, disk.length);
  }
}
