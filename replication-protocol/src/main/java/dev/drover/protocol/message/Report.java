package dev.drover.protocol.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a connector tells the cloud: an S3 object below its own prefix. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Report.Registration.class, name = Report.Registration.TYPE),
  @JsonSubTypes.Type(value = Report.Inventory.class, name = Report.Inventory.TYPE),
  @JsonSubTypes.Type(value = Report.Status.class, name = Report.Status.TYPE),
  @JsonSubTypes.Type(value = Report.Opened.class, name = Report.Opened.TYPE),
  @JsonSubTypes.Type(value = Report.Progress.class, name = Report.Progress.TYPE),
  @JsonSubTypes.Type(value = Report.Completed.class, name = Report.Completed.TYPE),
  @JsonSubTypes.Type(value = Report.Failed.class, name = Report.Failed.TYPE)
})
public sealed interface Report {
  /** Always {@link MessageJson#VERSION}. */
  int version();

  /** Who reports, and when. */
  ReportOrigin origin();

  /**
   * The key under which the report belongs: of its connector, of its run where it has one, and of
   * its type, so that a report replaces the one of its kind before it.
   */
  default String key() {
    return switch (this) {
      case Registration _ -> keyOfConnector(Registration.TYPE);
      case Inventory _ -> keyOfConnector(Inventory.TYPE);
      case Status _ -> keyOfConnector(Status.TYPE);
      case Opened it -> keyOfRun(it.run(), Opened.TYPE);
      case Progress it -> keyOfRun(it.run(), Progress.TYPE);
      case Completed it -> keyOfRun(it.run(), Completed.TYPE);
      case Failed it -> keyOfRun(it.run(), Failed.TYPE);
    };
  }

  /**
   * Refuses a report that was found under another key than its own. Who may write where is the
   * bucket's policy, so the key says who reports; a report that says something else is a lie.
   */
  default void requireFoundAt(String key) {
    InvalidMessageException.require(key.equals(key()), "the report says that its key is " + key());
  }

  /** What the hypervisor or the folder could promise of a generation. */
  enum Consistency {
    /** The disks are as after a power cut at one instant. */
    CRASH,
    /** The guest's file systems were brought to rest. */
    FILE_SYSTEM,
    /** Nothing wrote: images in a folder, unchanged from the first byte read to the last. */
    AT_REST,
    /** Images in a folder that look unchanged, where a writer would not surely be seen. */
    UNKNOWN
  }

  /**
   * A connector has started.
   *
   * @param protocolVersions message and format versions that it understands
   * @param sourceType for example {@code folder}
   * @param capabilities values of SMS's ConnectorCapability; empty for a folder
   */
  record Registration(
      int version,
      ReportOrigin origin,
      List<Integer> protocolVersions,
      String connectorVersion,
      String sourceType,
      @Nullable String ipAddress,
      @Nullable String macAddress,
      List<String> capabilities)
      implements Report {
    static final String TYPE = "registration";

    /** Refuses a report with a part missing. */
    public Registration {
      requireReport(version, origin);
      protocolVersions = copy(protocolVersions, "protocolVersions");
      InvalidMessageException.requirePresent(connectorVersion, "connectorVersion");
      InvalidMessageException.requirePresent(sourceType, "sourceType");
      capabilities = copy(capabilities, "capabilities");
    }
  }

  /**
   * Every server that the connector sees.
   *
   * @param problems sentences about what could not be read
   */
  record Inventory(
      int version, ReportOrigin origin, List<InventoryServer> servers, List<String> problems)
      implements Report {
    static final String TYPE = "inventory";

    /** Refuses a report with a part missing. */
    public Inventory {
      requireReport(version, origin);
      servers = copy(servers, "servers");
      problems = copy(problems, "problems");
    }
  }

  /**
   * The connector lives; sent every 30 s or slower.
   *
   * @param abandoned threads that hang and were given up; null: it does not say
   * @param trouble why it takes no new tasks, for people; null when it does
   * @param farewell whether its process ends with this report; null: it does not
   */
  record Status(
      int version,
      ReportOrigin origin,
      int slots,
      int activeTasks,
      int queuedTasks,
      @Nullable Integer abandoned,
      @Nullable String trouble,
      @Nullable Boolean farewell)
      implements Report {
    static final String TYPE = "status";

    /** Of a connector that is well. */
    public Status(int version, ReportOrigin origin, int slots, int activeTasks, int queuedTasks) {
      this(version, origin, slots, activeTasks, queuedTasks, null, null, null);
    }

    /** Refuses a report with a part missing. */
    public Status {
      requireReport(version, origin);
    }
  }

