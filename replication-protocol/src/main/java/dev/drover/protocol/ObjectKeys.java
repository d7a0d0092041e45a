package dev.drover.protocol;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The keys of every object that Drover puts into its bucket, for example {@code
 * staging/site/sms-job-1a2b3c4d/sms-run-1a2b3c4d/d-0123456789abcdef0/none/
 * 20261123T140000000Z-0123456789abcdef/0000042}.
 *
 * <p>The base is part of a staging key because a base that changes in the middle of a run makes
 * what was staged against the old one worthless.
 */
public final class ObjectKeys {
  /** Prefix of segments; a lifecycle rule empties it after 37 days in any case. */
  public static final String STAGING = "staging/";

  /** Prefix of digest lists. */
  public static final String DIGESTS = "digests/";

  /** Prefix of plans and bitmaps for connectors. */
  public static final String TASKS = "tasks/";

  /** Prefix of what connectors report. */
  public static final String REPORTS = "reports/";

  /** Ends the key of a manifest. */
  public static final String MANIFEST_SUFFIX = ".manifest";

  private static final String NO_BASE = "none";
  private static final int STAGING_PARTS = 8;
  private static final int EXTENT_DIGITS = 7;

  private ObjectKeys() {}

  /** {@code staging/<env>/<job>/<run>/}: all that a run stages. */
  public static String stagingOfRun(EnvironmentName environment, JobId jobId, RunId runId) {
    return STAGING + environment + "/" + jobId + "/" + runId + "/";
  }

  /** {@code …/<disk>/<base>/<generation>/}: all that is staged of a delta. */
  public static String stagingOfDisk(DiskDelta delta) {
    return stagingOfRun(delta.environment(), delta.jobId(), delta.runId())
        + delta.diskId()
        + "/"
        + baseText(delta.base())
        + "/"
        + delta.generation()
        + "/";
  }

  /** The key of a segment. */
  public static String segment(SegmentCoordinates at) {
    return stagingOfDisk(at.delta()) + extentText(at.extent());
  }

  /** Reads a segment's key; one that is none of ours is an {@link InvalidMessageException}. */
  public static SegmentCoordinates parseSegment(String key) {
    List<String> parts = List.of(key.split("/", -1));
    InvalidMessageException.require(
        parts.size() == STAGING_PARTS && key.startsWith(STAGING),
        "'" + key + "' is not the key of a segment");
    SegmentCoordinates at =
        new SegmentCoordinates(
            new DiskDelta(
                new EnvironmentName(parts.get(1)),
                new JobId(parts.get(2)),
                new RunId(parts.get(3)),
                new DiskId(parts.get(4)),
                parseBase(parts.get(5)),
                new Generation(parts.get(6))),
            parseExtent(parts.get(7)));
    InvalidMessageException.require(
        segment(at).equals(key), "'" + key + "' is not the key of a segment");
    return at;
  }

  /** Prefix of the digest lists of all disks of a job; keys end with the snapshot. */
  public static String digestListsOfJob(EnvironmentName environment, JobId jobId) {
    return DIGESTS + environment + "/" + jobId + "/";
  }

  /** The key of a completed snapshot's digest list. */
  public static String digestList(
      EnvironmentName environment, JobId jobId, DiskId diskId, SnapshotId snapshotId) {
    return digestListsOfJob(environment, jobId) + diskId + "/" + snapshotId;
  }

  /** The key of the plan of one attempt at a run. */
  public static String plan(EnvironmentName environment, RunAttempt run) {
    return tasksOf(environment, run) + "plan.json";
  }

  /**
   * Prefix of the keys of what earlier generations wrote of a disk, in one attempt at a run; the
   * number of a group follows, four digits.
   */
  public static String writtenExtents(EnvironmentName environment, RunAttempt run, DiskId diskId) {
    return tasksOf(environment, run) + diskId + ".written/";
  }

  /** The key of the bitmap of a disk's durable extents in one attempt at a run. */
  public static String durableExtents(EnvironmentName environment, RunAttempt run, DiskId diskId) {
    return tasksOf(environment, run) + diskId + ".extents";
  }

  /** {@code reports/<env>/<connector>/}: only that connector may write below it. */
  public static String reportsOf(EnvironmentName environment, ConnectorId connectorId) {
    return REPORTS + environment + "/" + connectorId + "/";
  }

  /** The key of a report about the connector: registration, inventory or status. */
  public static String connectorReport(
      EnvironmentName environment, ConnectorId connectorId, String type) {
    return reportsOf(environment, connectorId) + type + ".json";
  }

  /** The key of a report about a run: opened, progress, completed or failed. */
  public static String runReport(
      EnvironmentName environment, ConnectorId connectorId, RunAttempt run, String type) {
    return reportsOf(environment, connectorId, run) + type + ".json";
  }

  /** The key of a disk's manifest in one attempt at a run. */
  public static String manifest(
      EnvironmentName environment, ConnectorId connectorId, RunAttempt run, DiskId diskId) {
    return reportsOf(environment, connectorId, run) + diskId + MANIFEST_SUFFIX;
  }

  /** A key as it stands in an S3 event: URL-encoded, with {@code +} for a space. */
  public static String decodeEventKey(String eventKey) {
    try {
      return URLDecoder.decode(eventKey, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("'" + eventKey + "' is not a URL-encoded key", e);
    }
  }

  /** A base in keys, headers and messages: its id, or {@code none}. */
  public static String baseText(@Nullable SnapshotId base) {
    return base == null ? NO_BASE : base.value();
  }

  /** Reads what {@link #baseText} wrote. */
  public static @Nullable SnapshotId parseBase(String text) {
    return text.equals(NO_BASE) ? null : new SnapshotId(text);
  }

  /** An extent in keys: 7 digits, so that keys sort as extents do. */
  public static String extentText(int extent) {
    return String.format(Locale.ROOT, "%07d", extent);
  }

  private static int parseExtent(String text) {
    InvalidMessageException.require(
        text.length() == EXTENT_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9'),
        "'" + text + "' is not an extent");
    return Integer.parseInt(text);
  }

  private static String tasksOf(EnvironmentName environment, RunAttempt run) {
    return TASKS + environment + "/" + run.runId() + "/" + run.attempt() + "/";
  }

  private static String reportsOf(
      EnvironmentName environment, ConnectorId connectorId, RunAttempt run) {
    return reportsOf(environment, connectorId) + "runs/" + run.runId() + "/" + run.attempt() + "/";
  }
}
