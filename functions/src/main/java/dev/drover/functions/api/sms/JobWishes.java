package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.job.JobCreation;
import dev.drover.functions.job.JobUpdate;
import dev.drover.functions.state.Job;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.CreateReplicationJobRequest;
import software.amazon.awssdk.services.sms.model.LicenseType;
import software.amazon.awssdk.services.sms.model.ServerReplicationParameters;
import software.amazon.awssdk.services.sms.model.UpdateReplicationJobRequest;

/**
 * Checks what jobs are asked for, by CreateReplicationJob, UpdateReplicationJob and the
 * configuration of an application: the clients check next to nothing.
 */
final class JobWishes {
  /** The console of SMS let a job begin now or up to 30 days ahead (AWS SMS User Guide). */
  static final Duration MAX_SEED_AHEAD = Duration.ofDays(30);

  /** The console of SMS let a job keep 1 to 270 AMIs (AWS SMS User Guide). */
  static final int MAX_RECENT_AMIS = 270;

  private final JobLimits limits;
  private final InstantSource clock;

  JobWishes(JobLimits limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
  }

  JobCreation.Wish read(CreateReplicationJobRequest request, Caller caller) {
    ServerId serverId = serverId(Parameters.required("serverId", request.serverId()));
    Instant seedTime = seedTime(request.seedReplicationTime());
    boolean runOnce = Boolean.TRUE.equals(request.runOnce());
    requireOneRhythm(request.frequency(), runOnce);
    return new JobCreation.Wish(
        serverId, seedTime, request.frequency(), runOnce, settings(request), caller.requestToken());
  }

  JobUpdate.Wish read(UpdateReplicationJobRequest request, Caller caller) {
    JobId jobId = JobLookup.id(Parameters.required("replicationJobId", request.replicationJobId()));
    Instant next = request.nextReplicationRunStartTime();
    if (next != null) {
      requireNear("nextReplicationRunStartTime", next);
    }
    requireFrequency(request.frequency());
    requireRetention(request.numberOfRecentAmisToKeep());
    requireLicense(request.licenseType(), request.licenseTypeAsString());
    requireTexts(request.roleName(), request.description(), request.kmsKeyId());
    return new JobUpdate.Wish(
        jobId,
        request.frequency(),
        next,
        request.licenseTypeAsString(),
        request.roleName(),
        request.description(),
        request.numberOfRecentAmisToKeep(),
        request.encrypted(),
        request.kmsKeyId(),
        caller.requestToken());
  }

  /** What replicates a server of an application; a seed time need not be given. */
  void requireFit(ServerReplicationParameters parameters) {
    if (parameters.seedTime() != null) {
      requireNear("seedTime", parameters.seedTime());
    }
    requireOneRhythm(parameters.frequency(), Boolean.TRUE.equals(parameters.runOnce()));
    requireRetention(parameters.numberOfRecentAmisToKeep());
    requireKeyOnlyIfEncrypted(Boolean.TRUE.equals(parameters.encrypted()), parameters.kmsKeyId());
    requireLicense(parameters.licenseType(), parameters.licenseTypeAsString());
    Parameters.requireKmsKey("kmsKeyId", parameters.kmsKeyId());
  }

  private Instant seedTime(@Nullable Instant seedTime) {
    if (seedTime == null) {
      throw Parameters.missing("seedReplicationTime");
    }
    requireNear("seedReplicationTime", seedTime);
    return seedTime;
  }

  private void requireNear(String name, Instant time) {
    Instant latest = clock.instant().plus(MAX_SEED_AHEAD);
    Parameters.require(
        !time.isAfter(latest),
        name + " is " + time + ", at most " + MAX_SEED_AHEAD.toDays() + " days ahead");
  }

  private void requireOneRhythm(@Nullable Integer frequency, boolean runOnce) {
    if (frequency == null) {
      Parameters.require(runOnce, "give either frequency or runOnce");
      return;
    }
    Parameters.require(!runOnce, "give either frequency or runOnce, not both");
    requireFrequency(frequency);
  }

  private void requireFrequency(@Nullable Integer frequency) {
    Parameters.require(
        frequency == null || (frequency >= 1 && frequency <= limits.maxFrequencyHours()),
        "frequency is "
            + frequency
            + ", between 1 and "
            + limits.maxFrequencyHours()
            + " hours, the most that this deployment allows (drover:maxFrequencyHours)");
  }

  private Job.Settings settings(CreateReplicationJobRequest request) {
    Integer keep = request.numberOfRecentAmisToKeep();
    requireRetention(keep);
    boolean encrypted = Boolean.TRUE.equals(request.encrypted());
    requireKeyOnlyIfEncrypted(encrypted, request.kmsKeyId());
    requireLicense(request.licenseType(), request.licenseTypeAsString());
    requireTexts(request.roleName(), request.description(), request.kmsKeyId());
    return new Job.Settings(
        request.licenseTypeAsString(),
        request.roleName(),
        request.description(),
        keep == null ? limits.recentAmisToKeep() : keep,
        encrypted,
        request.kmsKeyId());
  }

  private static void requireKeyOnlyIfEncrypted(boolean encrypted, @Nullable String kmsKeyId) {
    Parameters.require(
        encrypted || kmsKeyId == null, "kmsKeyId is given, but encrypted is not true");
  }

  private static void requireRetention(@Nullable Integer keep) {
    Parameters.require(
        keep == null || (keep >= 0 && keep <= MAX_RECENT_AMIS),
        "numberOfRecentAmisToKeep is "
            + keep
            + ", between 1 and "
            + MAX_RECENT_AMIS
            + ", or 0 to keep all");
  }

  private static void requireLicense(@Nullable LicenseType license, @Nullable String text) {
    Parameters.require(
        license != LicenseType.UNKNOWN_TO_SDK_VERSION,
        "licenseType is '" + text + "', AWS or BYOL");
  }

  private static void requireTexts(
      @Nullable String roleName, @Nullable String description, @Nullable String kmsKeyId) {
    Parameters.requirePrintable("roleName", roleName);
    Parameters.requirePrintable("description", description);
    Parameters.requireKmsKey("kmsKeyId", kmsKeyId);
  }

  private static ServerId serverId(String text) {
    try {
      return new ServerId(text);
    } catch (InvalidMessageException e) {
      throw noSuchServer(text);
    }
  }

  static ApiException noSuchServer(String serverId) {
    return SmsErrors.SERVER_CANNOT_BE_REPLICATED.because(
        "Server " + serverId + " is not in the catalog: import the server catalog and look at it.");
  }
}
