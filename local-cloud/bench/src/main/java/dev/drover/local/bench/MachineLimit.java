package dev.drover.local.bench;

import com.github.luben.zstd.ZstdCompressCtx;
import dev.drover.protocol.DiskGeometry;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What no pipeline of ours can beat on this machine: the work that the bytes themselves need, on
 * all cores, without any order, table, checksum of a whole, queue or request.
 */
final class MachineLimit {
  private static final byte[] ZEROS = new byte[DiskGeometry.BLOCK_BYTES];

  private final Path image;
  private final int cores;

  MachineLimit(Path image, int cores) {
    this.image = image;
    this.cores = cores;
  }

  /** Reads every block, looks whether it is zero, digests it, compresses it; the bytes left. */
  long readDigestCompress() throws IOException {
    return onAllCores(true);
  }

  /** Reads every block, looks whether it is zero and digests it. */
  void readDigest() throws IOException {
    onAllCores(false);
  }

  private long onAllCores(boolean compress) throws IOException {
    AtomicInteger next = new AtomicInteger();
    LongAdder bytes = new LongAdder();
    List<Future<?>> ends = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(image);
        ExecutorService threads = Executors.newFixedThreadPool(cores)) {
      int blocks = Math.toIntExact(channel.size() / DiskGeometry.BLOCK_BYTES);
      for (int i = 0; i < cores; i++) {
        ends.add(threads.submit(() -> workOff(channel, blocks, next, compress, bytes)));
      }
    }
    for (Future<?> end : ends) {
      if (end.state() == Future.State.FAILED) {
        throw new IOException("cannot read " + image, end.exceptionNow());
      }
    }
    return bytes.sum();
  }

  private static void workOff(
      FileChannel channel, int blocks, AtomicInteger next, boolean compress, LongAdder bytes) {
    byte[] block = new byte[DiskGeometry.BLOCK_BYTES];
    try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
      zstd.setLevel(1);
      byte[] frame = new byte[(int) com.github.luben.zstd.Zstd.compressBound(block.length)];
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (int i = next.getAndIncrement(); i < blocks; i = next.getAndIncrement()) {
        read(channel, (long) i * block.length, block);
        if (Arrays.mismatch(block, ZEROS) < 0) {
          continue;
        }
        sha.update(block);
        sha.digest();
        if (compress) {
          bytes.add(zstd.compressByteArray(frame, 0, frame.length, block, 0, block.length));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static void read(FileChannel channel, long offset, byte[] block) throws IOException {
    ByteBuffer target = ByteBuffer.wrap(block);
    while (target.hasRemaining()) {
      if (channel.read(target, offset + target.position()) < 0) {
        throw new EOFException("the image became shorter");
      }
    }
  }
}
