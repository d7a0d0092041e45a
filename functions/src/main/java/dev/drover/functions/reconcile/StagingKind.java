package dev.drover.functions.reconcile;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What runs staged, one leftover a run. Wanted is that of a run that goes on or may be resumed.
 *
 * <p>Of each run one key is listed and the rest is jumped over: a run may have staged a million.
 */
final class StagingKind implements LeftoverKind {
  /** Runs that are looked at at once: to count what each has left takes a second or two. */
  private static final int RUNS = 5;

  /** As many as S3 lists at once. */
  private static final int COUNTED_AT_ONCE = 1_000;

  /** The size of what is more is not worth the time. */
  private static final int MAX_COUNTED = 10_000;

  /** {@code staging/<environment>/<job>/<run>/…}. */
  private static final int PARTS = 5;

  private static final int ENVIRONMENT = 1;
  private static final int JOB = 2;
  private static final int RUN = 3;

  private final State state;
  private final ObjectStore objects;
  private final StagedObjects staged;
  private final Prices prices;

  StagingKind(State state, ObjectStore objects, Prices prices) {
    this.state = state;
    this.objects = objects;
    this.staged = new StagedObjects(objects);
    this.prices = prices;
  }

  @Override
  public String word() {
    return "staging";
  }

  @Override
  public Part look(@Nullable String from) {
    Known known = new Known(state);
    List<Leftover> leftovers = new ArrayList<>();
    String after = from == null ? "" : from;
    for (int runs = 0; runs < RUNS; runs++) {
      List<ObjectStore.Listed> first = objects.listAfter(ObjectKeys.STAGING, after, 1);
      if (first.isEmpty()) {
        return new Part(leftovers, runs, null);
      }
      String key = first.getFirst().key();
      judge(name(key), known).ifPresent(leftovers::add);
      after = behind(key);
    }
    return new Part(leftovers, RUNS, after);
  }

  @Override
  public Optional<Leftover> find(String name) {
    boolean exists = !objects.listAfter(ObjectKeys.STAGING + name + "/", "", 1).isEmpty();
    return exists ? judge(name, new Known(state)) : Optional.empty();
  }

  @Override
  public boolean remove(Leftover leftover) {
    String[] parts = (ObjectKeys.STAGING + leftover.name()).split("/", -1);
    RunReference run = Known.reference(parts[JOB], parts[RUN]).orElseThrow();
    staged.purge(new EnvironmentName(parts[ENVIRONMENT]), run.jobId(), run.runId());
    return true;
  }

  /** {@code <environment>/<job>/<run>}, or the whole rest of a key that is none of ours. */
  private static String name(String key) {
    String[] parts = key.split("/", -1);
    return !isOfRun(key)
        ? key.substring(ObjectKeys.STAGING.length())
        : String.join("/", parts[ENVIRONMENT], parts[JOB], parts[RUN]);
  }

  /** Behind every key of that run: a zero follows the slash, and no key ends there. */
  private static String behind(String key) {
    String name = name(key);
    return isOfRun(key) ? ObjectKeys.STAGING + name + "0" : key;
  }

  private static boolean isOfRun(String key) {
    return key.split("/", -1).length >= PARTS;
  }

  private Optional<Leftover> judge(String name, Known known) {
    String[] parts = (ObjectKeys.STAGING + name).split("/", -1);
    Optional<RunReference> reference =
        parts.length == PARTS - 1 && isEnvironment(parts[ENVIRONMENT])
            ? Known.reference(parts[JOB], parts[RUN])
            : Optional.empty();
    if (reference.isEmpty()) {
      return left(name, "", "its key is none of a run", Leftover.Removal.BY_HAND);
    }
    Optional<Run> run = known.run(reference.get());
    if (run.isEmpty()) {
      String runId = reference.get().runId().value();
      return left(name, "/", "there is no run " + runId, Leftover.Removal.ON_REQUEST);
    }
    return run.get().isOver()
        ? left(name, "/", Known.end(run.get()), Leftover.Removal.AUTOMATIC)
        : Optional.empty();
  }

  private static boolean isEnvironment(String text) {
    try {
      return !new EnvironmentName(text).value().isEmpty();
    } catch (InvalidMessageException e) {
      return false;
    }
  }

  private Optional<Leftover> left(
      String name, String end, String reason, Leftover.Removal removal) {
    String prefix = ObjectKeys.STAGING + name + end;
    List<ObjectStore.Listed> counted = new ArrayList<>();
    String after = "";
    boolean more = true;
    while (more && counted.size() < MAX_COUNTED) {
      List<ObjectStore.Listed> next = objects.listAfter(prefix, after, COUNTED_AT_ONCE);
      counted.addAll(next);
      more = next.size() == COUNTED_AT_ONCE;
      after = more ? next.getLast().key() : after;
    }
    long bytes = counted.stream().mapToLong(ObjectStore.Listed::sizeBytes).sum();
    Instant oldest =
        counted.stream()
            .map(ObjectStore.Listed::lastModified)
            .min(Comparator.naturalOrder())
            .orElse(null);
    Leftover.Bound bound = more ? Leftover.Bound.AT_LEAST : Leftover.Bound.EXACT;
    return Optional.of(
        new Leftover(
            word(),
            name,
            reason,
            oldest,
            new Leftover.Size(bytes, bound),
            prices.objects(bytes),
            removal));
  }
}
