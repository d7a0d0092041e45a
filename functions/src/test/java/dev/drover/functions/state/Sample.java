package dev.drover.functions.state;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.ZeroPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A table in memory, and items for it. */
final class Sample {
  static final Instant NOW = Instant.parse("2026-11-23T14:00:00.250Z");
  static final EnvironmentName SITE = new EnvironmentName("site");
  static final ConnectorId CONNECTOR = ConnectorId.declared(SITE, "site-1");
  static final ServerId SERVER = new ServerId("s-0a0b0c0d");
  static final JobId JOB = new JobId("sms-job-00000001");
  static final RunId RUN = new RunId("sms-run-00000001");
  static final RunId NEXT = new RunId("sms-run-00000002");
  static final RunReference REFERENCE = new RunReference(JOB, RUN);
  static final RunAttempt FIRST_ATTEMPT = new RunAttempt(JOB, RUN, 1);
  static final DiskId DISK = DiskId.of("web", "root.img");
  static final Generation GENERATION = Generation.of(NOW, "one");
  static final Generation NEWER = Generation.of(NOW.plusSeconds(1), "two");
  static final Run.Opening OPENING = new Run.Opening(GENERATION, Firmware.BIOS, 1, 7);
  static final SnapshotId SNAPSHOT = new SnapshotId("snap-00000001");
  static final SnapshotId BASE = new SnapshotId("snap-00000002");
  static final Digest DIGEST = Digest.ofText("a digest");
  static final Digest OTHER_DIGEST = Digest.ofText("another digest");

  final InMemoryDynamoDb dynamoDb = new InMemoryDynamoDb();
  final State state = dynamoDb.state(1);
  final RawItems raw = new RawItems(dynamoDb);

  /** Whether that alone could be written. */
  boolean commits(Write write) {
    return state.transaction().with(write).commit();
  }

  /** A job with every optional field absent. */
  static Job job(Job.State jobState) {
    return new Job(
        JOB,
        SERVER,
        SITE,
        jobState,
        null,
        new Job.Schedule(NOW, null, true, null),
        new Job.Settings(null, null, null, null, false, null),
        new Job.History(NOW, Job.Lifetime.UNBEGUN, null, null, null, 0, null, null, null));
  }

  /** A job that is due, that has an active run or has not. */
  static Job dueJob(Job.State jobState, @Nullable RunId active) {
    return new Job(
        JOB,
        SERVER,
        SITE,
        jobState,
        "said",
        new Job.Schedule(NOW, 1, false, new Job.NextRun(NEXT, NOW)),
        new Job.Settings(
            "BYOL", "role", "nightly", 3, true, "alias/key", ZeroPolicy.OMIT, ImageImport.ALWAYS),
        new Job.History(
            NOW,
            new Job.Lifetime(NOW.plusMillis(1), 120, NOW.plusMillis(2)),
            active,
            null,
            "ami-1",
            2,
            "request",
            "change",
            NOW,
            new Job.Copies(4, NOW.plusMillis(3), NOW.plusMillis(4))));
  }

  /** A run with every optional field absent. */
  static Run run(Run.State runState) {
    return new Run(
        JOB,
        RUN,
        runState,
        Run.Type.AUTOMATIC,
        NOW,
        null,
        null,
        false,
        null,
        ZeroPolicy.SEND,
        new Run.HandOver(0, 0, null, null, null, null),
        new Run.Progress(null, null, 0, 0, 0),
        new Run.Outcome(null, null, null, null),
        null,
        Run.Course.FIRST);
  }

  /** A run with every field present, in its first attempt. */
  static Run fullRun(Run.State runState, Run.Stage stage) {
    return new Run(
        JOB,
        RUN,
        runState,
        Run.Type.ON_DEMAND,
        NOW,
        NOW.plusMillis(1),
        "described",
        true,
        "alias/key",
        ZeroPolicy.OMIT,
        new Run.HandOver(1, 2, CONNECTOR, OPENING, "a slot", "no room"),
        new Run.Progress(stage, "10%", 3, 2, 1, "many zeros"),
        new Run.Outcome("said", "ami-1", NOW.plusMillis(2), "Code"),
        "request",
        new Run.Course(
            2,
            NOW.plusMillis(3),
            4,
            5,
            NOW.plusMillis(6),
            NOW.plusMillis(7),
            NOW.plusMillis(8),
            List.of(NOW.plusMillis(9)),
            "Copied whole: first copy.",
            Set.of("disk 'gone.img'"),
            10,
            new Run.Import(2, true, "import-ami-1")));
  }

  /** A disk without a base, a manifest and a completion. */
  static RunDisk disk(int epoch, Generation generation, RunDisk.State diskState) {
    return new RunDisk(
        RUN,
        DISK,
        epoch,
        epoch,
        generation,
        null,
        "first copy",
        1L << 20,
        SNAPSHOT,
        NOW,
        diskState,
        null,
        null,
        true,
        0,
        "root.img",
        false);
  }
}
