package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.fault.Faults;
import dev.drover.local.simulator.imports.ImportRecord;
import dev.drover.local.simulator.imports.ImportStore;
import dev.drover.local.simulator.snapshot.Account;
import dev.drover.local.simulator.snapshot.EncryptionByDefault;
import dev.drover.local.simulator.snapshot.ResourceIds;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.snapshot.SnapshotStatus;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * ImportImage, from snapshots only; DescribeImportImageTasks and CancelImportTask are {@link
 * ImportTaskActions}. Its idempotency key is the ClientToken. Whether the role that it names exists
 * is IAM's to know, and not checked.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportImage.html">
 *     ImportImage</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/vm-import/latest/userguide/limitations-image-importing.html">
 *     Limitations</a>
 */
final class ImportImage implements Ec2Action {
  /** What AWS charges for an imported Windows Server with a licence of its own. */
  static final String WINDOWS_OF_AWS = "RunInstances:0002";

  /** The same for one that brings its licence. */
  static final String WINDOWS_BYOL = "RunInstances:0800";

  private static final String WINDOWS = "Windows";
  private static final String LINUX = "Linux";
  private static final String AWS = "AWS";
  private static final String BYOL = "BYOL";
  private static final int MAX_DISKS = 21;

  /** https://docs.aws.amazon.com/general/latest/gr/vmimport.html; AWS may raise it. */
  private static final int MAX_TASKS = 20;

  private static final String ROLE_NAME = "[A-Za-z0-9+=,.@_-]{1,64}";

  private final Account account;
  private final SnapshotStore snapshots;
  private final ImportStore imports;
  private final EncryptionByDefault encryptionByDefault;
  private final Faults faults;
  private final InstantSource clock;
  private final Duration stage;
  private final ImportTaskActions actions;
  private final ResourceIds ids = new ResourceIds();

  ImportImage(
      Account account,
      SnapshotStore snapshots,
      ImportStore imports,
      EncryptionByDefault encryptionByDefault,
      Faults faults,
      InstantSource clock,
      Duration stage,
      ImportTaskActions actions) {
    this.account = account;
    this.snapshots = snapshots;
    this.imports = imports;
    this.encryptionByDefault = encryptionByDefault;
    this.faults = faults;
    this.clock = clock;
    this.stage = stage;
    this.actions = actions;
  }

  @Override
  public void answer(QueryParameters parameters, XmlElement answer) throws IOException {
    ImportRecord wanted = read(parameters);
    parameters.refuseUnknown();
    Optional<ImportRecord> earlier =
        Optional.ofNullable(wanted.clientToken()).flatMap(imports::findByClientToken);
    if (earlier.isPresent()) {
      if (!earlier.get().digest().equals(wanted.digest())) {
        throw Ec2Refusal.of(
            "IdempotentParameterMismatch",
            "The client token " + wanted.clientToken() + " was used with other parameters");
      }
      actions.describe(answer, earlier.get());
      return;
    }
    long atWork = imports.list().stream().filter(task -> !task.isEnded()).count();
    if (atWork >= MAX_TASKS) {
      // AWS documents the limit but not its code; this is of its list of errors.
      throw Ec2Refusal.of(
          "ResourceCountExceeded",
          "The account has its limit of " + MAX_TASKS + " import tasks at work");
    }
    imports.save(wanted);
    // Where stages take no time, the answer still says that it has begun.
    actions.describe(answer, wanted);
  }

  private ImportRecord read(QueryParameters parameters) {
    String architecture =
        RegisterImage.oneOf(parameters, "Architecture", Set.of("i386", "x86_64")).orElse("x86_64");
    // uefi-preferred is one of the API's values, and VM Import does not take it.
    String bootMode =
        RegisterImage.oneOf(parameters, "BootMode", Set.of("legacy-bios", "uefi")).orElse(null);
    String platform =
        RegisterImage.oneOf(parameters, "Platform", Set.of(WINDOWS, LINUX)).orElse(null);
    String license = RegisterImage.oneOf(parameters, "LicenseType", Set.of(AWS, BYOL)).orElse(null);
    Optional<String> _ = RegisterImage.oneOf(parameters, "Hypervisor", Set.of("xen"));
    requireRole(parameters);
    List<Snapshot> sources = new ArrayList<>();
    List<ImportRecord.Disk> disks = disks(parameters, sources);
    if ("uefi".equals(bootMode) && platform == null) {
      throw Ec2Refusal.of(
          "MissingParameter",
          "Platform must be specified to import a snapshot with the boot mode uefi");
    }
    return new ImportRecord(
        ids.next("import-ami-"),
        parameters.textOrNull("ClientToken"),
        parameters.digest(),
        RegisterImage.description(parameters),
        architecture,
        bootMode,
        platform,
        license,
        usageOperation(platform, license),
        key(parameters, sources),
        disks,
        TagSet.specified(parameters, "import-image-task"),
        clock.millis(),
        stage.toMillis(),
        failure(platform, license),
        null,
        null,
        null);
  }

