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

  private Write take(String id) {
    return table.putIfAbsent(Item.of("ID", id).with("taken", true));
  }

  private String eightHexDigits() {
    return HexFormat.of().toHexDigits(random.nextInt());
  }
}
