package dev.drover.connector.folder;

import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.contract.SourceFixture;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/** A folder of images for the contracts. */
record FolderFixture(Path root) implements SourceFixture {
  private static final int PIECE_BYTES = 65_536;

  @Override
  public ServerSource source() {
    return new FolderSource(root, InstantSource.system());
  }

  @Override
  public void write(String vmId, List<byte[]> disks) throws IOException {
    Path folder = Files.createDirectories(root.resolve(vmId));
    // The contracts write noise, and what is short enough of it may look like a text.
    Files.writeString(folder.resolve("server.yaml"), "format: raw");
    for (int i = 0; i < disks.size(); i++) {
      writeSparse(folder.resolve(i == 0 ? "root.img" : "data-" + i + ".img"), disks.get(i));
    }
  }

  /** Zeros become holes, where the file system can have any. */
  private static void writeSparse(Path image, byte[] disk) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(0);
      file.setLength(disk.length);
      for (int at = 0; at < disk.length; at += PIECE_BYTES) {
        byte[] piece = Arrays.copyOfRange(disk, at, Math.min(at + PIECE_BYTES, disk.length));
        if (Arrays.mismatch(piece, new byte[piece.length]) >= 0) {
          file.seek(at);
          file.write(piece);
        }
      }
    }
  }

  @Override
  public void writeUnreadable(String vmId) throws IOException {
    Files.createDirectory(root.resolve(vmId));
  }
}
