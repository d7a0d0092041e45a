package dev.drover.functions.reconcile;

import dev.drover.functions.account.ObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The objects below a prefix of the bucket, of which each is a leftover by itself or none.
 *
 * @param word the kind's
 * @param part how many are looked at, at once
 */
record ObjectsBelow(String word, String prefix, int part, ObjectStore objects, Prices prices) {
  /**
   * The next objects.
   *
   * @param from as {@link LeftoverKind#look} has it: the key of the last one before
   * @param judge which of them are leftovers
   */
  LeftoverKind.Part look(
      @Nullable String from, Function<List<ObjectStore.Listed>, List<Leftover>> judge) {
    List<ObjectStore.Listed> listed = objects.listAfter(prefix, from == null ? "" : from, part);
    return new LeftoverKind.Part(
        judge.apply(listed), listed.size(), listed.size() < part ? null : listed.getLast().key());
  }

  /** The object of that leftover's name, if it is one. */
  Optional<Leftover> find(String name, Function<List<ObjectStore.Listed>, List<Leftover>> judge) {
    String key = prefix + name;
    List<ObjectStore.Listed> listed =
        objects.listAfter(key, "", 1).stream().filter(object -> object.key().equals(key)).toList();
    return judge.apply(listed).stream().findFirst();
  }

  void remove(Leftover leftover) {
    objects.delete(List.of(prefix + leftover.name()));
  }

  /** An object that is one. */
  Leftover left(ObjectStore.Listed object, String reason, Leftover.Removal removal) {
    return new Leftover(
        word,
        object.key().substring(prefix.length()),
        reason,
        object.lastModified(),
        new Leftover.Size(object.sizeBytes(), Leftover.Bound.EXACT),
        prices.objects(object.sizeBytes()),
        removal);
  }
}
