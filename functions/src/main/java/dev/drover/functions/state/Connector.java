package dev.drover.functions.state;

import dev.drover.functions.account.Ec2Text;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Shortened;
import dev.drover.protocol.message.ReportOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connector as it reported itself. Every time in it is the cloud's, except where it says so.
 *
 * @param registration null until the registration arrived
 * @param newest the report that arrived last; null until the first arrived
 * @param load null until a status arrived
 * @param condition as it says itself
 * @param processes that reported under its id
 * @param inventory null until one was worked in
 * @param disassociated whether it was told to leave
 */
public record Connector(
    ConnectorId id,
    EnvironmentName environment,
    @Nullable Registration registration,
    @Nullable Arrival newest,
    @Nullable Load load,
    Condition condition,
    Processes processes,
    @Nullable Inventory inventory,
    boolean disassociated) {

  /** A connector reports every 30 s; ten reports may be lost before it counts as unhealthy. */
  public static final Duration HEALTHY_WITHIN = Duration.ofMinutes(5);

  /**
   * So far a connector's clock may be off before anybody is told. AWS refuses most requests that
   * were signed by a clock that is further off, which the SDK repairs unseen.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html">Signature
   *     Version 4, time stamps</a>
   */
  public static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  /** Of several connectors' {@link #troubles} so many are told in one message. */
  private static final int TROUBLES_TOLD = 3;

  /**
   * What a connector says of itself when it starts.
   *
   * @param sourceType for example {@code folder}
   * @param capabilities values of SMS's ConnectorCapability
   * @param associatedOn when it first registered
   */
  public record Registration(
      String version,
      String sourceType,
      @Nullable String ipAddress,
      @Nullable String macAddress,
      List<String> capabilities,
      Instant associatedOn) {

    /** Keeps its own list. */
    public Registration {
      capabilities = List.copyOf(capabilities);
    }
  }

  /**
   * When a report came.
   *
   * @param time when S3 took it
   * @param clockSkew by how much the time that the report gives itself is ahead of that; negative:
   *     behind, or the report was long on its way
   */
  public record Arrival(Instant time, Duration clockSkew) {
    /** A report's arrival; in whole seconds, as S3 tells when it took an object. */
    public static Arrival of(ReportOrigin origin, Instant arrived) {
      return new Arrival(
          arrived, Duration.ofSeconds(Duration.between(arrived, origin.time()).toSeconds()));
    }

    /** Whether the connector's clock is further off than {@link #CLOCK_TOLERANCE}. */
    public boolean isSkewed() {
      return clockSkew.abs().compareTo(CLOCK_TOLERANCE) > 0;
    }
  }

  /** The tasks that a connector works at, and those that wait for a slot. */
  public record Load(int slots, int activeTasks, int queuedTasks) {
    /** How often all of its slots have something to do. */
    int rounds() {
      return (activeTasks + queuedTasks) / Math.max(1, slots);
    }
  }

  /**
   * What a connector said last of itself.
   *
   * @param abandoned reads and puts that hang there and were given up
   * @param trouble why it takes no new tasks; null when it does
   * @param hasLeft whether it said farewell
   */
  public record Condition(int abandoned, @Nullable String trouble, boolean hasLeft) {
    /** All is well. */
    public static final Condition GOOD = new Condition(0, null, false);
  }

  /**
   * Which processes reported under one id, as far as they said.
   *
   * @param newest the one that reported last; null: none said
   * @param before the one before that; null: there was none
   * @param interleavedAt when one reported again after another had; null: never
   */
  public record Processes(
      @Nullable String newest, @Nullable String before, @Nullable Instant interleavedAt) {
    /** Nobody said. */
    public static final Processes NONE = new Processes(null, null, null);

    /**
     * After one has reported. A process that ended never reports again: one that comes back after
     * another had its turn runs beside it.
     */
    public Processes after(@Nullable String instance, Instant arrived) {
      if (instance == null || instance.equals(newest)) {
        return this;
      }
      return new Processes(instance, newest, instance.equals(before) ? arrived : interleavedAt);
    }

    /** Whether two ran beside each other not long ago. */
    boolean areTwo(Instant now) {
      return interleavedAt != null && interleavedAt.plus(HEALTHY_WITHIN).isAfter(now);
    }
  }

  /**
   * The newest inventory that was worked in, all of it.
   *
   * @param arrived when S3 took it
   */
  public record Inventory(Instant arrived, long sequence, Problems problems) {
    /** Whether that report is this inventory, or came before it. */
    public boolean isAtLeast(ReportOrigin origin, Instant at) {
      int order = arrived.compareTo(at);
      return order > 0 || (order == 0 && sequence >= origin.sequence());
    }
  }

  /**
   * What an inventory could not take into the catalog.
   *
   * @param sentences the first so many, cut to what an item and an answer of the API can hold
   * @param count of all
   */
  public record Problems(List<String> sentences, int count) {
    /** With {@link #MAX_SENTENCE_CHARS} 18 KB of UTF-8 at most; an item has 400 KB. */
    public static final int MAX_SENTENCES = 20;

    /** The longest sentence of ours, with a file's name in it, is half as long. */
    public static final int MAX_SENTENCE_CHARS = 300;

    /** Keeps its own list. */
    public Problems {
      sentences = List.copyOf(sentences);
    }

    /** Of them all. */
    public static Problems of(List<String> all) {
      return new Problems(
          all.stream()
              .limit(MAX_SENTENCES)
              .map(sentence -> Shortened.shown(Ec2Text.printable(sentence), MAX_SENTENCE_CHARS))
              .toList(),
          all.size());
    }
  }

  /** When it was last heard of; null: never. */
  public @Nullable Instant lastSeen() {
    return newest == null ? null : newest.time();
  }

  /** What it could not take into the catalog. */
  public Problems problems() {
    return inventory == null ? Problems.of(List.of()) : inventory.problems();
  }

  /** Whether tasks may be given to it. */
  public boolean isHealthy(Instant now) {
    return !disassociated
        && registration != null
        && condition.trouble() == null
        && !condition.hasLeft()
        && isHeardOf(now);
  }

  /** Whether it should be at work and is not: it is silent, or takes no tasks. */
  public boolean isMissing(Instant now) {
    return !disassociated && registration != null && !condition.hasLeft() && !isHealthy(now);
  }

  /** How much it has to do already: 0 when a slot is free, 1 when each has something to do, … */
  public int rounds() {
    return load == null ? 0 : load.rounds();
  }

  /**
   * For whom a run waits that was given to it, and since when; null when it is well.
   *
   * @return a sentence for people
   */
  public @Nullable String waitingFor(Instant now) {
    return isHealthy(now) ? null : new ConnectorTroubles(this).waiting();
  }

  boolean isHeardOf(Instant now) {
    return newest != null && newest.time().plus(HEALTHY_WITHIN).isAfter(now);
  }

  /** By how much its clock is ahead of ours, where that is more than nothing worth telling. */
  public Duration clockAhead() {
    return newest == null || !newest.isSkewed() || newest.clockSkew().isNegative()
        ? Duration.ZERO
        : newest.clockSkew();
  }

  /** Why a task may wait at it, or fail: a sentence each, for people; empty where all is well. */
  public List<String> troubles(Instant now) {
    return new ConnectorTroubles(this).at(now);
  }

  /** The first {@link #troubles} of several that are associated, as many as a message can hold. */
  public static List<String> troublesOf(Collection<Connector> connectors, Instant now) {
    return connectors.stream()
        .filter(connector -> !connector.disassociated())
        .flatMap(connector -> connector.troubles(now).stream())
        .limit(TROUBLES_TOLD)
        .toList();
  }

  /** The sentence on its clock alone; empty where that is right. */
  public List<String> clockTroubles() {
    return new ConnectorTroubles(this).ofItsClock();
  }
}
