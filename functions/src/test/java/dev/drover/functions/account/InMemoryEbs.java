package dev.drover.functions.account;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * EBS in memory, as strict as the real one about digests, states, counts and checksums. Of blocks
 * it keeps the digests; it checks that the data have them.
 */
public final class InMemoryEbs implements RunSnapshots, SnapshotBlocks, Snapshots, EncryptionKeys {
  /** The account's default key, as long as it has no other. */
  public static final String DEFAULT_KEY = "arn:aws:kms:us-east-1:000000000000:key/default";

  private static final int PART = 5;

  private final Map<SnapshotId, Kept> snapshots = new LinkedHashMap<>();
  private final Queue<RuntimeException> putFailures = new ArrayDeque<>();
  private final Queue<RuntimeException> deleteFailures = new ArrayDeque<>();
  private final Map<String, Set<SnapshotId>> used = new HashMap<>();
  private final Map<SnapshotId, Wish> wishes = new LinkedHashMap<>();
  private final List<SnapshotId> deleted = new ArrayList<>();
  private final InstantSource clock;
  private final Set<SnapshotId> unknownToEbs = new HashSet<>();
  private @Nullable Supplier<Outcome> startsInstead;
  private final Map<String, String> keysByName = new HashMap<>();
  private final Map<String, String> objections = new HashMap<>();
  private boolean encryptionByDefault;
  private int room = Integer.MAX_VALUE;
  private int started;
  private int puts;

  private static final class Kept {
    final TreeMap<Integer, Digest> blocks = new TreeMap<>();
    final TreeMap<Integer, Digest> written = new TreeMap<>();
    final Map<String, String> tags = new HashMap<>();
    Status status = Status.PENDING;
    final Instant startTime;
    @Nullable String keyArn;
    int volumeGib;

    Kept(Instant startTime) {
      this.startTime = startTime;
    }
  }

