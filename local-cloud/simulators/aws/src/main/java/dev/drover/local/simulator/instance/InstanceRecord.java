package dev.drover.local.simulator.instance;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An instance as it was asked for, one JSON file. No machine belongs to it: nothing boots.
 *
 * @param clientToken what makes a repeated call the same call; null when none was given
 * @param requestDigest SHA-256 of the call's parameters
 * @param securityGroups names by id
 * @param userData in Base64, as it came
 * @param launchedAtMillis since the epoch
 * @param runningAtMillis since the epoch; pending until then
 * @param terminatedAtMillis since the epoch, shutting down until then; null while nobody asked
 */
public record InstanceRecord(
    String id,
    String reservationId,
    @Nullable String clientToken,
    String requestDigest,
    String imageId,
    String architecture,
    String rootDeviceName,
    String instanceType,
    @Nullable String keyName,
    @Nullable String instanceProfile,
    @Nullable String userData,
    String httpTokens,
    String subnetId,
    String vpcId,
    String availabilityZone,
    Map<String, String> securityGroups,
    String privateIp,
    @Nullable String publicIp,
    Map<String, String> tags,
    long launchedAtMillis,
    long runningAtMillis,
    @Nullable Long terminatedAtMillis) {
  public InstanceRecord {
    securityGroups = new TreeMap<>(securityGroups);
    tags = new TreeMap<>(tags);
  }

  /** EC2's states of an instance that nobody stops. */
  public enum State {
    PENDING(0, "pending"),
    RUNNING(16, "running"),
    SHUTTING_DOWN(32, "shutting-down"),
    TERMINATED(48, "terminated");

    private final int code;
    private final String word;

    State(int code, String word) {
      this.code = code;
      this.word = word;
    }

    public int code() {
      return code;
    }

    public String word() {
      return word;
    }
  }

  /** The state at a time in milliseconds since the epoch. */
  public State stateAt(long nowMillis) {
    if (terminatedAtMillis != null) {
      return nowMillis >= terminatedAtMillis ? State.TERMINATED : State.SHUTTING_DOWN;
    }
    return nowMillis >= runningAtMillis ? State.RUNNING : State.PENDING;
  }

  /** The groups' ids. */
  public List<String> securityGroupIds() {
    return List.copyOf(securityGroups.keySet());
  }

  public InstanceRecord withTags(Map<String, String> newTags) {
    return with(newTags, terminatedAtMillis);
  }

  public InstanceRecord terminatedAt(long millis) {
    return with(tags, millis);
  }

  private InstanceRecord with(Map<String, String> newTags, @Nullable Long newTerminatedAtMillis) {
    return new InstanceRecord(
        id,
        reservationId,
        clientToken,
        requestDigest,
        imageId,
        architecture,
        rootDeviceName,
        instanceType,
        keyName,
        instanceProfile,
        userData,
        httpTokens,
        subnetId,
        vpcId,
        availabilityZone,
        securityGroups,
        privateIp,
        publicIp,
        newTags,
        launchedAtMillis,
        runningAtMillis,
        newTerminatedAtMillis);
  }
}
