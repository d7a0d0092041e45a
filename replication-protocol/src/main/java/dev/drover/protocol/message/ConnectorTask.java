package dev.drover.protocol.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.drover.protocol.Digest;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A message in a connector's task queue. Reserved for later: {@code cancel}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ConnectorTask.Replicate.class, name = "replicate"),
  @JsonSubTypes.Type(value = ConnectorTask.TakeInventory.class, name = "inventory"),
  @JsonSubTypes.Type(value = ConnectorTask.CleanUp.class, name = "clean-up")
})
public sealed interface ConnectorTask {
  /** Always {@link MessageJson#VERSION}. */
  int version();

  /** Names the message; the same one delivered twice is one task. */
  String messageId();

  /** The environment that the task is about; a connector refuses another one's. */
  EnvironmentName environment();

  /**
   * Replicate one server in one run.
   *
   * @param taskToken Step Functions' token: heartbeats, success and failure are told with it; a
   *     refused one means stop and touch nothing
   * @param attempt counts the hand-overs of the run from 1; plan and reports carry it
   * @param pass counts how often the run asked for what is missing, from 1
   * @param vmId the hypervisor's own name of the server
   * @param deadline after this instant, by the connector's clock, the task is not begun any more
   * @param planKey key of the {@link ReplicationPlan}
   * @param planDigest SHA-256 of that object; null in a task of a version that did not say it
   * @param captureEarly whether the VM snapshot is to be taken at once, also while the task waits
   *     for a slot: those of an application's servers belong together; null: with the slot
   */
  record Replicate(
      int version,
      String messageId,
      String taskToken,
      EnvironmentName environment,
      JobId jobId,
      RunId runId,
      int attempt,
      int pass,
      ServerId serverId,
      String vmId,
      Instant deadline,
      String planKey,
      @Nullable Digest planDigest,
      @Nullable Boolean captureEarly)
      implements ConnectorTask {

    /** Refuses a task with a part missing. */
    public Replicate {
      MessageJson.requireVersion(version, "a replicate task");
      InvalidMessageException.requirePresent(messageId, "messageId");
      InvalidMessageException.requirePresent(taskToken, "taskToken");
      InvalidMessageException.requirePresent(environment, "environment");
      InvalidMessageException.requirePresent(jobId, "jobId");
      InvalidMessageException.requirePresent(runId, "runId");
      InvalidMessageException.require(attempt >= 1, "attempt is " + attempt);
      InvalidMessageException.require(pass >= 1, "pass is " + pass);
      InvalidMessageException.requirePresent(serverId, "serverId");
      InvalidMessageException.requirePresent(vmId, "vmId");
      InvalidMessageException.requirePresent(deadline, "deadline");
      InvalidMessageException.requirePresent(planKey, "planKey");
    }

    /** Where reports about this task belong. */
    public RunAttempt run() {
      return new RunAttempt(jobId, runId, attempt);
    }

    /** Without the token: whoever has that answers for the task, and logs are read by many. */
    @Override
    public String toString() {
      return "task " + messageId + " of " + run();
    }
  }

  /** Report the inventory now. */
  record TakeInventory(int version, String messageId, EnvironmentName environment)
      implements ConnectorTask {

    /** Refuses a task with a part missing. */
    public TakeInventory {
      MessageJson.requireVersion(version, "an inventory task");
      InvalidMessageException.requirePresent(messageId, "messageId");
      InvalidMessageException.requirePresent(environment, "environment");
    }
  }

  /**
   * Release what a run holds on the site: it has ended, and nobody will go on with it.
   *
   * @param vmId the hypervisor's own name of the server
   */
  record CleanUp(
      int version, String messageId, EnvironmentName environment, RunId runId, String vmId)
      implements ConnectorTask {

    /** Refuses a task with a part missing. */
    public CleanUp {
      MessageJson.requireVersion(version, "a clean-up task");
      InvalidMessageException.requirePresent(messageId, "messageId");
      InvalidMessageException.requirePresent(environment, "environment");
      InvalidMessageException.requirePresent(runId, "runId");
      InvalidMessageException.requirePresent(vmId, "vmId");
    }
  }
}
