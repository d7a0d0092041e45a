package dev.drover.local.simulation.aws;

import dev.drover.local.simulation.fault.EventFaults;
import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The bucket: objects, events for what is created under a prefix, and lifecycle rules. An event may
 * come late, twice or never.
 */
public final class Bucket {
  private static final String STAGING = "staging/";

  private final Simulation simulation;
  private final EventFaults faults;
  private final NavigableMap<String, Stored> objects = new TreeMap<>();
  private final Map<String, Consumer<String>> listeners = new LinkedHashMap<>();
  private final Map<String, Duration> lifetimes = new LinkedHashMap<>();
  private final Instant made;
  private Instant lastChange;
  private double byteSeconds;
  private long bytes;
  private long puts;
  private long segmentPuts;

  /** How often a key got the content again that it had. */
  private final Map<String, Integer> repeated = new LinkedHashMap<>();

  /** What each key was put with by somebody who heard of it, and when. */
  private final Map<String, Known> known = new HashMap<>();

  private final List<SentAgain> sentAgain = new ArrayList<>();

  Bucket(Simulation simulation, EventFaults faults) {
    this.simulation = simulation;
    this.faults = faults;
    this.made = simulation.instant();
    this.lastChange = made;
  }

  /** An object; nobody changes its body. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Stored(byte[] body, String eTag, Instant lastModified) {}

  private record Known(String eTag, Instant since) {}

  /**
   * An object was put once more as it was, although its putter had heard that it was there.
   *
   * @param known since when
   * @param again when it was put once more
   */
  public record SentAgain(String key, Instant known, Instant again) {}

  /** Tells of every object that is created under a prefix. */
  void notify(String prefix, Consumer<String> listener) {
    listeners.put(prefix, listener);
  }

  /** Removes what is older than that under a prefix, once a day. */
  void expire(String prefix, Duration lifetime) {
    if (lifetimes.isEmpty()) {
      simulation.after(Duration.ofDays(1), this::expireAll);
    }
    lifetimes.put(prefix, lifetime);
  }

  private void expireAll() {
    lifetimes.forEach(
        (prefix, lifetime) -> {
          Instant oldest = simulation.instant().minus(lifetime);
          for (Map.Entry<String, Stored> entry : List.copyOf(under(prefix).entrySet())) {
            if (entry.getValue().lastModified().isBefore(oldest)) {
              delete(entry.getKey());
            }
          }
        });
    simulation.after(Duration.ofDays(1), this::expireAll);
  }

  Stored put(String key, byte[] body, String eTag) {
    Stored stored = new Stored(body, eTag, simulation.instant());
    Stored before = objects.put(key, stored);
    if (before != null && before.eTag().equals(eTag)) {
      repeated.merge(key, 1, Integer::sum);
      Known heard = known.get(key);
      if (heard != null && heard.eTag().equals(eTag)) {
        sentAgain.add(new SentAgain(key, heard.since(), simulation.instant()));
      }
    }
    keepBytes();
    bytes += body.length - (before == null ? 0 : before.body().length);
    puts++;
    if (key.startsWith(STAGING)) {
      segmentPuts++;
    }
    listeners.forEach(
        (prefix, listener) -> {
          if (key.startsWith(prefix)) {
            for (Duration delay : faults.eventDelays()) {
              simulation.after(delay, () -> listener.accept(key));
            }
          }
        });
    return stored;
  }

  /** Whoever put it has heard that it is there. */
  void acknowledged(String key, String eTag) {
    if (key.startsWith(STAGING)) {
      known.putIfAbsent(key, new Known(eTag, simulation.instant()));
    }
  }

  /** What was sent again since this was asked for last. */
  public List<SentAgain> takeSentAgain() {
    List<SentAgain> taken = List.copyOf(sentAgain);
    sentAgain.clear();
    return taken;
  }

  /** Empty when there is none. */
  Optional<Stored> get(String key) {
    return Optional.ofNullable(objects.get(key));
  }

  void delete(String key) {
    Stored gone = objects.remove(key);
    known.remove(key);
    if (gone != null) {
      keepBytes();
      bytes -= gone.body().length;
    }
  }

  /** What lies under a prefix, ascending by key. */
  public NavigableMap<String, Stored> under(String prefix) {
    return objects.subMap(prefix, true, prefix + Character.MAX_VALUE, false);
  }

  /** How often objects under a prefix were put again as they were. */
  public int repeatedUnder(String prefix) {
    return repeated.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** How many segments were ever put. */
  public long segmentPuts() {
    return segmentPuts;
  }

  /** How many bytes it held on average since it was made. */
  public double averageBytes() {
    keepBytes();
    double seconds = Duration.between(made, simulation.instant()).toMillis() / 1e3;
    return seconds == 0 ? bytes : byteSeconds / seconds;
  }

  private void keepBytes() {
    byteSeconds += bytes * (Duration.between(lastChange, simulation.instant()).toMillis() / 1e3);
    lastChange = simulation.instant();
  }

  /** How many objects were ever put. */
  public long puts() {
    return puts;
  }
}
