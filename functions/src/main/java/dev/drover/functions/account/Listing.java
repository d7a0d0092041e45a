package dev.drover.functions.account;

import java.util.List;
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
}
