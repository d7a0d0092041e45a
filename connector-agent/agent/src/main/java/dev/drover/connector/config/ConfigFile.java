package dev.drover.connector.config;

import dev.drover.connector.aws.EncryptedTransport;
import dev.drover.connector.aws.QueueUrl;
import dev.drover.connector.pulse.Limits;
import dev.drover.connector.yaml.InvalidYamlException;
import dev.drover.connector.yaml.StrictYaml;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a {@link ConnectorConfig} from YAML; relative paths are relative to the file's folder. */
public final class ConfigFile {
  static final int DEFAULT_SLOTS = 2;

  /** Each slot holds a server's disks open; more than this only thrashes one site's storage. */
  static final int MAX_SLOTS = 16;

  static final int DEFAULT_PARALLEL_EXTENTS = 4;
  static final int MAX_PARALLEL_EXTENTS = 64;

  static final int DEFAULT_ZSTD_LEVEL = 1;

  /** Beyond level 9 a core compresses less than 40 MB/s. */
  static final int MAX_ZSTD_LEVEL = 9;

  static final int MIN_ZSTD_LEVEL = -7;
  static final int DEFAULT_INVENTORY_SECONDS = 300;
  static final int DEFAULT_STATUS_SECONDS = 30;
  static final int DEFAULT_HEARTBEAT_SECONDS = 60;

  /** The state machine gives a connector up after 300 s of silence: two heartbeats must fit. */
  static final int MAX_HEARTBEAT_SECONDS = 140;

  /** More than the AWS SDK waits for a silent connection: what hangs less is not given up. */
  static final int MIN_TIMEOUT_SECONDS = 90;

  static final int DEFAULT_ABANDONED = 3;

  private static final int SECONDS_OF_A_DAY = 86_400;

