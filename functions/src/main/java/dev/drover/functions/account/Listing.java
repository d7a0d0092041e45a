package dev.drover.functions.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A part of a listing.
 *
 * @param next where the next part begins, in the service's own words, which it may forget within
 *     hours; null at the end
 */
public record Listing<T>(List<T> items, @Nullable String next) {
  /** Copies the list. */
  public Listing {
    items = List.copyOf(items);
  }

  /**
   * All items, in as many parts as it takes.
   *
   * @param parts gives the part that begins there; null: the first
   */
  public static <T> List<T> all(Function<@Nullable String, Listing<T>> parts) {
    List<T> all = new ArrayList<>();
    String from = null;
    do {
      Listing<T> part = parts.apply(from);
      all.addAll(part.items());
      from = part.next();
    } while (from != null);
    return List.copyOf(all);
  }

  /**
   * The first item that is wanted, in as many parts as it takes.
   *
   * @param parts gives the part that begins there; null: the first
   */
  public static <T> Optional<T> find(
      Function<@Nullable String, Listing<T>> parts, Predicate<T> wanted) {
    String from = null;
    do {
      Listing<T> part = parts.apply(from);
      Optional<T> found = part.items().stream().filter(wanted).findFirst();
      if (found.isPresent()) {
        return found;
      }
      from = part.next();
    } while (from != null);
    return Optional.empty();
  }
}
