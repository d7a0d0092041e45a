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
  private final ObjectsBelow below;

  AppObjectKind(State state, ObjectStore objects, Prices prices) {
    this.state = state;
    this.below = new ObjectsBelow("application-object", AppObjects.PREFIX, PART, objects, prices);
  }

  @Override
  public String word() {
    return below.word();
  }

  @Override
  public Part look(@Nullable String from) {
    return below.look(from, this::leftovers);
  }

  @Override
  public Optional<Leftover> find(String name) {
    return below.find(name, this::leftovers);
  }

  @Override
  public boolean remove(Leftover leftover) {
    below.remove(leftover);
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
    return Optional.of(below.left(object, reason, removal));
  }
}
