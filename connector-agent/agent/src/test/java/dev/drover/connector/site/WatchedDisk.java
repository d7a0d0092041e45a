package dev.drover.connector.site;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A folder of the real disk that writes down what is done to it and does what a disk may do: take
 * or give fewer bytes than asked, or fail. What is durable, and in which order, shows nowhere else
 * before the power is cut.
 */
public final class WatchedDisk {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger openFiles = new AtomicInteger();
  private final FileSystemProvider provider = new Provider();
  private final FileSystem fileSystem = new WatchedFileSystem();
  private final Path root;
  private volatile int bytesPerCall = Integer.MAX_VALUE;
  private volatile boolean failing;

  public WatchedDisk(Path real) {
    this.root = watched(real);
  }

  /** The folder, and whatever is resolved against it, is watched. */
  public Path root() {
    return root;
  }

  /** What changed the disk, in order, as "verb file-name"; the same again at once stands once. */
  public List<String> events() {
    return List.copyOf(events);
  }

  /** Files that were opened and not closed. */
  public int openFiles() {
    return openFiles.get();
  }

  /** Limits each read and write from now on. */
  public void bytesPerCall(int bytes) {
    bytesPerCall = bytes;
  }

  /** Fails each read and write from now on. */
  public void fail() {
    failing = true;
  }

  private synchronized void record(String verb, Path path) {
    String event = verb + " " + path.getFileName();
    if (events.isEmpty() || !events.getLast().equals(event)) {
      events.add(event);
    }
  }

  private Path watched(Path real) {
    return (Path)
        Proxy.newProxyInstance(
            WatchedDisk.class.getClassLoader(),
            new Class<?>[] {Path.class},
            new Handler(this, real));
  }

  private static Path unwatched(Path path) {
    return Proxy.isProxyClass(path.getClass())
        ? ((Handler) Proxy.getInvocationHandler(path)).real
        : path;
  }

  /** A path like the real one, but of our file system. */
  private record Handler(WatchedDisk disk, Path real) implements InvocationHandler {
    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
        throws Throwable {
      if (method.getName().equals("getFileSystem")) {
        return disk.fileSystem;
      }
      Object[] realArgs = args == null ? new Object[0] : args.clone();
      for (int i = 0; i < realArgs.length; i++) {
        if (realArgs[i] instanceof Path path) {
          realArgs[i] = unwatched(path);
        }
      }
      try {
        Object result = method.invoke(real, realArgs);
        return result instanceof Path path ? disk.watched(path) : result;
      } catch (InvocationTargetException e) {
        throw e.getCause() == null ? e : e.getCause();
      }
    }
  }

  /** Records and disturbs; the work is done by the real provider. */
  private final class Provider extends FileSystemProvider {
    private FileSystemProvider of(Path path) {
      return unwatched(path).getFileSystem().provider();
    }

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      FileChannel channel = of(path).newFileChannel(unwatched(path), options, attributes);
      openFiles.incrementAndGet();
      return new Channel(path, channel);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
      of(source).move(unwatched(source), unwatched(target), options);
      record("move " + source.getFileName() + " to", target);
    }

    @Override
    public void delete(Path path) throws IOException {
      of(path).delete(unwatched(path));
      record("delete", path);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
      List<Path> entries = new ArrayList<>();
      try (DirectoryStream<Path> stream =
          of(folder).newDirectoryStream(unwatched(folder), filter)) {
        stream.forEach(entry -> entries.add(watched(entry)));
      }
      return new DirectoryStream<>() {
        @Override
        public Iterator<Path> iterator() {
          return entries.iterator();
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public String getScheme() {
      return "watched";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return of(path).newByteChannel(unwatched(path), options, attributes);
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
      of(folder).createDirectory(unwatched(folder), attributes);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
      of(source).copy(unwatched(source), unwatched(target), options);
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
      return of(path).isSameFile(unwatched(path), unwatched(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return of(path).isHidden(unwatched(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return of(path).getFileStore(unwatched(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      of(path).checkAccess(unwatched(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return of(path).getFileAttributeView(unwatched(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return of(path).readAttributes(unwatched(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
        throws IOException {
      return of(path).readAttributes(unwatched(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
        throws IOException {
      of(path).setAttribute(unwatched(path), attribute, value, options);
    }
  }

  private final class Channel extends FileChannel {
    private final Path path;
    private final FileChannel real;

    Channel(Path path, FileChannel real) {
      this.path = path;
      this.real = real;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return some(target, real::read);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return some(target, part -> real.read(part, position));
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      record("write", path);
      return some(source, real::write);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      record("write", path);
      return some(source, part -> real.write(part, position));
    }

    @Override
    public void force(boolean metaData) throws IOException {
      real.force(metaData);
      record("force", path);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      real.close();
      openFiles.decrementAndGet();
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    public long position() throws IOException {
      return real.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      real.position(position);
      return this;
    }

    @Override
    public FileChannel truncate(long sizeBytes) throws IOException {
      real.truncate(sizeBytes);
      return this;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long sizeBytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long sizeBytes, boolean shared) throws IOException {
      return real.lock(position, sizeBytes, shared);
    }

    @Override
    public @Nullable FileLock tryLock(long position, long sizeBytes, boolean shared)
        throws IOException {
      return real.tryLock(position, sizeBytes, shared);
    }

    private int some(ByteBuffer buffer, Transfer transfer) throws IOException {
      if (failing) {
        throw new IOException("the disk fails");
      }
      ByteBuffer part = buffer.slice(buffer.position(), Math.min(bytesPerCall, buffer.remaining()));
      int bytes = transfer.apply(part);
      buffer.position(buffer.position() + Math.max(bytes, 0));
      return bytes;
    }
  }

  private interface Transfer {
    int apply(ByteBuffer part) throws IOException;
  }

  private final class WatchedFileSystem extends FileSystem {
    @Override
    public FileSystemProvider provider() {
      return provider;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public String getSeparator() {
      return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(String first, String... more) {
      throw new UnsupportedOperationException();
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
      throw new UnsupportedOperationException();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
      throw new UnsupportedOperationException();
    }

    @Override
    public WatchService newWatchService() {
      throw new UnsupportedOperationException();
    }
  }
}
