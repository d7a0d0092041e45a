package dev.drover.local.simulation.kernel;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The ends of maps by key, of which a page is taken. */
public final class Ascending {
  private Ascending() {}

  /**
   * A page of a listing.
   *
   * @param isLast whether nothing comes behind it
   */
  public record Page<T>(List<T> items, boolean isLast) {
    /** Copies the list. */
    public Page {
      items = List.copyOf(items);
    }

    /** Where the next page begins: behind the last item of this one; null: there is none. */
    public @Nullable String next(Function<T, String> key) {
      return isLast ? null : key.apply(items.getLast());
    }
  }

  /** The first so many. */
  public static <T> Page<T> page(Stream<T> all, int most) {
    List<T> found = all.limit(most + 1L).toList();
    return found.size() > most
        ? new Page<>(found.subList(0, most), false)
        : new Page<>(found, true);
  }

  /** The entries behind a key. */
  public static <V> Stream<Map.Entry<String, V>> after(NavigableMap<String, V> map, String key) {
    return entries(map.tailMap(key, false));
  }

  /**
   * The entries. A view of a tree counts all of its entries when its stream asks for their number,
   * which takes longer than the page; this one does not know it.
   */
  public static <V> Stream<Map.Entry<String, V>> entries(Map<String, V> map) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(map.entrySet().iterator(), Spliterator.ORDERED), false);
  }
}
