package dev.drover.local.simulation.kernel;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The ends of maps by key, of which a page is taken. */
public final class Ascending {
  private Ascending() {}

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