  /**
   * A generation stands: these disks will be sent. It starts the EBS snapshots.
   *
   * @param vmSnapshotTime the instant that the copy will show
   * @param disks in boot order, the root disk first
   */
  record Opened(
      int version,
      ReportOrigin origin,
      RunAttempt run,
      Generation generation,
      Instant vmSnapshotTime,
      Consistency consistency,
      Firmware firmware,
      List<OpenedDisk> disks)
      implements Report {
    public static final String TYPE = "opened";

    /** Refuses a report with a part missing. */
    public Opened {
      requireReport(version, origin);
      InvalidMessageException.requirePresent(run, "run");
      InvalidMessageException.requirePresent(generation, "generation");
      InvalidMessageException.requirePresent(vmSnapshotTime, "vmSnapshotTime");
      InvalidMessageException.requirePresent(consistency, "consistency");
      InvalidMessageException.requirePresent(firmware, "firmware");
      disks = copy(disks, "disks");
      InvalidMessageException.require(!disks.isEmpty(), "disks is empty");
      InvalidMessageException.require(
          disks.stream().map(OpenedDisk::diskId).distinct().count() == disks.size(),
          "disks names one disk twice");
    }
  }

  /** How far a run is; sent every 30 s or slower. */
  record Progress(
      int version,
      ReportOrigin origin,
      RunAttempt run,
      Generation generation,
      List<DiskProgress> disks)
      implements Report {
    static final String TYPE = "progress";

    /** Refuses a report with a part missing. */
    public Progress {
      requireReport(version, origin);
      InvalidMessageException.requirePresent(run, "run");
      InvalidMessageException.requirePresent(generation, "generation");
      disks = copy(disks, "disks");
    }
  }

  /** All disks of a run are staged; the manifests say what was sent. */
  record Completed(
      int version,
      ReportOrigin origin,
      RunAttempt run,
      Generation generation,
      List<TaskResult.ManifestKey> manifests)
      implements Report {
    static final String TYPE = "completed";

    /** Refuses a report with a part missing. */
    public Completed {
      requireReport(version, origin);
      InvalidMessageException.requirePresent(run, "run");
      InvalidMessageException.requirePresent(generation, "generation");
      manifests = copy(manifests, "manifests");
    }
  }

  /**
   * A run could not be done.
   *
   * @param code for example {@code SourceChanged}; Step Functions sees it as {@code
   *     Connector.SourceChanged}
   * @param retryable whether the same may succeed when it is tried again
   * @param sentence what happened and what to do, for people
   */
  record Failed(
      int version,
      ReportOrigin origin,
      RunAttempt run,
      String code,
      boolean retryable,
      String sentence)
      implements Report {
    static final String TYPE = "failed";

    /** Refuses a report with a part missing. */
    public Failed {
      requireReport(version, origin);
      InvalidMessageException.requirePresent(run, "run");
      InvalidMessageException.requirePresent(code, "code");
      InvalidMessageException.requirePresent(sentence, "sentence");
    }
  }

  /**
   * A server of the inventory.
   *
   * @param vmId the hypervisor's own name; for a folder the sub-folder's name
   * @param vmPath where it stands in the hypervisor's tree; null where there is none
   * @param os what is known of the guest's system; null when nothing is
   */
  record InventoryServer(
      String vmId,
      String name,
      @Nullable String vmPath,
      @Nullable String os,
      Firmware firmware,
      @Nullable Integer cpus,
      @Nullable Long memoryMib,
      List<InventoryDisk> disks) {
    /**
     * The most disks of a server that can become an image: the device names for EBS volumes, {@code
     * /dev/sda1} and {@code /dev/sdf} to {@code /dev/sdz}. SMS had the same limit.
     *
     * @see <a href="https://github.com/awsdocs/aws-server-migration-service-user-guide">AWS SMS
     *     User Guide: at most 22 volumes</a>
     */
    public static final int MAX_DISKS = 22;

    /** Refuses a server with a part missing. */
    public InventoryServer {
      InvalidMessageException.requirePresent(vmId, "vmId");
      InvalidMessageException.requirePresent(name, "name");
      InvalidMessageException.requirePresent(firmware, "firmware");
      disks = copy(disks, "disks");
    }
  }

