package dev.drover.local.launcher.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Reads a snapshot from the simulator as the raw disk that a volume made from it would be. */
public final class SnapshotExport {
  /** EBS's unit; a whole block of zeros becomes a hole in the file. */
  private static final int BLOCK_BYTES = 512 * 1024;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(250);
  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rw-------");
  private static final int MAX_ERROR_CHARS = 500;
  private static final Pattern SNAPSHOT_ID = Pattern.compile("snap-[0-9a-f]{1,59}");

  private final URI simulator;
  private final Consumer<Progress> progress;

  public SnapshotExport(URI simulator, Consumer<Progress> progress) {
    this.simulator = simulator;
    this.progress = progress;
  }

  /**
   * How far an export is.
   *
   * @param totalBytes the disk's size
   */
  public record Progress(long doneBytes, long totalBytes, Duration elapsed) {
    private static final double BYTES_PER_MIB = 1024.0 * 1024;

    boolean isDone() {
      return doneBytes == totalBytes;
    }

    public String text() {
      double seconds = Math.max(elapsed.toNanos() / 1e9, 1e-9);
      return String.format(
          Locale.ROOT,
          "%,.0f of %,.0f MiB, %,.0f MiB/s",
          doneBytes / BYTES_PER_MIB,
          totalBytes / BYTES_PER_MIB,
          doneBytes / BYTES_PER_MIB / seconds);
    }
  }

  /**
   * Writes the image: a file appears under its name only when it is whole, a block device is
   * overwritten in place.
   *
   * @throws LocalCloudException for an unknown or uncompleted snapshot, a target that exists
   *     without {@code force} or that is neither file nor block device, or a stream that ends early
   */
  public Progress write(String snapshotId, Path target, boolean force) {
    if (!SNAPSHOT_ID.matcher(snapshotId).matches()) {
      throw new LocalCloudException(
          "'" + snapshotId + "' is no snapshot id; they look like snap-0123456789abcdef0.");
    }
    try {
      return switch (ExportTarget.of(target, force)) {
        case ExportTarget.ImageFile(Path file) -> writeFile(snapshotId, file, force);
        case ExportTarget.BlockDevice(Path device) -> writeDevice(snapshotId, device);
      };
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot write " + snapshotId + " to " + target + ": " + Reason.of(e, target), e);
    }
  }

  private Progress writeFile(String snapshotId, Path file, boolean force) throws IOException {
    ExportPart.removeLeftBehind(file);
    Path part = ExportPart.of(file);
    Progress done;
    try (FileChannel out = create(part, file)) {
      part.toFile().deleteOnExit(); // a Ctrl-C runs no 'finally'
      done = download(snapshotId, (body, totalBytes) -> copy(body, out, totalBytes, true));
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(part);
      throw e;
    }
    try {
      if (force) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.move(part, file);
      }
      return done;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * Makes the part; only who may read what stands there may ever read what replaces it. Of its
   * failure a user is told the folder, not our name for the part.
   */
  private static FileChannel create(Path part, Path file) throws IOException {
    Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      if (!Files.exists(file)) {
        return FileChannel.open(part, options);
      }
      FileChannel channel =
          FileChannel.open(part, options, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
      Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(file));
      return channel;
    } catch (FileSystemException e) {
      String reason = Objects.requireNonNullElse(e.getReason(), "no file can be made there");
      throw new FileSystemException(
          String.valueOf(part.toAbsolutePath().getParent()),
          null,
          e instanceof AccessDeniedException ? "no right to write there" : reason);
    }
  }

  private Progress writeDevice(String snapshotId, Path device) throws IOException {
    Optional<String> use =
        DeviceUse.OF_THIS_MACHINE.of(
            DeviceUse.number((long) Files.getAttribute(device, "unix:rdev")));
    if (use.isPresent()) {
      throw new LocalCloudException(device + " " + use.get() + ": nothing is written over it.");
    }
    try (FileChannel out = FileChannel.open(device, StandardOpenOption.WRITE)) {
      return download(snapshotId, (body, totalBytes) -> overwrite(body, out, device, totalBytes));
    }
  }

