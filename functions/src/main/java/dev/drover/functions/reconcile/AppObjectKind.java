package dev.drover.functions.reconcile;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.app.AppObjects;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.State;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Templates and change sets of applications. Wanted are those of applications that there are.
 *
 * <p>DeleteApp removes them before the application's item, so what is left was written by a call
 * that had read the item before that. No application gets an id that another one had, and each has
 * its item before its first object; so an object whose application is gone is nobody's for ever.
 */
final class AppObjectKind implements LeftoverKind {
  /** So many objects are of 28 applications at least: each has seven at most. */
  private static final int PART = 200;

  private final State state;
  private final ObjectStore objects;
  private final Prices prices;

  AppObjectKind(State state, ObjectStore objects, Prices prices) {
    this.state = state;
    this.objects = objects;
    this.prices = prices;
  }

  @Override
  public String word() {
    return "application-object";
  }

  @Override
  public Part look(@Nullable String from) {
    List<ObjectStore.Listed> listed =
        objects.listAfter(AppObjects.PREFIX, from == null ? "" : from, PART);
    return new Part(
        leftovers(listed), listed.size(), listed.size() < PART ? null : listed.getLast().key());
  }

  @Override
  public Optional<Leftover> find(String name) {
    String key = AppObjects.PREFIX + name;
    return leftovers(
            objects.listAfter(key, "", 1).stream()
                .filter(object -> object.key().equals(key))
                .toList())
        .stream()
        .findFirst();
  }

  @Override
  public boolean remove(Leftover leftover) {
    objects.delete(List.of(AppObjects.PREFIX + leftover.name()));
    return true;
  }

  private List<Leftover> leftovers(List<ObjectStore.Listed> listed) {
    Known known = new Known(state);
    return listed.stream().flatMap(object -> judge(object, known).stream()).toList();
  }

  private Optional<Leftover> judge(ObjectStore.Listed object, Known known) {
    Optional<AppId> id = AppObjects.app(object.key());
    if (id.isEmpty()) {
      return left(object, "its key is none of an application", Leftover.Removal.BY_HAND);
    }
    return switch (known.life(id.get())) {
      case EXISTS -> Optional.empty();
      case DELETED ->
          left(object, "application " + id.get() + " was deleted", Leftover.Removal.AUTOMATIC);
      case UNKNOWN ->
          left(object, "there is no application " + id.get(), Leftover.Removal.ON_REQUEST);
    };
  }

  private Optional<Leftover> left(
      ObjectStore.Listed object, String reason, Leftover.Removal removal) {
    return Optional.of(
        new Leftover(
            word(),
            object.key().substring(AppObjects.PREFIX.length()),
            reason,
            object.lastModified(),
            new Leftover.Size(object.sizeBytes(), Leftover.Bound.EXACT),
            prices.objects(object.sizeBytes()),
            removal));
  }
}