  /** A disk of a server of the inventory. */
  record InventoryDisk(DiskId diskId, String name, long sizeBytes) {
    /** Refuses a disk with a part missing. */
    public InventoryDisk {
      InvalidMessageException.requirePresent(diskId, "diskId");
      InvalidMessageException.requirePresent(name, "name");
      DiskGeometry.requireSize(sizeBytes);
    }
  }

  /**
   * A disk of an opened generation.
   *
   * @param backingUuid what the disk's id was made of
   * @param label the hypervisor's label, or the image's file name
   * @param base the plan's base, or null where it cannot serve
   * @param baseReason why the plan's base does not serve; null when it does
   * @param zerosLeftOut whether its blocks of zeros are not sent, only without a base; null: it
   *     does not say, they are
   */
  record OpenedDisk(
      DiskId diskId,
      String backingUuid,
      String label,
      long sizeBytes,
      @Nullable SnapshotId base,
      @Nullable String baseReason,
      @Nullable Boolean zerosLeftOut) {

    /** Of a disk that is sent with its zeros. */
    public OpenedDisk(
        DiskId diskId,
        String backingUuid,
        String label,
        long sizeBytes,
        @Nullable SnapshotId base,
        @Nullable String baseReason) {
      this(diskId, backingUuid, label, sizeBytes, base, baseReason, null);
    }

    /** Refuses a disk with a part missing. */
    public OpenedDisk {
      InvalidMessageException.requirePresent(diskId, "diskId");
      InvalidMessageException.requirePresent(backingUuid, "backingUuid");
      InvalidMessageException.requirePresent(label, "label");
      DiskGeometry.requireSize(sizeBytes);
      InvalidMessageException.require(
          base == null || !Boolean.TRUE.equals(zerosLeftOut),
          "zeros are left out of copies without a base only");
    }

    /** Whether its blocks of zeros are not sent. */
    public boolean leavesZerosOut() {
      return Boolean.TRUE.equals(zerosLeftOut);
    }
  }

  /**
   * How far a disk is, in bytes.
   *
   * @param bytesTotal to be read in this attempt
   * @param bytesChanged found to differ from the base
   * @param bytesSent uploaded, compressed
   * @param zeroBytesExpected zeros that will have been sent in the end, as far as can be told by
   *     now; null: it does not say, or none are because there is a base or they are left out
   * @param bytesReused of what changed, what the cloud had from an earlier attempt or generation
   *     and so is not sent; null: it does not say
   */
  record DiskProgress(
      DiskId diskId,
      long bytesTotal,
      long bytesRead,
      long bytesChanged,
      long bytesSent,
      @Nullable Long zeroBytesExpected,
      @Nullable Long bytesReused) {

    /** Of a disk whose zeros are not worth a word, and of which nothing was there before. */
    public DiskProgress(
        DiskId diskId, long bytesTotal, long bytesRead, long bytesChanged, long bytesSent) {
      this(diskId, bytesTotal, bytesRead, bytesChanged, bytesSent, null, null);
    }

    /** Refuses a negative count. */
    public DiskProgress {
      InvalidMessageException.requirePresent(diskId, "diskId");
      InvalidMessageException.require(
          bytesTotal >= 0
              && bytesRead >= 0
              && bytesChanged >= 0
              && bytesSent >= 0
              && (zeroBytesExpected == null || zeroBytesExpected >= 0)
              && (bytesReused == null || bytesReused >= 0),
          "a count of bytes is negative");
    }
  }

  private String keyOfConnector(String type) {
    return ObjectKeys.connectorReport(origin().environment(), origin().connectorId(), type);
  }

  private String keyOfRun(RunAttempt run, String type) {
    return ObjectKeys.runReport(origin().environment(), origin().connectorId(), run, type);
  }

  private static void requireReport(int version, @Nullable ReportOrigin origin) {
    MessageJson.requireVersion(version, "a report");
    InvalidMessageException.requirePresent(origin, "origin");
  }

  private static <T> List<T> copy(@Nullable List<T> values, String field) {
    return List.copyOf(InvalidMessageException.requirePresent(values, field));
  }
}
