package dev.drover.local.simulator.fault;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * A fault that the simulator is asked to make. Operations are named as AWS names them ({@code
 * PutSnapshotBlock}, {@code RegisterImage}).
 *
 * <p>As JSON: {@code {"fault":"refuse","operation":"PutSnapshotBlock","when":{"everyNth":7},
 * "refusal":"THROTTLE_ACCOUNT"}}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "fault")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FaultRule.Refuse.class, name = "refuse"),
  @JsonSubTypes.Type(value = FaultRule.LoseAnswer.class, name = "lose-answer"),
  @JsonSubTypes.Type(value = FaultRule.DelayVisibility.class, name = "delay-visibility"),
  @JsonSubTypes.Type(value = FaultRule.HideNew.class, name = "hide-new"),
  @JsonSubTypes.Type(value = FaultRule.LimitPending.class, name = "limit-pending"),
  @JsonSubTypes.Type(value = FaultRule.DisableKeys.class, name = "disable-keys"),
  @JsonSubTypes.Type(value = FaultRule.FailImports.class, name = "fail-imports")
})
public sealed interface FaultRule {

  /** The call has no effect and is answered with {@code refusal}. */
  record Refuse(String operation, When when, Refusal refusal) implements FaultRule {
    public Refuse {
      requireOperation(operation);
    }
  }

  /** The call has its effect, but its caller reads a server error: the outcome is unknown. */
  record LoseAnswer(String operation, When when) implements FaultRule {
    public LoseAnswer {
      requireOperation(operation);
    }
  }

  /**
   * The first puts into each new snapshot find that it does not exist, as seen up to two minutes
   * after StartSnapshot.
   *
   * @see <a href="https://github.com/awslabs/coldsnap/issues/43">coldsnap issue 43</a>
   */
  record DelayVisibility(int puts) implements FaultRule {
    public DelayVisibility {
      if (puts < 1) {
        throw new IllegalArgumentException("puts must be at least 1, not " + puts);
      }
    }
  }

  /**
   * Puts into a snapshot find that it does not exist until it is so old: what {@link
   * DelayVisibility} does by count.
   *
   * @param millis since its start
   */
  record HideNew(long millis) implements FaultRule {
    public HideNew {
      if (millis < 1) {
        throw new IllegalArgumentException("millis must be at least 1, not " + millis);
      }
    }
  }

  /** The account may have no more pending snapshots than that: others of it have the rest. */
  record LimitPending(int snapshots) implements FaultRule {
    public LimitPending {
      if (snapshots < 0) {
        throw new IllegalArgumentException("snapshots must be at least 0, not " + snapshots);
      }
    }
  }

  /**
   * Every KMS key is disabled: no encrypted snapshot can be started or put into. AWS's documents do
   * not say which error a disabled key is; of the model's reasons INVALID_CUSTOMER_KEY is chosen.
   */
  record DisableKeys() implements FaultRule {}

  /**
   * Imports of images that are started from now on fail while they are validated.
   *
   * @param message as VM Import words it, {@code ClientError: Unsupported kernel version}
   */
  record FailImports(String message) implements FaultRule {
    public FailImports {
      if (message.isBlank()) {
        throw new IllegalArgumentException("an import fails with a message");
      }
    }
  }

  /** What a refused caller is told. */
  enum Refusal {
    /** The account's quota: {@code ThrottlingException}, in EC2 {@code RequestLimitExceeded}. */
    THROTTLE_ACCOUNT,
    /** The snapshot's quota: {@code RequestThrottledException}. */
    THROTTLE_SNAPSHOT,
    /** A 5xx. */
    SERVER_ERROR
  }

  private static void requireOperation(String operation) {
    if (operation.isBlank()) {
      throw new IllegalArgumentException("a fault rule must name its operation");
    }
  }
}