  /** Empty, in that time. */
  public InMemoryEbs(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Outcome start(Wish wish) {
    if (startsInstead != null) {
      return startsInstead.get();
    }
    for (Map.Entry<SnapshotId, Wish> known : wishes.entrySet()) {
      if (known.getValue().clientToken().equals(wish.clientToken())) {
        return known.getValue().equals(wish)
            ? new Outcome.Started(known.getKey())
            : new Outcome.EpochUsed();
      }
    }
    if (snapshots.size() >= room) {
      return new Outcome.NoRoom(room + " snapshots are pending.");
    }
    String objection = objection(wish);
    if (!objection.isEmpty()) {
      return new Outcome.Refused(objection, objection);
    }
    SnapshotId parent = wish.base();
    String wanted = ofNewSnapshot(wish.encrypted(), wish.kmsKeyId()).orElse(null);
    String keyArn = parent == null ? wanted : kept(parent).keyArn;
    if (!Objects.equals(wanted, keyArn)) {
      String refusal = "It would be encrypted with " + keyArn + ", wanted was " + wanted + ".";
      return new Outcome.Refused(refusal, refusal);
    }
    SnapshotId id =
        start(
            parent,
            Map.of(
                TAG_JOB, wish.run().jobId().value(),
                TAG_RUN, wish.run().runId().value(),
                TAG_DISK_NAME, Ec2Text.tagValue(wish.diskName()),
                TAG_ATTEMPT, Integer.toString(wish.run().attempt())));
    if (wish.zerosLeftOut() && keyArn != null) {
      discard(id);
      String refusal =
          "Zero blocks are left out, but it would be encrypted: start a run on demand.";
      return new Outcome.Refused(refusal, refusal);
    }
    kept(id).keyArn = keyArn;
    kept(id).volumeGib = wish.geometry().volumeGib();
    wishes.put(id, wish);
    return new Outcome.Started(id);
  }

  /** Empty when EBS starts it. */
  private String objection(Wish wish) {
    SnapshotId base = wish.base();
    if (base == null) {
      return "";
    }
    Kept parent = snapshots.get(base);
    if (parent == null || parent.status != Status.COMPLETED) {
      return "parent " + base + " is not there, or not completed";
    }
    if (parent.volumeGib > wish.geometry().volumeGib()) {
      return "parent " + base + " is larger";
    }
    return encryptionByDefault && parent.keyArn == null
        ? "parent " + base + " is not encrypted"
        : "";
  }

  @Override
  public void discard(SnapshotId snapshotId) {
    delete(snapshotId);
  }

  /** What every start gives from now on; null: a snapshot, as usual. */
  public void answerStarts(@Nullable Supplier<Outcome> outcome) {
    startsInstead = outcome;
  }

  /** From now on there can be so many snapshots. */
  public synchronized void roomFor(int count) {
    room = count;
  }

  /** The wishes for which a snapshot was ever started. */
  public synchronized Map<SnapshotId, Wish> wishes() {
    return Map.copyOf(wishes);
  }

  /** A completed snapshot from before, of a GiB. */
  public synchronized void add(SnapshotId id) {
    Kept kept = new Kept(clock.instant());
    kept.status = Status.COMPLETED;
    kept.volumeGib = 1;
    snapshots.put(id, kept);
  }

  /** A completed copy of a snapshot, as VM Import makes one; it has no tags. */
  synchronized SnapshotId copy(SnapshotId id) {
    Kept original = kept(id);
    SnapshotId copy = start(id, Map.of());
    Kept kept = kept(copy);
    kept.status = Status.COMPLETED;
    kept.volumeGib = original.volumeGib;
    kept.keyArn = original.keyArn;
    return copy;
  }

  /** A snapshot that somebody starts. */
  public synchronized SnapshotId start(@Nullable SnapshotId parent, Map<String, String> tags) {
    started++;
    SnapshotId id = new SnapshotId(String.format(Locale.ROOT, "snap-%017x", started));
    Kept kept = new Kept(clock.instant());
    kept.tags.putAll(tags);
    if (parent != null) {
      kept.blocks.putAll(kept(parent).blocks);
    }
    kept.keyArn = ofNewSnapshot(false, null).orElse(null);
    snapshots.put(id, kept);
    return id;
  }

  @Override
  public synchronized void put(SnapshotId snapshotId, int block, Digest digest, byte[] data) {
    RuntimeException failure = putFailures.poll();
    if (failure != null) {
      throw failure;
    }
    Kept kept = writable(snapshotId);
    if (data.length != DiskGeometry.BLOCK_BYTES || !Digest.of(data).equals(digest)) {
      throw new RefusedException("ValidationException", "block " + block + " has not its digest");
    }
    puts++;
    kept.blocks.put(block, digest);
    kept.written.put(block, digest);
  }

  @Override
  public synchronized void complete(SnapshotId snapshotId, long blocksWritten, Digest linear) {
    Kept kept = writable(snapshotId);
    DigestChain chain = new DigestChain();
    kept.written.values().forEach(chain::add);
    if (kept.written.size() != blocksWritten || !chain.finish().equals(linear)) {
      // AWS does not say what becomes of the snapshot; as our simulator, the worse of the two.
      kept.status = Status.FAILED;
      throw new RefusedException(
          "ValidationException", "count or checksum of " + snapshotId + " is wrong");
    }
    kept.status = Status.COMPLETED;
  }

  @Override
  public synchronized List<Description> find(Collection<SnapshotId> ids) {
    return snapshots.entrySet().stream()
        .filter(entry -> ids.contains(entry.getKey()))
        .map(entry -> described(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public synchronized List<SnapshotId> ofRun(RunId runId) {
    return snapshots.entrySet().stream()
        .filter(entry -> runId.value().equals(entry.getValue().tags.get(TAG_RUN)))
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public synchronized Listing<Description> tagged(@Nullable String next) {
    return part(
        snapshots.entrySet().stream()
            .map(entry -> described(entry.getKey(), entry.getValue()))
            .filter(snapshot -> snapshot.tags().containsKey(TAG_RUN))
            .toList(),
        next);
  }

  /** As many as EC2 may give at least; what follows is named by its number. */
  static <T> Listing<T> part(List<T> all, @Nullable String next) {
    if (next != null && !next.matches("[0-9]+")) {
      throw new RefusedException("InvalidNextToken", "The specified NextToken is invalid");
    }
    int from = next == null ? 0 : Math.min(Integer.parseInt(next), all.size());
    int to = Math.min(from + PART, all.size());
    return new Listing<>(all.subList(from, to), to < all.size() ? Integer.toString(to) : null);
  }

  Instant now() {
    return clock.instant();
  }

  @Override
  public synchronized Deletion delete(SnapshotId id) {
    RuntimeException failure = deleteFailures.poll();
    if (failure != null) {
      throw failure;
    }
    if (used.values().stream().anyMatch(by -> by.contains(id))) {
      return Deletion.IN_USE;
    }
    Kept kept = snapshots.get(id);
    if (kept != null && kept.tags.isEmpty()) {
      throw new RefusedException("UnauthorizedOperation", "You may not delete " + id);
    }
    if (snapshots.remove(id) != null) {
      deleted.add(id);
    }
    return Deletion.GONE;
  }

  @Override
  public synchronized void tag(Collection<SnapshotId> ids, Map<String, String> tags) {
    ids.forEach(id -> kept(id).tags.putAll(tags));
  }

  @Override
  public Optional<String> ofNewSnapshot(boolean encrypted, @Nullable String kmsKeyId) {
    String name = kmsKeyId == null ? "" : kmsKeyId;
    return encrypted || encryptionByDefault
        ? Optional.of(keysByName.getOrDefault(name, kmsKeyId == null ? DEFAULT_KEY : kmsKeyId))
        : Optional.empty();
  }

  @Override
  public Optional<String> objection(@Nullable String kmsKeyId) {
    return Optional.ofNullable(objections.get(kmsKeyId == null ? "" : kmsKeyId));
  }

  /** From now on nothing can be encrypted with the key of that name; "": the account's default. */
  public void object(String kmsKeyId, String objection) {
    objections.put(kmsKeyId, objection);
  }

  /** From now on the name, for example an alias, stands for that key. */
  public void nameKey(String name, String keyArn) {
    keysByName.put(name, keyArn);
  }

  /** From now on the account's default key is that one. */
  public void encryptByDefaultWith(String keyArn) {
    keysByName.put("", keyArn);
  }

  /** From now on. */
  public void encryptByDefault() {
    encryptByDefault(true);
  }

  /** From now on, or not any more. */
  public void encryptByDefault(boolean encrypted) {
    encryptionByDefault = encrypted;
  }

  /** The next put fails so. */
  public void failNextPut(RuntimeException failure) {
    putFailures.add(failure);
  }

  /** The next deletion fails so. */
  public void failNextDeletion(RuntimeException failure) {
    deleteFailures.add(failure);
  }

  /** How many blocks were put. */
  public int puts() {
    return puts;
  }

  /** The digests of all blocks that a volume of the snapshot would have. */
  public synchronized Map<Integer, Digest> blocks(SnapshotId id) {
    return Map.copyOf(kept(id).blocks);
  }

  /** Sets a status, as EBS would after trouble of its own. */
  public void become(SnapshotId id, Status status) {
    kept(id).status = status;
  }

  /** Somebody takes a snapshot's tags away: it is not ours to delete any more. */
  public synchronized void untag(SnapshotId id) {
    kept(id).tags.clear();
  }

  /** An image of somebody uses a snapshot. */
  public void use(SnapshotId id) {
    used.put("ami-of-somebody", Set.of(id));
  }

  /** An image is made of completed snapshots, or is refused. */
  synchronized void use(String amiId, List<SnapshotId> ids) {
    for (SnapshotId id : ids) {
      if (kept(id).status != Status.COMPLETED) {
        throw new RefusedException("IncorrectState", "snapshot " + id + " is not completed");
      }
    }
    used.put(amiId, Set.copyOf(ids));
  }

  synchronized void release(String amiId) {
    used.remove(amiId);
  }

  /** Whether the direct APIs know a snapshot, though EC2 shows it. */
  public void know(SnapshotId id, boolean known) {
    if (known) {
      unknownToEbs.remove(id);
    } else {
      unknownToEbs.add(id);
    }
  }

  /** What was deleted, in that order. */
  public synchronized List<SnapshotId> deleted() {
    return List.copyOf(deleted);
  }

  /** All snapshots that exist. */
  public Set<SnapshotId> existing() {
    return Set.copyOf(snapshots.keySet());
  }

  private Kept kept(SnapshotId id) {
    Kept kept = snapshots.get(id);
    if (kept == null) {
      throw new RefusedException("InvalidSnapshot.NotFound", "there is no snapshot " + id);
    }
    return kept;
  }

  private Kept writable(SnapshotId id) {
    return Optional.ofNullable(snapshots.get(id))
        .filter(kept -> kept.status == Status.PENDING && !unknownToEbs.contains(id))
        .orElseThrow(
            () -> new SnapshotNotWritableException(id, new IllegalStateException("not pending")));
  }

  private static Description described(SnapshotId id, Kept kept) {
    return new Description(
        id, kept.status, kept.startTime, kept.volumeGib, "", kept.keyArn, kept.tags);
  }
}
