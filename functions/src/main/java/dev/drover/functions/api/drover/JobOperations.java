package dev.drover.functions.api.drover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.JsonBody;
import dev.drover.functions.api.Operation;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.State;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ZeroPolicy;
import java.util.Map;
import java.util.Set;

/** The settings of a replication job that SMS has no members for. */
final class JobOperations {
  private static final String JOB_ID = "replicationJobId";
  private static final String ZERO_BLOCKS = "zeroBlocks";

  private final State state;

  JobOperations(State state) {
    this.state = state;
  }

  Map<String, Operation> operations() {
    return Map.of("GetReplicationJobSettings", this::get, "PutReplicationJobSettings", this::put);
  }

  private String get(String body, Caller caller) {
    JsonNode request = request(body, Set.of(JOB_ID));
    return view(job(request));
  }

  /** All settings at once; they are for the job's next run. */
  private String put(String body, Caller caller) {
    JsonNode request = request(body, Set.of(JOB_ID, ZERO_BLOCKS));
    ZeroPolicy zeroBlocks = zeroBlocks(request);
    Job job = job(request);
    requireAllowed(job, zeroBlocks);
    if (!state.jobs().setZeroBlocks(job, zeroBlocks)) {
      throw ApiError.TEMPORARILY_UNAVAILABLE.because(
          "Replication job " + job.id() + " changed meanwhile: try again.");
    }
    return view(job(request));
  }

  /** A setting whose name is misspelt would not be missed by anybody. */
  private static JsonNode request(String body, Set<String> known) {
    JsonNode request = JsonBody.read(body);
    request
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw ApiError.INVALID_PARAMETER.because(
                    "There is no parameter '" + name + "'; there are " + sorted(known) + ".");
              }
            });
    return request;
  }

  private static String sorted(Set<String> names) {
    return String.join(" and ", names.stream().sorted().toList());
  }

  private static String required(JsonNode request, String name) {
    String value = JsonBody.text(request, name);
    if (value == null) {
      throw ApiError.MISSING_PARAMETER.because(name + " is required.");
    }
    return value;
  }

  private static ZeroPolicy zeroBlocks(JsonNode request) {
    String wanted = required(request, ZERO_BLOCKS);
    try {
      return ZeroPolicy.of(wanted);
    } catch (InvalidMessageException e) {
      throw ApiError.INVALID_PARAMETER.because(
          ZERO_BLOCKS + " must be send or omit, but is '" + wanted + "'.");
    }
  }

  private Job job(JsonNode request) {
    String id = required(request, JOB_ID);
    try {
      return state.jobs().find(new JobId(id)).orElseThrow(() -> noSuchJob(id));
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
      throw ApiError.NOT_PERMITTED.because(
          "Replication job "
              + job.id()
              + " is "
              + job.state()
              + " and runs no more: make another job of its server.");
    }
    if (job.settings().encrypted() && zeroBlocks == ZeroPolicy.OMIT) {
      throw ApiError.NOT_PERMITTED.because(
          "Replication job "
              + job.id()
              + " is encrypted: blocks that are left out would read as anything, so its zero"
              + " blocks are sent; only a job without encryption may omit them.");
    }
  }

  private static String view(Job job) {
    return JsonNodeFactory.instance
        .objectNode()
        .put(JOB_ID, job.id().value())
        .put(ZERO_BLOCKS, job.settings().zeroBlocks().word())
        .toString();
  }
}
