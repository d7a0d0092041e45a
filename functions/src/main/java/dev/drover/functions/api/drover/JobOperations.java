package dev.drover.functions.api.drover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.JsonBody;
import dev.drover.functions.api.Operation;
import dev.drover.functions.image.ImportNeed;
import dev.drover.functions.job.JobExtension;
import dev.drover.functions.state.ImageImport;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.State;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ZeroPolicy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The settings of a replication job that SMS has no members for. */
final class JobOperations {
  private static final String JOB_ID = "replicationJobId";
  private static final String ZERO_BLOCKS = "zeroBlocks";
  private static final String IMAGE_IMPORT = "imageImport";

  private static final String LIFETIME_DAYS = "lifetimeDays";

  private final State state;
  private final JobExtension extension;

  JobOperations(State state, JobExtension extension) {
    this.state = state;
    this.extension = extension;
  }

  Map<String, Operation> operations() {
    return Map.of(
        "GetReplicationJobSettings", this::get,
        "PutReplicationJobSettings", this::put,
        "ExtendReplicationJob", this::extend);
  }

  private String get(String body, Caller caller) {
    JsonNode request = JsonBody.read(body, Set.of(JOB_ID));
    return view(job(request));
  }

  /** What is absent stays as it is, but for the setting that was there first. */
  private String put(String body, Caller caller) {
    JsonNode request = JsonBody.read(body, Set.of(JOB_ID, ZERO_BLOCKS, IMAGE_IMPORT));
    ZeroPolicy zeroBlocks = zeroBlocks(request);
    Optional<ImageImport> given = imageImport(request);
    Job job = job(request);
    ImageImport imageImport = given.orElse(job.settings().imageImport());
    requireAllowed(job, zeroBlocks);
    requireAllowed(job, imageImport);
    if (!state.jobs().set(job, zeroBlocks, imageImport)) {
      throw ApiError.TEMPORARILY_UNAVAILABLE.because(
          "Replication job " + job.id() + " changed meanwhile: try again.");
    }
    return view(job(request));
  }

  /** Says how long in all, so that its repetition extends nothing. */
  private String extend(String body, Caller caller) {
    JsonNode request = JsonBody.read(body, Set.of(JOB_ID, LIFETIME_DAYS));
    String id = JsonBody.required(request, JOB_ID);
    Integer days = JsonBody.integer(request, LIFETIME_DAYS);
    if (days == null) {
      throw ApiError.MISSING_PARAMETER.because(LIFETIME_DAYS + " is required.");
    }
    if (days < Job.Lifetime.DAYS || days > JobExtension.MAX_DAYS) {
      throw ApiError.INVALID_PARAMETER.because(
          "%s must be %d to %d, but is %d: the job's days in all, counted from its first run."
              .formatted(LIFETIME_DAYS, Job.Lifetime.DAYS, JobExtension.MAX_DAYS, days));
    }
    return switch (extension.extend(id(id), days)) {
      case JobExtension.Outcome.Extended extended -> view(extended.job());
      case JobExtension.Outcome.NoSuchJob none -> throw noSuchJob(id);
      case JobExtension.Outcome.Ended ended -> throw runsNoMore(ended.job());
      case JobExtension.Outcome.Shorter shorter ->
          throw ApiError.INVALID_PARAMETER.because(
              "%s is %d, but replication job %s has %d: say more days, or delete the job to end it sooner."
                  .formatted(LIFETIME_DAYS, days, id, shorter.job().history().lifetime().days()));
    };
  }

  private static ZeroPolicy zeroBlocks(JsonNode request) {
    String wanted = JsonBody.required(request, ZERO_BLOCKS);
    try {
      return ZeroPolicy.of(wanted);
    } catch (InvalidMessageException e) {
      throw ApiError.INVALID_PARAMETER.because(
          ZERO_BLOCKS + " must be send or omit, but is '" + wanted + "'.");
    }
  }

  private static Optional<ImageImport> imageImport(JsonNode request) {
    return Optional.ofNullable(JsonBody.text(request, IMAGE_IMPORT))
        .map(
            wanted -> {
              try {
                return ImageImport.of(wanted);
              } catch (InvalidMessageException e) {
                throw ApiError.INVALID_PARAMETER.because(
                    IMAGE_IMPORT + " must be auto, always or never, but is '" + wanted + "'.");
              }
            });
  }

  private Job job(JsonNode request) {
    String id = JsonBody.required(request, JOB_ID);
    return state.jobs().find(id(id)).orElseThrow(() -> noSuchJob(id));
  }

  private static JobId id(String id) {
    try {
      return new JobId(id);
    } catch (InvalidMessageException e) {
      // What has not the shape of an id names no job.
      throw noSuchJob(id);
    }
  }

  private static ApiException noSuchJob(String id) {
    return ApiError.JOB_NOT_FOUND.because("There is no replication job " + id + ".");
  }

  private static void requireAllowed(Job job, ZeroPolicy zeroBlocks) {
    if (job.state().isEnded()) {
      throw runsNoMore(job);
    }
    if (job.settings().encrypted() && zeroBlocks == ZeroPolicy.OMIT) {
      throw ApiError.NOT_PERMITTED.because(
          "Replication job "
              + job.id()
              + " is encrypted: blocks that are left out would read as anything, so its zero"
              + " blocks are sent; only a job without encryption may omit them.");
    }
  }

  /** What VM Import would refuse when all is uploaded is refused now, as far as it is known. */
  private void requireAllowed(Job job, ImageImport imageImport) {
    String license = job.settings().licenseType();
    if (imageImport == ImageImport.NEVER && ImportNeed.LICENSE_OF_AWS.equals(license)) {
      throw notPermitted(
          job,
          "has the licenseType AWS, and only VM Import gives an image a licence of AWS; make the"
              + " licenseType BYOL first, by UpdateReplicationJob");
    }
    if (imageImport == ImageImport.ALWAYS) {
      state
          .servers()
          .find(job.serverId())
          .flatMap(server -> ImportNeed.objection(license, server.machine()))
          .ifPresent(
              objection -> {
                throw notPermitted(job, "is of a server of which VM Import " + objection);
              });
    }
  }

  private static ApiException notPermitted(Job job, String complaint) {
    return ApiError.NOT_PERMITTED.because("Replication job " + job.id() + " " + complaint + ".");
  }

  private static ApiException runsNoMore(Job job) {
    return ApiError.NOT_PERMITTED.because(
        "Replication job "
            + job.id()
            + " is "
            + job.state()
            + " and runs no more: make another job of its server.");
  }

  private static String view(Job job) {
    Job.Lifetime lifetime = job.history().lifetime();
    ObjectNode view =
        JsonNodeFactory.instance
            .objectNode()
            .put(JOB_ID, job.id().value())
            .put(ZERO_BLOCKS, job.settings().zeroBlocks().word())
            .put(IMAGE_IMPORT, job.settings().imageImport().word())
            .put(LIFETIME_DAYS, lifetime.days());
    lifetime.end().ifPresent(end -> view.set("endTime", JsonBody.time(end)));
    return view.toString();
  }
}
