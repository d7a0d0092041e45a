package dev.drover.local.simulation.ebs;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** What an account's EBS and EC2 allow, how long they take, and what goes wrong in them. */
public record EbsSettings(Rates rates, Quotas quotas, Delays delays, Faults faults) {
  /** AWS's defaults, and nothing goes wrong. */
  public static final EbsSettings AWS =
      new EbsSettings(Rates.AWS, Quotas.AWS, Delays.USUAL, Faults.NONE);

  /** The same with other rates. */
  public EbsSettings with(Rates other) {
    return new EbsSettings(other, quotas, delays, faults);
  }

  /** The same with other quotas. */
  public EbsSettings with(Quotas other) {
    return new EbsSettings(rates, other, delays, faults);
  }

  /** The same with other delays. */
  public EbsSettings with(Delays other) {
    return new EbsSettings(rates, quotas, other, faults);
  }

  /** The same with other faults. */
  public EbsSettings with(Faults other) {
    return new EbsSettings(rates, quotas, delays, other);
  }

  /**
   * A token bucket's measure.
   *
   * @param burst how many tokens it holds, at least one
   * @param perSecond how many it gains in a second
   */
  public record Rate(double burst, double perSecond) {
    /** As many at once as in a second. */
    public static Rate of(double perSecond) {
      return new Rate(Math.max(1, perSecond), perSecond);
    }
  }

  /**
   * Calls that are answered; the others are throttled.
   *
   * @param puts of all snapshots together
   * @param putsOfSnapshot of each snapshot
   * @param starts StartSnapshot
   * @param completes CompleteSnapshot
   * @param ec2Reads of each operation of EC2 that changes nothing
   * @param ec2Writes of each operation of EC2 that changes something
   */
  public record Rates(
      Rate puts, Rate putsOfSnapshot, Rate starts, Rate completes, Rate ec2Reads, Rate ec2Writes) {
    /**
     * The quotas of the EBS direct APIs, and EC2's usual buckets.
     *
     * @see <a href="https://docs.aws.amazon.com/general/latest/gr/ebs-service.html">EBS quotas</a>
     * @see <a href="https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html">EC2's
     *     request throttling</a>
     */
    public static final Rates AWS =
        new Rates(
            Rate.of(1_000),
            Rate.of(1_000),
            Rate.of(10),
            Rate.of(10),
            new Rate(100, 20),
            new Rate(50, 5));

    /** Fewer puts (or more), as many times as the simulated disks are smaller (or larger). */
    public Rates withPutsScaled(double factor) {
      return new Rates(
          Rate.of(puts.perSecond * factor),
          Rate.of(putsOfSnapshot.perSecond * factor),
          starts,
          completes,
          ec2Reads,
          ec2Writes);
    }
  }

  /** How many an account can have. */
  public record Quotas(int pendingSnapshots, int snapshots, int images) {
    /** AWS's own; that of pending snapshots cannot be raised. */
    public static final Quotas AWS = new Quotas(100, 100_000, 50_000);
  }

  /** From the shortest to the longest. */
  public record Span(Duration least, Duration most) {
    /** No time at all. */
    public static final Span NONE = new Span(Duration.ZERO, Duration.ZERO);

    Duration drawn(RandomGenerator random) {
      return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
    }
  }

  /** How long a snapshot stays pending once it is completed, and an image once registered. */
  public record Delays(Span completion, Span image) {
    /** Chosen: AWS promises none. */
    public static final Delays USUAL =
        new Delays(
            new Span(Duration.ofSeconds(5), Duration.ofMinutes(5)),
            new Span(Duration.ofSeconds(2), Duration.ofMinutes(2)));

    /** All at once, for tests of something else. */
    public static final Delays NONE = new Delays(Span.NONE, Span.NONE);
  }

  /**
   * What goes wrong.
   *
   * @param hiddenAtMost how long the direct APIs may not know a snapshot that was just started
   * @param unseenAtMost how long EC2 may not list it
   * @param conflictsWithin how long a block that was put refuses another put, as if the two met
   * @param completionFails how likely a snapshot ends in an error instead of completing
   * @param imageFails how likely an image fails instead of becoming available
   * @param goneIsUnauthorized whether EC2 answers the deletion of what is gone as it does where the
   *     permission asks for a tag
   */
  public record Faults(
      Duration hiddenAtMost,
      Duration unseenAtMost,
      Duration conflictsWithin,
      double completionFails,
      double imageFails,
      boolean goneIsUnauthorized) {
    /** Nothing goes wrong. */
    public static final Faults NONE =
        new Faults(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0, false);

    /** The same, with snapshots that the direct APIs do not know for up to so long. */
    public Faults withHidden(Duration atMost) {
      return new Faults(
          atMost, unseenAtMost, conflictsWithin, completionFails, imageFails, goneIsUnauthorized);
    }

    /** The same, with snapshots that EC2 does not list for up to so long. */
    public Faults withUnseen(Duration atMost) {
      return new Faults(
          hiddenAtMost, atMost, conflictsWithin, completionFails, imageFails, goneIsUnauthorized);
    }

    /** The same, with puts of one block that meet when they are so near. */
    public Faults withConflicts(Duration within) {
      return new Faults(
          hiddenAtMost, unseenAtMost, within, completionFails, imageFails, goneIsUnauthorized);
    }

    /** The same, with failures of so many completions and images. */
    public Faults withFailures(double ofCompletions, double ofImages) {
      return new Faults(
          hiddenAtMost, unseenAtMost, conflictsWithin, ofCompletions, ofImages, goneIsUnauthorized);
    }

    /** The same, with deletions that ask for a tag. */
    public Faults withGoneUnauthorized() {
      return new Faults(
          hiddenAtMost, unseenAtMost, conflictsWithin, completionFails, imageFails, true);
    }
  }
}
