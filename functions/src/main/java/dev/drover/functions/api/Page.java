package dev.drover.functions.api;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param nextToken null at the end
 */
public record Page<T>(List<T> items, @Nullable String nextToken) {
  /** The page size where the caller says none. */
  static final int DEFAULT_SIZE = 50;

  /** Jobs with ten runs each are 4 KB; Lambda answers with 6 MB at most. */
  static final int MAX_SIZE = 500;

  public Page {
    items = List.copyOf(items);
  }

  /**
   * The first items of the rest of a list.
   *
   * @param rest what comes after the token that the caller sent
   * @param maxResults as the caller said it; a page may be smaller
   */
  public static <T> Page<T> of(
      Stream<T> rest, @Nullable Integer maxResults, PageToken token, Function<T, String> key) {
    return of(rest, maxResults, MAX_SIZE, token, key);
  }

  /**
   * The same of larger items.
   *
   * @param most so many of them go into an answer
   */
  public static <T> Page<T> of(
      Stream<T> rest,
      @Nullable Integer maxResults,
      int most,
      PageToken token,
      Function<T, String> key) {
    int size = Math.min(size(maxResults), most);
    List<T> found = rest.limit(size + 1L).toList();
    if (found.size() <= size) {
      return new Page<>(found, null);
    }
    List<T> items = found.subList(0, size);
    return new Page<>(items, token.after(key.apply(items.getLast())));
  }

  private static int size(@Nullable Integer maxResults) {
    if (maxResults == null) {
      return DEFAULT_SIZE;
    }
    if (maxResults < 1) {
      throw ApiError.INVALID_PARAMETER.because("maxResults is " + maxResults + ", at least 1.");
    }
    return maxResults;
  }
}
