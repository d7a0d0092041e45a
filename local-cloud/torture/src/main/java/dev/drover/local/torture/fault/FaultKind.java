package dev.drover.local.torture.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A kind of fault, as {@code --faults} names it. */
public enum FaultKind {
  CONNECTOR_KILLED("kill -9 of the connector, at one step of a task after another"),
  CONNECTOR_STATE_LOST("kill -9 of the connector, and its state folder is gone"),
  CONNECTOR_FROZEN("the connector's process stands still (SIGSTOP)"),
  CONNECTOR_DISK_FULL(
      "the connector cannot write a byte to its disk (RLIMIT_FSIZE 0)",
      "(?i)file too large|disk|space"),
  CONNECTOR_CLOCK("the connector's clock is 20 minutes ahead"),
  CONNECTOR_TWICE("two processes of one connector, and both get each task"),
  TASK_TWICE("each task comes twice"),
  CREDENTIALS_REVOKED("the connector's credentials are revoked, and come back"),
  S3_DROPPED("the connector's line to S3 drops every call"),
  S3_HANGS("S3 never answers the connector"),
  S3_SLOW("the connector's line to S3 carries 10 kB/s"),
  S3_REFUSES("S3 answers the connector half of all calls with 503 SlowDown"),
  ANSWERS_LOST("a third of the connector's calls have their effect and no answer"),
  SOURCE_CHANGED("images change while they are read", "(?i)chang"),
  SOURCE_ERRORS(
      "vCenter: downloads end early, leases are lost, snapshots fail",
      "(?i)snapshot|lease|disk|file"),
  SOURCE_SNAPSHOTS_REMOVED(
      "vCenter: somebody removes the VM snapshots in the middle", "(?i)snapshot"),
  SEGMENT_KILLED("kill -9 of the function that applies segments, in the middle of one"),
  COMPLETION_KILLED("kill -9 of the function that completes a snapshot, in the middle"),
  FUNCTIONS_KILLED(
      "kill -9 of any function, every few seconds", "(?i)exit|kill|died|lambda|unknown"),
  EXECUTION_STOPPED("somebody stops executions", "(?i)stopp|abort"),
  EVENTS_LOST("S3's events of segments are lost"),
  EVENTS_REVERSED("S3's events of segments come thrice and in reverse"),
  EVENTS_LATE("S3's events of segments come after the end of their runs"),
  POISON("poison messages in every queue, junk in the bucket"),
  SEGMENTS_CORRUPTED("staged segments are changed in the bucket", "(?i)segment|extent"),
  DIGEST_LISTS_CORRUPTED("digest lists are changed in the bucket", "(?i)digest|extent"),
  PLAN_CORRUPTED("a plan is changed in the bucket", "(?i)plan"),
  PUTS_THROTTLED("PutSnapshotBlock is throttled, by account and by snapshot"),
  PUTS_FAIL("a third of PutSnapshotBlock answers 500"),
  PUTS_HANG("a third of PutSnapshotBlock never answers"),
  SNAPSHOT_UNKNOWN("for two minutes EBS does not know new snapshots"),
  PENDING_QUOTA("the account may have 3 pending snapshots"),
  KEY_DISABLED("the KMS key of an encrypted job is disabled", "(?i)key"),
  SNAPSHOT_CANCELLED("pending snapshots are cancelled by their timeout", "(?i)snapshot"),
  COMPLETION_REFUSED("CompleteSnapshot is refused, or its answer is lost"),
  REGISTER_REFUSED("RegisterImage is refused, or its answer is lost"),
  TABLE_THROTTLED("a third of the functions' calls to DynamoDB is throttled"),
  SERVICES_DROPPED("a tenth of the functions' calls gets lost"),
  MINISTACK_FROZEN("MiniStack stands still (SIGSTOP) and goes on"),
  SIMULATOR_KILLED("kill -9 of the simulator of EBS and EC2, and it is started again"),
  JOB_DELETED("a job is deleted in the middle of whatever it does");

  private final String what;
  private final @Nullable Pattern excuse;

  FaultKind(String what) {
    this.what = what;
    this.excuse = null;
  }

  /**
   * A kind.
   *
   * @param excuse what a run that fails by it says; without one none may
   */
  FaultKind(String what, String excuse) {
    this.what = what;
    this.excuse = Pattern.compile(excuse, Pattern.DOTALL);
  }

  /** Whether no other can be laid down or healed beside it: the account does not answer us. */
  boolean comesAlone() {
    return this == MINISTACK_FROZEN || this == SIMULATOR_KILLED;
  }

  /** How long it lasts at least; most last as long as the schedule says. */
  Duration least() {
    if (this == SNAPSHOT_UNKNOWN) {
      return Duration.ofSeconds(125);
    }
    // A JVM under libfaketime takes 20 s to start here.
    return this == CONNECTOR_CLOCK ? Duration.ofSeconds(90) : Duration.ZERO;
  }

  /** For people. */
  public String what() {
    return what;
  }

  /** Whether a run that failed with these words may have failed by it. */
  public boolean excuses(String message) {
    return excuse != null && excuse.matcher(message).find();
  }

  /** What {@code --faults} says: all, or names with commas. */
  public static Set<FaultKind> parse(String text) {
    if (text.equals("all")) {
      return EnumSet.allOf(FaultKind.class);
    }
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    for (String name : text.split(",", -1)) {
      kinds.add(named(name.strip()));
    }
    return kinds;
  }

  private static FaultKind named(String name) {
    for (FaultKind kind : values()) {
      if (kind.toString().equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "there is no fault '" + name + "': all, or some of " + names());
  }

  /** All names, for a sentence. */
  private static List<String> names() {
    List<String> names = new ArrayList<>();
    for (FaultKind kind : values()) {
      names.add(kind.toString());
    }
    return names;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
