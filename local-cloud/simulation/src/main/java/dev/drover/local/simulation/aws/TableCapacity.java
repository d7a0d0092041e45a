package dev.drover.local.simulation.aws;

import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * What a table of DynamoDB on demand can take: so many units a second and partition, and one
 * transaction at a time of an item. A request goes through as long as its partition owes nothing,
 * and is paid for afterwards.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html">
 *     partitions</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html">
 *     conflicts of transactions</a>
 */
final class TableCapacity {
  private static final double READ_UNITS_A_SECOND = 3_000;
  private static final double WRITE_UNITS_A_SECOND = 1_000;

  /** A table on demand begins with four. */
  private static final int PARTITIONS = 4;

  /** So long, at least and at most, a transaction holds its items. */
  private static final int TRANSACTION_MILLIS_LEAST = 2;

  private static final int TRANSACTION_MILLIS_MOST = 12;

  private final Simulation simulation;
  private final RandomGenerator random;
  private final List<Bucket> reads = new ArrayList<>();
  private final List<Bucket> writes = new ArrayList<>();
  private final Map<String, Instant> heldUntil = new HashMap<>();

  TableCapacity(Simulation simulation) {
    this.simulation = simulation;
    this.random = simulation.newRandom();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      reads.add(new Bucket(READ_UNITS_A_SECOND));
      writes.add(new Bucket(WRITE_UNITS_A_SECOND));
    }
  }

  /** Refuses a read of a partition that owes; pays with {@link #read}. */
  void admitRead(String pk) {
    admit(reads.get(partition(pk)));
  }

  void read(String pk, long units) {
    reads.get(partition(pk)).owed += units;
  }

  /** Refuses a write to a partition that owes; pays with {@link #wrote}. */
  void admitWrite(String pk) {
    admit(writes.get(partition(pk)));
  }

  void wrote(String pk, long units) {
    writes.get(partition(pk)).owed += units;
  }

  /** Refuses a write of an item that is in a transaction. */
  void requireFree(String place) {
    if (isHeld(place)) {
      throw TransactionConflictException.builder()
          .statusCode(400)
          .message("Transaction is ongoing for the item")
          .awsErrorDetails(details("TransactionConflictException"))
          .build();
    }
  }

  /** Refuses a transaction of which an item is in another one. */
  void requireFree(List<String> places) {
    if (places.stream().anyMatch(this::isHeld)) {
      throw TransactionCanceledException.builder()
          .statusCode(400)
          .message("Transaction cancelled, please refer cancellation reasons for specific reasons")
          .awsErrorDetails(details("TransactionCanceledException"))
          .cancellationReasons(
              places.stream()
                  .map(place -> isHeld(place) ? "TransactionConflict" : "None")
                  .map(code -> CancellationReason.builder().code(code).build())
                  .toList())
          .build();
    }
  }

  /** A transaction of these items has begun. */
  void hold(List<String> places) {
    long millis = random.nextInt(TRANSACTION_MILLIS_LEAST, TRANSACTION_MILLIS_MOST);
    Instant until = simulation.instant().plusMillis(millis);
    heldUntil.values().removeIf(end -> !end.isAfter(simulation.instant()));
    places.forEach(place -> heldUntil.put(place, until));
  }

  private boolean isHeld(String place) {
    return heldUntil.getOrDefault(place, Instant.EPOCH).isAfter(simulation.instant());
  }

  private void admit(Bucket bucket) {
    if (!bucket.isEven()) {
      throw ProvisionedThroughputExceededException.builder()
          .statusCode(400)
          .message("The level of configured provisioned throughput for the table was exceeded")
          .awsErrorDetails(details("ProvisionedThroughputExceededException"))
          .build();
    }
  }

  private static AwsErrorDetails details(String code) {
    return AwsErrorDetails.builder().errorCode(code).errorMessage(code).build();
  }

  private static int partition(String pk) {
    return Math.floorMod(pk.hashCode(), PARTITIONS);
  }

  /** A second's units at once; what is taken beyond them is owed. */
  private final class Bucket {
    final double perSecond;
    double owed;
    Instant seen = simulation.instant();

    Bucket(double perSecond) {
      this.perSecond = perSecond;
      this.owed = -perSecond;
    }

    boolean isEven() {
      Instant now = simulation.instant();
      double gained =
          Duration.between(seen, now).toNanos() * (perSecond / Duration.ofSeconds(1).toNanos());
      owed = Math.max(-perSecond, owed - gained);
      seen = now;
      return owed <= 0;
    }
  }
}
