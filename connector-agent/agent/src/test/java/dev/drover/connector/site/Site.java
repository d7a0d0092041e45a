package dev.drover.connector.site;

import dev.drover.connector.folder.FolderSource;
import dev.drover.connector.index.IndexShelf;
import dev.drover.connector.pipeline.ExtentWorkers;
import dev.drover.connector.report.ReportSequence;
import dev.drover.connector.report.Reporter;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.state.DurableFile;
import dev.drover.connector.store.Patience;
import dev.drover.connector.task.HeldCaptures;
import dev.drover.connector.task.ServerReplication;
import dev.drover.connector.task.TaskJournal;
import dev.drover.protocol.DiskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A connector's parts over a folder of images and a bucket in memory. */
public final class Site {
  /** Names the process in its reports. */
  public static final String INSTANCE = "0123abcd";

  private static final int WORKERS = 3;

  /** So little that most segments need their file. */
  private static final int SEGMENT_BYTES = 1 << 20;

  private final Path servers;
  private final Path state;
  private final MemoryStore store = new MemoryStore();
  private final FakeCloud cloud = new FakeCloud(store);
  private @Nullable Reporter reporter;

  public Site(Path root) throws IOException {
    this.servers = Files.createDirectories(root.resolve("servers"));
    this.state = Files.createDirectories(root.resolve("state"));
  }

  public MemoryStore store() {
    return store;
  }

  public FakeCloud cloud() {
    return cloud;
  }

  public Path servers() {
    return servers;
  }

  public Path state() {
    return state;
  }

  public FolderSource source() {
    return new FolderSource(servers, InstantSource.system());
  }

  public TaskJournal journal() {
    return new TaskJournal(state.resolve("runs"));
  }

  public HeldCaptures held() {
    return new HeldCaptures(state.resolve("held"));
  }

  public Path indexes() {
    return state.resolve("index");
  }

  /** One for all that reports, as in a connector: the file of its numbers has one writer. */
  public synchronized Reporter reporter() throws IOException {
    Reporter known = reporter;
    if (known == null) {
      ReportSequence sequence =
          new ReportSequence(new DurableFile(state.resolve("sequence")), InstantSource.system());
      known =
          new Reporter(
              FakeCloud.ENVIRONMENT,
              FakeCloud.CONNECTOR,
              sequence,
              InstantSource.system(),
              INSTANCE,
              store);
      reporter = known;
    }
    return known;
  }

  public ServerReplication replication() throws IOException {
    return replication(source());
  }

  public ServerReplication replication(ServerSource source) throws IOException {
    return replication(source, Patience.NONE);
  }

  public ServerReplication replication(ServerSource source, Patience patience) throws IOException {
    return new ServerReplication(
        source,
        store,
        new IndexShelf(indexes(), store),
        new ExtentWorkers(WORKERS, 1, SEGMENT_BYTES, state.resolve("segments")),
        reporter(),
        patience,
        System::nanoTime);
  }

  public Path image(String server, String name) {
    return servers.resolve(server).resolve(name);
  }

  public static DiskId disk(String server, String name) {
    return DiskId.of(server, name);
  }

  /** An image with random bytes here and there; most of it is zeros. */
  public Path writeImage(String server, String name, long sizeBytes, long seed) throws IOException {
    Path image = image(server, name);
    Files.createDirectories(image.getParent());
    Random random = new Random(seed);
    try (FileChannel channel =
        FileChannel.open(image, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.truncate(0);
      channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
      for (long at = 0; at < sizeBytes; at += 3 << 20) {
        byte[] bytes = new byte[Math.toIntExact(Math.min(700_000, sizeBytes - at))];
        random.nextBytes(bytes);
        // A little noise may be a text, which is no disk.
        bytes[0] = 2;
        channel.write(ByteBuffer.wrap(bytes), at);
      }
    }
    return image;
  }

  public void overwrite(Path image, long offsetBytes, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), offsetBytes);
    }
  }
}
