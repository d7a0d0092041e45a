package dev.drover.local.torture.oracle;

import dev.drover.local.torture.fault.Fault;
import dev.drover.local.torture.fault.FaultKind;
import dev.drover.local.torture.site.Customer;
import dev.drover.local.torture.site.RunEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;

/** Which faults there were, whom they met, and how long it took until those had recovered. */
public final class FaultLog {
  /** What a fault did may come to light so much later: a retry, a lease, a message's timeout. */
  private static final Duration AFTERMATH = Duration.ofMinutes(6);

  private final List<Entry> entries = new ArrayList<>();

  /** One fault, from its beginning on. */
  public static final class Entry {
    private final FaultKind kind;
    private final Fault fault;
    private final boolean alone;
    private final Instant begun = Instant.now();
    private final Map<String, Duration> recovered = new TreeMap<>();
    private final Map<String, Instant> hit = new TreeMap<>();
    private @Nullable Instant healed;

    private Entry(FaultKind kind, Fault fault, boolean alone) {
      this.kind = kind;
      this.fault = fault;
      this.alone = alone;
    }

    private boolean awaits(String guest) {
      return healed != null && hit.containsKey(guest) && !recovered.containsKey(guest);
    }

    public FaultKind kind() {
      return kind;
    }

    public int strikes() {
      return fault.strikes();
    }

    /** Whether no other was laid down with it. */
    public boolean alone() {
      return alone;
    }

    /** The longest that a job whose run it met took after it until a run completed. */
    public Optional<Duration> recovery() {
      return hit.isEmpty() || !recovered.keySet().containsAll(hit.keySet())
          ? Optional.empty()
          : recovered.values().stream().max(Duration::compareTo);
    }

    /** How many jobs' runs it met. */
    public int met() {
      return hit.size();
    }
  }

  public synchronized Entry begun(FaultKind kind, Fault fault, boolean alone) {
    Entry entry = new Entry(kind, fault, alone);
    entries.add(entry);
    return entry;
  }

  /**
   * Those that have a run in work now are met by it, but for whom recovers from an earlier one: how
   * long that takes is that one's.
   */
  public synchronized void meets(Entry entry, Collection<Customer> customers) {
    for (Customer customer : customers) {
      String guest = customer.guest().name();
      if (customer.inWork().isPresent()
          && entries.stream().noneMatch(other -> other.awaits(guest))) {
        entry.hit.putIfAbsent(guest, Instant.now());
      }
    }
  }

  public synchronized void healed(Entry entry) {
    entry.healed = Instant.now();
  }

  /**
   * A run has ended.
   *
   * @return those from which its job has recovered by that
   */
  public synchronized List<Entry> ended(RunEnd run) {
    List<Entry> over = new ArrayList<>();
    if (run.state() == ReplicationRunState.COMPLETED) {
      for (Entry entry : entries) {
        String guest = run.guest().name();
        if (entry.hit.containsKey(guest)
            && entry.healed != null
            && !entry.recovered.containsKey(guest)) {
          entry.recovered.put(guest, Duration.between(entry.healed, run.ended()));
          over.add(entry);
        }
      }
    }
    return over;
  }

  /** Those that may have to do with something that went on between two times. */
  public synchronized List<FaultKind> during(Instant from, Instant to) {
    return entries.stream()
        .filter(entry -> entry.begun.isBefore(to))
        .filter(
            entry -> {
              Instant end = entry.healed;
              return end == null || end.plus(AFTERMATH).isAfter(from);
            })
        .map(Entry::kind)
        .distinct()
        .toList();
  }

  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }
}
