package dev.drover.functions.state;

import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Ids in the forms of SMS. Eight hex digits are few (hashed, 10,000 would collide), so each is
 * drawn at random and taken by a conditional put of {@link #taken} in the transaction that first
 * uses it.
 */
public final class NewIds {
  private final RandomGenerator random;

  /** Draws from there. */
  public NewIds(RandomGenerator random) {
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

  /** The item that says that an id is in use. */
  public static Item taken(String id) {
    return Item.of("ID", id).with("taken", true);
  }

  private String eightHexDigits() {
    return HexFormat.of().toHexDigits(random.nextInt());
  }
}
