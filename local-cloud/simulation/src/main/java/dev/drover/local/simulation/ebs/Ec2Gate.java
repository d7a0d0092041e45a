package dev.drover.local.simulation.ebs;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Counts EC2's calls and throttles them, each operation by itself. */
final class Ec2Gate {
  private final InstantSource clock;
  private final EbsSettings.Rates rates;
  private final AccountUse use;
  private final Map<String, TokenBucket> buckets = new HashMap<>();

  Ec2Gate(InstantSource clock, EbsSettings.Rates rates, AccountUse use) {
    this.clock = clock;
    this.rates = rates;
    this.use = use;
  }

  /** A call that changes nothing. */
  void read(String operation) {
    pass(operation, rates.ec2Reads());
  }

  /** A call that changes something. */
  void write(String operation) {
    pass(operation, rates.ec2Writes());
  }

  private void pass(String operation, EbsSettings.Rate rate) {
    use.called(operation);
    TokenBucket bucket = buckets.computeIfAbsent(operation, name -> new TokenBucket(clock, rate));
    if (!bucket.has()) {
      use.throttled(operation);
      throw Ec2Refusal.throttled();
    }
    bucket.take();
  }
}
