package dev.drover.functions.state;

import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Ids in the forms of SMS. Eight hex digits are few (hashed, 10,000 would collide), so each is
 * drawn at random and taken in the transaction that first uses it.
 */
public final class NewIds {
  private static final String PK = "ID";

  /** A hex digit is four bits of a long's. */
  private static final int SEVENTEENTH_DIGIT = 1 << 4;

  private final Table table;
  private final RandomGenerator random;

  NewIds(Table table, RandomGenerator random) {
    this.table = table;
    this.random = random;
  }

  /** A server's. */
  public ServerId server() {
    return new ServerId("s-" + eightHexDigits());
  }

  /** A job's. */
  public JobId job() {
    return new JobId("sms-job-" + eightHexDigits());
  }

  /** A run's. */
  public RunId run() {
    return new RunId("sms-run-" + eightHexDigits());
  }

  /** An application's. */
  public AppId app() {
    return new AppId("app-" + seventeenHexDigits());
  }

  /** A server group's: nothing but its application knows it, so it is not taken. */
  public ServerGroupId serverGroup() {
    return new ServerGroupId("sms-group-" + seventeenHexDigits());
  }

  /** A validation's: nothing but its application knows it, so it is not taken. */
  public ValidationId validation() {
    return new ValidationId("val-" + seventeenHexDigits());
  }

  /** The id is in use from now on; only if it was not. */
  public Write take(ServerId id) {
    return take(id.value());
  }

  /** The id is in use from now on; only if it was not. */
  public Write take(JobId id) {
    return take(id.value());
  }

  /** The id is in use from now on; only if it was not. */
  public Write take(RunId id) {
    return take(id.value());
  }

  /** The id is in use from now on; only if it was not. */
  public Write take(AppId id) {
    return take(id.value());
  }

  /** Whether there was ever an application of that id. */
  public boolean isTaken(AppId id) {
    return table.get(PK, id.value()).isPresent();
  }

  private Write take(String id) {
    return table.putIfAbsent(Item.of(PK, id).with("taken", true));
  }

  private String seventeenHexDigits() {
    return HexFormat.of().toHexDigits(random.nextLong())
        + Integer.toHexString(random.nextInt(SEVENTEENTH_DIGIT));
  }

  private String eightHexDigits() {
    return HexFormat.of().toHexDigits(random.nextInt());
  }
}