  /** Writes over what stands in a place of fixed size, zeros too. */
  Progress overwrite(InputStream body, FileChannel out, Path device, long totalBytes)
      throws IOException {
    if (out.size() < totalBytes) {
      throw new LocalCloudException(
          "%s has %,d bytes, fewer than the snapshot's %,d: nothing was written."
              .formatted(device, out.size(), totalBytes));
    }
    try {
      Progress done = copy(body, out, totalBytes, false);
      out.force(true);
      return done;
    } catch (IOException e) {
      throw new IOException(
          Reason.of(e) + "; a part of " + device + " may be overwritten already", e);
    }
  }

  /** What is done with a disk that arrives as a stream of known length. */
  private interface Sink {
    Progress take(InputStream body, long totalBytes) throws IOException;
  }

  private Progress download(String snapshotId, Sink sink) throws IOException {
    URI uri = simulator.resolve("/_drover/export/" + snapshotId);
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build()) {
      HttpResponse<InputStream> response =
          client.send(
              HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() != 200) {
          throw refusal(snapshotId, response.statusCode(), body);
        }
        long totalBytes =
            response
                .headers()
                .firstValueAsLong("Content-Length")
                .orElseThrow(() -> new IOException("the simulator gives no length"));
        return sink.take(body, totalBytes);
      }
    } catch (ConnectException e) {
      throw new IOException("the simulator does not answer: './drover status' shows it", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalCloudException("Interrupted while exporting " + snapshotId + ".", e);
    }
  }

  private Progress copy(InputStream body, FileChannel out, long totalBytes, boolean holes)
      throws IOException {
    long begin = System.nanoTime();
    long nextReport = begin;
    long doneBytes = 0;
    byte[] block = new byte[BLOCK_BYTES];
    for (int length = body.readNBytes(block, 0, BLOCK_BYTES);
        length > 0;
        length = body.readNBytes(block, 0, BLOCK_BYTES)) {
      if (!holes || !isZero(block, length)) {
        write(out, doneBytes, block, length);
      }
      doneBytes += length;
      if (System.nanoTime() >= nextReport) {
        nextReport = System.nanoTime() + PROGRESS_INTERVAL.toNanos();
        progress.accept(new Progress(doneBytes, totalBytes, since(begin)));
      }
    }
    if (doneBytes != totalBytes) {
      throw new IOException("the stream ended after " + doneBytes + " of " + totalBytes + " bytes");
    }
    setLength(out, totalBytes);
    return new Progress(doneBytes, totalBytes, since(begin));
  }

  private static Duration since(long beginNanos) {
    return Duration.ofNanos(System.nanoTime() - beginNanos);
  }

  private static void write(FileChannel out, long position, byte[] block, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(block, 0, length);
    long at = position;
    while (bytes.hasRemaining()) {
      at += out.write(bytes, at);
    }
  }

  private static boolean isZero(byte[] block, int length) {
    return block[0] == 0 && Arrays.equals(block, 0, length - 1, block, 1, length);
  }

  /** A disk that ends in holes still has its length. */
  private static void setLength(FileChannel out, long lengthBytes) throws IOException {
    if (lengthBytes > 0 && out.size() < lengthBytes) {
      out.write(ByteBuffer.wrap(new byte[1]), lengthBytes - 1);
    }
  }

  private static LocalCloudException refusal(String snapshotId, int status, InputStream body)
      throws IOException {
    String text = new String(body.readNBytes(MAX_ERROR_CHARS), StandardCharsets.UTF_8).strip();
    return new LocalCloudException(
        switch (status) {
          case 400, 404 ->
              "The local cloud has no snapshot "
                  + snapshotId
                  + "; 'aws ec2 describe-snapshots --owner-ids self' lists them.";
          case 409 ->
              snapshotId
                  + " is "
                  + text
                  + ", so it holds a part of the disk at most: export it when its run is completed;"
                  + " of a run that failed there is nothing to export.";
          default -> "The simulator answers " + status + " for " + snapshotId + ": " + text;
        });
  }
}