  /** Names of regions and buckets; their real rules are S3's business. */
  private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}");

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  /** Other hosts, of VPC endpoints for example, are not judged. */
  private static final Pattern QUEUE_HOST =
      Pattern.compile("sqs\\.(?<region>[a-z0-9-]+)\\.amazonaws\\.com(\\.cn)?");

  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @throws InvalidYamlException naming all that is wrong with it
   */
  public static ConnectorConfig read(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    return of(
        StrictYaml.read(absolute),
        Objects.requireNonNull(absolute.getParent()),
        Runtime.getRuntime().maxMemory());
  }

  static ConnectorConfig of(StrictYaml yaml, Path folder, long heapBytes) {
    ConnectorId connectorId = yaml.required("connectorId", ConnectorId::new);
    EnvironmentName environment = yaml.required("environment", EnvironmentName::new);
    String region = yaml.required("region", text -> matching(REGION, text, "no AWS region"));
    String bucket = yaml.required("bucket", text -> matching(BUCKET, text, "no S3 bucket"));
    URI taskQueueUrl = yaml.required("taskQueueUrl", ConfigFile::queueUrl);
    requireOneRegion(yaml, region, taskQueueUrl);
    Path stateDirectory = yaml.required("stateDirectory", text -> path(folder, text));
    SourceConfig source = SourceSection.read(yaml.section("source"), text -> path(folder, text));
    requireOwnFolder(yaml, stateDirectory, source);
    int slots = integer(yaml, "slots", DEFAULT_SLOTS, 1, MAX_SLOTS);
    int parallel =
        integer(yaml, "parallelExtents", DEFAULT_PARALLEL_EXTENTS, 1, MAX_PARALLEL_EXTENTS);
    int usual = HeapNeed.usualSegmentMemoryMib(parallel, heapBytes);
    int segmentMemory = integer(yaml, "segmentMemoryMib", usual, 1, HeapNeed.WHOLE_SEGMENT_MIB);
    requireHeap(yaml, new HeapNeed(parallel, segmentMemory), heapBytes);
    int level = integer(yaml, "zstdLevel", DEFAULT_ZSTD_LEVEL, MIN_ZSTD_LEVEL, MAX_ZSTD_LEVEL);
    Duration inventory =
        seconds(yaml, "inventoryIntervalSeconds", DEFAULT_INVENTORY_SECONDS, SECONDS_OF_A_DAY);
    Duration status =
        seconds(yaml, "statusIntervalSeconds", DEFAULT_STATUS_SECONDS, SECONDS_OF_A_DAY);
    Duration heartbeat =
        seconds(yaml, "heartbeatIntervalSeconds", DEFAULT_HEARTBEAT_SECONDS, MAX_HEARTBEAT_SECONDS);
    Limits limits =
        new Limits(
            limit(
                yaml,
                "readTimeoutSeconds",
                source == null ? Limits.DEFAULT.read() : source.usualReadLimit()),
            limit(yaml, "putTimeoutSeconds", Limits.DEFAULT.put()));
    int abandoned =
        integer(yaml, "maxAbandonedWorkers", DEFAULT_ABANDONED, 0, MAX_PARALLEL_EXTENTS);
    yaml.finish();
    return new ConnectorConfig(
        present(connectorId),
        present(environment),
        present(region),
        present(bucket),
        present(taskQueueUrl),
        present(stateDirectory),
        present(source),
        slots,
        parallel,
        segmentMemory,
        level,
        inventory,
        status,
        heartbeat,
        limits,
        abandoned);
  }

  private static Duration limit(StrictYaml yaml, String key, Duration usual) {
    int seconds = Math.toIntExact(usual.toSeconds());
    return Duration.ofSeconds(yaml.number(key, seconds, MIN_TIMEOUT_SECONDS, SECONDS_OF_A_DAY));
  }

  private static void requireHeap(StrictYaml yaml, HeapNeed need, long heapBytes) {
    String complaint = need.complaint(heapBytes);
    if (complaint != null) {
      yaml.complain("parallelExtents", complaint);
    }
  }

  private static URI queueUrl(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw noQueue(text);
    }
    if (url.getHost() == null || url.getScheme() == null) {
      throw noQueue(text);
    }
    EncryptedTransport.require(url);
    if (QueueUrl.account(url).isEmpty()) {
      throw noQueue(text);
    }
    return url;
  }

  private static IllegalArgumentException noQueue(String text) {
    return new IllegalArgumentException(
        "is '"
            + text
            + "', which is no URL of a queue, such as https://sqs.REGION.amazonaws.com/ACCOUNT/NAME");
  }

  private static Path path(Path folder, String text) {
    try {
      return folder.resolve(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "is '" + text + "', which no folder can be called: remove the character NUL");
    }
  }

  /**
   * The connector closes its state directory to others and tries to write in each folder of it, so
   * the images are not below it; and what is below the images would be taken for a server.
   */
  private static void requireOwnFolder(
      StrictYaml yaml, @Nullable Path state, @Nullable SourceConfig source) {
    if (state != null && real(state).getParent() == null) {
      yaml.complain("stateDirectory", "is the whole file system: name a folder of its own");
      return;
    }
    if (state == null || !(source instanceof SourceConfig.Folder(Path directory, boolean _))) {
      return;
    }
    Path real = real(state);
    Path images = real(directory);
    if (real.startsWith(images) || images.startsWith(real)) {
      yaml.complain(
          "stateDirectory",
          (real.equals(images) ? "is" : real.startsWith(images) ? "lies in" : "contains")
              + " source.directory: name a folder beside it");
    }
  }

  /** Links followed as far as there is something. */
  private static Path real(Path path) {
    Path parent = path.getParent();
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return parent == null ? path : real(parent).resolve(path.getFileName()).normalize();
    }
  }

  /** AWS would answer a call to another region as if the credentials were wrong. */
  private static void requireOneRegion(
      StrictYaml yaml, @Nullable String region, @Nullable URI queue) {
    Matcher host = QUEUE_HOST.matcher(queue == null ? "" : queue.getHost());
    if (region != null && host.matches() && !host.group("region").equals(region)) {
      yaml.complain(
          "taskQueueUrl", "is in " + host.group("region") + ", region is " + region + ": mend one");
    }
  }

  private static String matching(Pattern shape, String text, String complaint) {
    if (!shape.matcher(text).matches()) {
      throw new IllegalArgumentException("is '" + text + "', which is " + complaint);
    }
    return text;
  }

  private static int integer(StrictYaml yaml, String key, int defaultValue, int min, int max) {
    return Math.toIntExact(yaml.number(key, defaultValue, min, max));
  }

  private static Duration seconds(StrictYaml yaml, String key, int defaultSeconds, int max) {
    return Duration.ofSeconds(yaml.number(key, defaultSeconds, 1, max));
  }

  /** After {@link StrictYaml#finish} nothing is missing. */
  private static <T> T present(@Nullable T value) {
    return Objects.requireNonNull(value);
  }
}
