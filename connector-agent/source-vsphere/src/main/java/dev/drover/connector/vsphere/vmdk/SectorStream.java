package dev.drover.connector.vsphere.vmdk;

import java.io.IOException;
import java.io.InputStream;

/** A stream of sectors that knows where it is. */
final class SectorStream {
  static final int SECTOR_BYTES = 512;

  private final InputStream in;
  private long sector;

  SectorStream(InputStream in) {
    this.in = in;
  }

  /** The number of the sector that is read next. */
  long sector() {
    return sector;
  }

  /** Reads a sector; false at the stream's end, which may only be between two. */
  boolean readFirst(byte[] target) throws IOException {
    int got = in.readNBytes(target, 0, SECTOR_BYTES);
    VmdkFormatException.require(
        got == 0 || got == SECTOR_BYTES, "it ends in the middle of sector " + sector);
    sector += got / SECTOR_BYTES;
    return got > 0;
  }

  /** Reads whole sectors that must be there. */
  void read(byte[] target, int offset, int lengthBytes) throws IOException {
    int got = in.readNBytes(target, offset, lengthBytes);
    VmdkFormatException.require(
        got == lengthBytes,
        "it ends in sector " + (sector + got / SECTOR_BYTES) + ", before its end is marked");
    sector += lengthBytes / SECTOR_BYTES;
  }
}