  /** Without a name it is {@code vmimport}. */
  private static void requireRole(QueryParameters parameters) {
    String role = parameters.text("RoleName").orElse("vmimport");
    if (!role.matches(ROLE_NAME)) {
      throw Ec2Refusal.of(
          "InvalidParameter",
          "The service role "
              + role
              + " provided does not exist or does not have sufficient"
              + " permissions");
    }
  }

  /** Takes the snapshots out of the call: the boot disk is the first, each disk is there once. */
  private List<ImportRecord.Disk> disks(QueryParameters parameters, List<Snapshot> sources) {
    List<QueryParameters> containers = parameters.elements("DiskContainer");
    if (containers.isEmpty()) {
      throw Ec2Refusal.of(
          "MissingParameter", "The request must contain the parameter DiskContainer");
    }
    if (containers.size() > MAX_DISKS) {
      throw Ec2Refusal.of(
          "InvalidParameter",
          "An import takes " + MAX_DISKS + " volumes at most, not " + containers.size());
    }
    Set<String> seen = new HashSet<>();
    List<ImportRecord.Disk> disks = new ArrayList<>();
    for (QueryParameters container : containers) {
      Snapshot source = source(container);
      String device =
          container
              .text("DeviceName")
              .orElse(disks.isEmpty() ? "/dev/sda1" : "/dev/sd" + (char) ('e' + disks.size()));
      if (!device.matches(RegisterImage.DEVICE_NAME)) {
        throw Ec2Refusal.of("InvalidParameter", "not a device name: " + device);
      }
      if (!seen.add(device) || !seen.add(source.id())) {
        throw Ec2Refusal.of(
            "InvalidParameter",
            container.name() + " has the device or the snapshot of one before it");
      }
      sources.add(source);
      disks.add(new ImportRecord.Disk(device, source.id(), container.textOrNull("Description")));
    }
    return disks;
  }

  private Snapshot source(QueryParameters container) {
    if (container.has("Url") || container.has("UserBucket") || container.has("Format")) {
      throw Ec2Refusal.of(
          "InvalidParameterCombination",
          "The simulator imports snapshots only: "
              + container.name()
              + " names one, and nothing"
              + " else");
    }
    String id = container.required("SnapshotId");
    Snapshot source = snapshots.find(id).orElseThrow(() -> Ec2Refusal.snapshotNotFound(id));
    // AWS documents no code; this is the one of CreateVolume.
    if (source.status() != SnapshotStatus.COMPLETED) {
      throw Ec2Refusal.of(
          "IncorrectState", "Snapshot is in invalid state - " + source.status().word() + ": " + id);
    }
    return source;
  }

  /**
   * The image's key. What AWS does with an encrypted snapshot in an import that does not ask for
   * encryption is not documented; to lose the encryption silently would be the worst.
   */
  private @Nullable String key(QueryParameters parameters, List<Snapshot> sources) {
    Optional<Boolean> asked = parameters.flag("Encrypted");
    Optional<String> key = parameters.text("KmsKeyId");
    boolean encrypted = asked.orElse(encryptionByDefault.enabled());
    if (key.isPresent() && !asked.orElse(false)) {
      throw Ec2Refusal.of("InvalidParameterCombination", "KmsKeyId needs Encrypted to be true");
    }
    if (!encrypted && sources.stream().anyMatch(Snapshot::encrypted)) {
      throw Ec2Refusal.of(
          "InvalidParameterCombination", "A snapshot is encrypted, but Encrypted is not true");
    }
    if (asked.isPresent() && !asked.get() && encryptionByDefault.enabled()) {
      throw Ec2Refusal.of(
          "InvalidParameterCombination",
          "Encryption by default is enabled: Encrypted cannot be false");
    }
    return encrypted ? key.orElse(account.defaultKeyArn()) : null;
  }

  /** Without a licence type a Windows gets AWS's; that it may be no server, nobody says here. */
  private static @Nullable String usageOperation(
      @Nullable String platform, @Nullable String license) {
    if (!WINDOWS.equals(platform)) {
      return null;
    }
    return BYOL.equals(license) ? WINDOWS_BYOL : WINDOWS_OF_AWS;
  }

  /** A licence that does not go with the guest is found when the guest is looked at. */
  private @Nullable String failure(@Nullable String platform, @Nullable String license) {
    return LINUX.equals(platform) && AWS.equals(license)
        ? "ClientError: The license type AWS is not supported for Linux, use BYOL"
        : faults.importFailure().orElse(null);
  }
}
