package dev.drover.connector.folder;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The holes of a file, as its file system names them. Java cannot ask for them, so {@code lseek} is
 * called, on a descriptor of our own because a channel does not tell its.
 *
 * <p>What the file system calls a hole is trusted only where it is known to look at what is not on
 * the disk yet, or where that was written before: ext4, xfs and btrfs, after an fsync. Everywhere
 * else there are none, and the file is read.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/lseek.2.html">lseek(2): SEEK_DATA</a>
 */
final class FileHoles implements AutoCloseable {
  /** As Linux calls them. */
  private static final Set<String> TRUSTED = Set.of("ext4", "xfs", "btrfs");

  /** O_RDONLY with O_CLOEXEC, the same on x86-64 and on ARM. */
  private static final int READ_ONLY = 0x80000;

  private static final int SEEK_DATA = 3;

  /** There is no data from there on. */
  private static final int ENXIO = 6;

  /** Knows of no hole. */
  static final FileHoles NONE = new FileHoles(-1, 0);

  private final int descriptor;
  private final long sizeBytes;

  private FileHoles(int descriptor, long sizeBytes) {
    this.descriptor = descriptor;
    this.sizeBytes = sizeBytes;
  }

  /**
   * Those of a file; none where nobody can be trusted to name them.
   *
   * @param channel open on the file
   * @param stamp of the file that is open there
   */
  static FileHoles of(Path file, FileChannel channel, ImageStamp stamp) {
    try {
      if (!isTrusted(file)) {
        return NONE;
      }
      // A hole on the disk is one no more when what waits in memory was written.
      channel.force(true);
      int descriptor = C.open(file);
      FileHoles holes = descriptor < 0 ? NONE : new FileHoles(descriptor, stamp.sizeBytes());
      if (holes.isOf(stamp)) {
        return holes;
      }
      holes.close();
      return NONE;
    } catch (IOException e) {
      // To read it all is always right, and says what is wrong with the file.
      return NONE;
    }
  }

  /** Whether holes are asked for where that file is. */
  static boolean isTrusted(Path file) throws IOException {
    return System.getProperty("os.name").equals("Linux")
        && TRUSTED.contains(Files.getFileStore(file).type());
  }

  /** Another file may have come under the name since the channel was opened. */
  private boolean isOf(ImageStamp stamp) throws IOException {
    return this == NONE || ImageStamp.of(Path.of("/proc/self/fd/" + descriptor)).equals(stamp);
  }

  /**
   * Where data begins: all bytes before it, from the offset on, are zeros.
   *
   * @return the offset where nothing is known; the file's size when no data follows
   */
  long dataFrom(long offsetBytes) {
    if (this == NONE) {
      return offsetBytes;
    }
    C.Result sought = C.lseek(descriptor, offsetBytes, SEEK_DATA);
    if (sought.value() >= offsetBytes) {
      return Math.min(sought.value(), sizeBytes);
    }
    return sought.errno() == ENXIO ? Math.max(offsetBytes, sizeBytes) : offsetBytes;
  }

  @Override
  public void close() {
    if (this != NONE) {
      C.close(descriptor);
    }
  }

  /** The C library, bound when a file is on a file system that is trusted. */
  @SuppressWarnings("restricted") // the functions are bound as the C library declares them
  private static final class C {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
        STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
        bound(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle LSEEK =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("lseek"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT),
            Linker.Option.captureCallState("errno"));
    private static final MethodHandle CLOSE =
        bound("close", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));

    private C() {}

    /** What a call gave, and why it failed if it did. */
    record Result(long value, int errno) {}

    private static MethodHandle bound(String name, FunctionDescriptor descriptor) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    /** Negative when it cannot be opened. */
    static int open(Path file) {
      try (Arena arena = Arena.ofConfined()) {
        return (int) OPEN.invokeExact(arena.allocateFrom(file.toString()), READ_ONLY);
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    static Result lseek(int descriptor, long offsetBytes, int whence) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        long value = (long) LSEEK.invokeExact(state, descriptor, offsetBytes, whence);
        return new Result(value, (int) ERRNO.get(state, 0L));
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    static void close(int descriptor) {
      try {
        CLOSE.invokeExact(descriptor);
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    /** A call into C throws nothing of its own. */
    private static IllegalStateException unexpected(Throwable e) {
      return new IllegalStateException("the C library cannot be called", e);
    }
  }
}
