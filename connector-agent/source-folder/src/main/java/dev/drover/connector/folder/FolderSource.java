package dev.drover.connector.folder;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.ServerUnknownException;
import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.words.FileTrouble;
import dev.drover.protocol.Digest;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with one sub-folder per server, each with raw disk images and perhaps a {@code
 * server.yaml}. There is no VM snapshot: a generation is the hash of every image's name, size,
 * modification time and inode, and an image that is seen to change while it is read fails the run.
 * A write through memory, or on another machine, may not be seen: so a run also fails when somebody
 * on this machine can write to an image, at its beginning or its end.
 */
public final class FolderSource implements ServerSource {
  /**
   * Linux stamps files with the time of the last timer tick (at most 10 ms, CONFIG_HZ=100): two
   * writes within one tick cannot be told apart by their stamps, so a capture begins only when the
   * tick of the last write is over.
   */
  private static final Duration STAMP_TICK = Duration.ofMillis(20);

  /** What some file systems keep of a time: whole seconds, FAT even every second one. */
  private static final Duration COARSE_STAMP_TICK = Duration.ofSeconds(2);

  private static final long NANOS_OF_A_SECOND = 1_000_000_000;

  private final Path directory;
  private final InstantSource clock;
  private final boolean allowWriters;
  private final ImageWriters writers = new ImageWriters();

  /** A source over a folder, which need not exist yet, of images that nobody may write to. */
  public FolderSource(Path directory, InstantSource clock) {
    this(directory, clock, false);
  }

  /**
   * A source over a folder; it need not exist yet.
   *
   * @param allowWriters whether images are read that somebody has open for writing
   */
  public FolderSource(Path directory, InstantSource clock, boolean allowWriters) {
    this.directory = directory;
    this.clock = clock;
    this.allowWriters = allowWriters;
  }

  @Override
  public String type() {
    return "folder";
  }

  @Override
  public SourceInventory inventory() {
    List<Report.InventoryServer> servers = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    List<Path> images = new ArrayList<>();
    Path root = root();
    for (Path entry : entries(root)) {
      try {
        if (isServer(root, entry)) {
          ServerFolder server = ServerFolder.read(root, entry);
          servers.add(server.toInventory());
          server.images().forEach(image -> images.add(image.file()));
        } else {
          problems.add(
              EntryName.brokenLink(entry)
                  .map(fault -> entry + " is " + fault + " and is left out: remove it.")
                  .orElse(
                      entry + " is no folder inside " + root + " and is left out: move it away."));
        }
      } catch (SourceException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return new SourceInventory(
        servers, problems, WriterWatch.over(images, writers, allowWriters).warnings());
  }

  /** Makes nothing on the site, so nothing is released: a run's name is of no use here. */
  @Override
  public Capture capture(String vmId, RunId run, @Nullable CaptureName previous) {
    ServerFolder server = server(vmId);
    List<ImageFile> files = new ArrayList<>();
    WriterWatch watch =
        WriterWatch.over(
            server.images().stream().map(ServerFolder.Image::file).toList(), writers, allowWriters);
    try {
      watch.look();
      server.images().forEach(image -> files.add(ImageFile.open(image.file(), image.stamp())));
      files.forEach(file -> awaitEndOfTick(file.stamp()));
      files.forEach(ImageFile::verifyUnchanged);
      return capture(server, files, watch, previous);
    } catch (RuntimeException e) {
      files.forEach(ImageFile::close);
      throw e;
    }
  }

  private Capture capture(
      ServerFolder server,
      List<ImageFile> files,
      WriterWatch watch,
      @Nullable CaptureName previous) {
    List<CapturedDisk> disks = new ArrayList<>();
    StringBuilder stamps = new StringBuilder();
    for (int i = 0; i < files.size(); i++) {
      ServerFolder.Image image = server.images().get(i);
      ImageFile file = files.get(i);
      long sizeBytes = file.stamp().sizeBytes();
      disks.add(
          new CapturedDisk(
              image.diskId(server.vmId()), image.name(), image.name(), sizeBytes, file));
      stamps.append(image.name()).append('\0').append(file.stamp().generationText()).append('\n');
    }
    CaptureName name = name(Digest.ofText(stamps.toString()).hex(), previous);
    return new FolderCapture(name, server.about().firmware(), List.copyOf(disks), files, watch);
  }

  /** The same images are the same capture; others are a later one, whatever the clock says. */
  private CaptureName name(String hash, @Nullable CaptureName previous) {
    Instant now = clock.instant();
    if (previous == null) {
      return new CaptureName(now, hash);
    }
    if (previous.snapshotId().equals(hash)) {
      return previous;
    }
    Instant next = previous.createdAt().plusMillis(1);
    return new CaptureName(now.isAfter(next) ? now : next, hash);
  }

  private ServerFolder server(String vmId) {
    Path root = root();
    // The name came over the network: it is looked for in the listing, never made into a path.
    for (Path entry : entries(root)) {
      if (EntryName.decoded(entry).equals(vmId) && isServer(root, entry)) {
        return ServerFolder.read(root, entry);
      }
    }
    throw new ServerUnknownException(
        "There is no folder '"
            + vmId
            + "' in "
            + root
            + ": put it back under this name; until then every run of its job fails like this, and"
            + " the job ends 90 days after its first run.");
  }

  /** A time in the future is another clock's; one tick is waited for all the same. */
  private void awaitEndOfTick(ImageStamp stamp) {
    boolean wholeSeconds = stamp.modifiedNanos() % NANOS_OF_A_SECOND == 0;
    Duration tick = wholeSeconds ? COARSE_STAMP_TICK : STAMP_TICK;
    Instant written = Instant.ofEpochSecond(0, stamp.modifiedNanos());
    Duration age = Duration.between(written, clock.instant());
    if (age.compareTo(tick) >= 0) {
      return;
    }
    Duration rest = age.isNegative() ? tick : tick.minus(age);
    long end = System.nanoTime() + rest.toNanos();
    while (System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private Path root() {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw unavailable(directory, e);
    }
  }

  private static List<Path> entries(Path root) {
    try (Stream<Path> entries = Files.list(root)) {
      return entries.filter(entry -> !EntryName.isHidden(entry)).sorted().toList();
    } catch (UncheckedIOException e) {
      throw unavailable(root, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw unavailable(root, e);
    }
  }

  private static boolean isServer(Path root, Path entry) {
    try {
      return Files.isDirectory(entry) && entry.toRealPath().startsWith(root);
    } catch (IOException e) {
      throw unavailable(entry, e);
    }
  }

  private static SourceUnavailableException unavailable(Path what, IOException e) {
    return new SourceUnavailableException(
        what
            + " could not be read ("
            + FileTrouble.reason(e)
            + "): check source.directory and its storage.",
        e);
  }
}
