package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.job.JobCreation;
import dev.drover.functions.job.JobEnd;
import dev.drover.functions.state.Job;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.CreateReplicationJobRequest;
import software.amazon.awssdk.services.sms.model.LicenseType;

/** Checks what CreateReplicationJob is asked for: the clients check next to nothing. */
final class JobWishes {
  /** The console of SMS let a job begin now or up to 30 days ahead (AWS SMS User Guide). */
  static final Duration MAX_SEED_AHEAD = Duration.ofDays(30);

  /** A second run after the job's lifetime would never take place. */
  static final int MAX_FREQUENCY_HOURS = Math.toIntExact(JobEnd.LIFETIME.toHours());

  private final InstantSource clock;

  JobWishes(InstantSource clock) {
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

  private Instant seedTime(@Nullable Instant seedTime) {
    if (seedTime == null) {
      throw Parameters.missing("seedReplicationTime");
    }
    Instant latest = clock.instant().plus(MAX_SEED_AHEAD);
    Parameters.require(
        !seedTime.isAfter(latest),
        "seedReplicationTime is "
            + seedTime
            + ", at most "
            + MAX_SEED_AHEAD.toDays()
            + " days ahead");
    return seedTime;
  }

  private static void requireOneRhythm(@Nullable Integer frequency, boolean runOnce) {
    if (frequency == null) {
      Parameters.require(runOnce, "give either frequency or runOnce");
      return;
    }
    Parameters.require(!runOnce, "give either frequency or runOnce, not both");
    Parameters.require(
        frequency >= 1 && frequency <= MAX_FREQUENCY_HOURS,
        "frequency is " + frequency + ", between 1 and " + MAX_FREQUENCY_HOURS + " hours");
  }

  private static Job.Settings settings(CreateReplicationJobRequest request) {
    Integer keep = request.numberOfRecentAmisToKeep();
    Parameters.require(
        keep == null || keep >= 0, "numberOfRecentAmisToKeep is " + keep + ", at least 0");
    boolean encrypted = Boolean.TRUE.equals(request.encrypted());
    Parameters.require(
        encrypted || request.kmsKeyId() == null, "kmsKeyId is given, but encrypted is not true");
    Parameters.require(
        request.licenseType() != LicenseType.UNKNOWN_TO_SDK_VERSION,
        "licenseType is '" + request.licenseTypeAsString() + "', AWS or BYOL");
    Parameters.requirePrintable("roleName", request.roleName());
    Parameters.requirePrintable("description", request.description());
    Parameters.requireKmsKey("kmsKeyId", request.kmsKeyId());
    return new Job.Settings(
        request.licenseTypeAsString(),
        request.roleName(),
        request.description(),
        keep,
        encrypted,
        request.kmsKeyId());
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
