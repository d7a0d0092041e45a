package dev.drover.functions.state;

import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.ZeroPolicy;

/** A job as the table's item {@code JOB / <job>}. */
final class JobCodec {
  static final String PK = "JOB";
  static final String SERVER_ID = "serverId";
  static final String ENVIRONMENT = "environment";
  static final String STATE = "state";
  static final String STATUS_MESSAGE = "statusMessage";
  static final String SEED_REPLICATION_TIME = "seedReplicationTime";
  static final String FREQUENCY = "frequency";
  static final String RUN_ONCE = "runOnce";
  static final String NEXT_RUN_TIME = "nextRunTime";
  static final String NEXT_RUN_ID = "nextRunId";
  static final String LICENSE_TYPE = "licenseType";
  static final String ROLE_NAME = "roleName";
  static final String DESCRIPTION = "description";
  static final String NUMBER_OF_RECENT_AMIS_TO_KEEP = "numberOfRecentAmisToKeep";
  static final String ENCRYPTED = "encrypted";
  static final String KMS_KEY_ID = "kmsKeyId";
  static final String ZERO_BLOCKS = "zeroBlocks";
  static final String IMAGE_IMPORT = "imageImport";
  static final String CREATED_AT = "createdAt";
  static final String FIRST_RUN_AT = "firstRunAt";
  static final String EXTENDED_TO_DAYS = "extendedToDays";
  static final String WARNED_OF_END = "warnedOfEnd";
  static final String ACTIVE_RUN_ID = "activeRunId";
  static final String RESUMABLE_RUN_ID = "resumableRunId";
  static final String LATEST_AMI_ID = "latestAmiId";
  static final String CONSECUTIVE_FAILURES = "consecutiveFailures";
  static final String CLIENT_REQUEST = "clientRequest";
  static final String UPDATE_REQUEST = "updateRequest";
  static final String PAUSED_AT = "pausedAt";
  static final String COPIES = "copies";
  static final String LATEST_CAPTURED_AT = "latestCapturedAt";
  static final String LATEST_COPY_AT = "latestCopyAt";

  /** Of a job that has ended; the sweep's own, and no part of a {@link Job}. */
  static final String BASES_REMOVED = "basesRemoved";

  private JobCodec() {}

  static Item item(Job job) {
    Job.Schedule schedule = job.schedule();
    Job.Settings settings = job.settings();
    Job.History history = job.history();
    Job.NextRun next = schedule.next();
    RunId active = history.activeRunId();
    RunId resumable = history.resumableRunId();
    return Item.of(PK, job.id().value())
        .with(SERVER_ID, job.serverId().value())
        .with(ENVIRONMENT, job.environment().value())
        .with(STATE, job.state().name())
        .with(STATUS_MESSAGE, job.statusMessage())
        .with(SEED_REPLICATION_TIME, schedule.seedTime())
        .with(FREQUENCY, schedule.frequencyHours())
        .with(RUN_ONCE, schedule.runOnce())
        .with(NEXT_RUN_TIME, next == null ? null : next.time())
        .with(NEXT_RUN_ID, next == null ? null : next.id().value())
        .with(LICENSE_TYPE, settings.licenseType())
        .with(ROLE_NAME, settings.roleName())
        .with(DESCRIPTION, settings.description())
        .with(NUMBER_OF_RECENT_AMIS_TO_KEEP, settings.recentAmisToKeep())
        .with(ENCRYPTED, settings.encrypted())
        .with(KMS_KEY_ID, settings.kmsKeyId())
        .with(ZERO_BLOCKS, settings.zeroBlocks().word())
        .with(
            IMAGE_IMPORT,
            settings.imageImport() == ImageImport.AUTO ? null : settings.imageImport().word())
        .with(CREATED_AT, history.createdAt())
        .with(FIRST_RUN_AT, history.lifetime().firstRunAt())
        .with(EXTENDED_TO_DAYS, history.lifetime().extendedToDays())
        .with(WARNED_OF_END, history.lifetime().warnedOfEnd())
        .with(ACTIVE_RUN_ID, active == null ? null : active.value())
        .with(RESUMABLE_RUN_ID, resumable == null ? null : resumable.value())
        .with(LATEST_AMI_ID, history.latestAmiId())
        .with(CONSECUTIVE_FAILURES, history.consecutiveFailures())
        .with(CLIENT_REQUEST, history.clientRequest())
        .with(UPDATE_REQUEST, history.updateRequest())
        .with(PAUSED_AT, history.pausedAt())
        .with(COPIES, (Integer) history.copies().count())
        .with(LATEST_COPY_AT, history.copies().latestAt())
        .with(LATEST_CAPTURED_AT, history.copies().latestCapturedAt());
  }

  static Job read(Item item) {
    return new Job(
        new JobId(item.text(Item.SK)),
        new ServerId(item.text(SERVER_ID)),
        new EnvironmentName(item.text(ENVIRONMENT)),
        Job.State.valueOf(item.text(STATE)),
        item.findText(STATUS_MESSAGE).orElse(null),
        readSchedule(item),
        readSettings(item),
        readHistory(item));
  }

  private static Job.Schedule readSchedule(Item item) {
    Job.NextRun next =
        item.findText(NEXT_RUN_ID)
            .map(id -> new Job.NextRun(new RunId(id), item.time(NEXT_RUN_TIME)))
            .orElse(null);
    return new Job.Schedule(
        item.time(SEED_REPLICATION_TIME),
        item.findNumber(FREQUENCY).map(Math::toIntExact).orElse(null),
        item.flag(RUN_ONCE),
        next);
  }

  private static Job.Settings readSettings(Item item) {
    return new Job.Settings(
        item.findText(LICENSE_TYPE).orElse(null),
        item.findText(ROLE_NAME).orElse(null),
        item.findText(DESCRIPTION).orElse(null),
        item.findNumber(NUMBER_OF_RECENT_AMIS_TO_KEEP).map(Math::toIntExact).orElse(null),
        item.flag(ENCRYPTED),
        item.findText(KMS_KEY_ID).orElse(null),
        item.findText(ZERO_BLOCKS).map(ZeroPolicy::of).orElse(ZeroPolicy.SEND),
        // Most jobs say nothing.
        item.findText(IMAGE_IMPORT).map(ImageImport::of).orElse(ImageImport.AUTO));
  }

  private static Job.History readHistory(Item item) {
    return new Job.History(
        item.time(CREATED_AT),
        readLifetime(item),
        item.findText(ACTIVE_RUN_ID).map(RunId::new).orElse(null),
        item.findText(RESUMABLE_RUN_ID).map(RunId::new).orElse(null),
        item.findText(LATEST_AMI_ID).orElse(null),
        item.count(CONSECUTIVE_FAILURES),
        item.findText(CLIENT_REQUEST).orElse(null),
        item.findText(UPDATE_REQUEST).orElse(null),
        item.findTime(PAUSED_AT).orElse(null),
        // A job of an older version does not count them.
        new Job.Copies(
            item.findNumber(COPIES).map(Math::toIntExact).orElse(0),
            item.findTime(LATEST_COPY_AT).orElse(null),
            item.findTime(LATEST_CAPTURED_AT).orElse(null)));
  }

  private static Job.Lifetime readLifetime(Item item) {
    return new Job.Lifetime(
        item.findTime(FIRST_RUN_AT).orElse(null),
        item.findNumber(EXTENDED_TO_DAYS).map(Math::toIntExact).orElse(null),
        item.findTime(WARNED_OF_END).orElse(null));
  }
}
