package dev.drover.local.simulator.ec2;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The {@code Filter.N} parameters: a resource passes when it passes each filter, and a filter when
 * any of its values matches; {@code *} and {@code ?} are wildcards.
 */
final class Filters {
  private static final String TAG = "tag:";
  private static final String TAG_KEY = "tag-key";

  private final List<Filter> filters;

  private record Filter(String name, List<Pattern> values) {
    private boolean matches(Collection<String> actual) {
      return actual.stream()
          .anyMatch(text -> values.stream().anyMatch(value -> value.matcher(text).matches()));
    }
  }

  private Filters(List<Filter> filters) {
    this.filters = filters;
  }

  static Filters of(QueryParameters parameters) {
    return new Filters(
        parameters.elements("Filter").stream()
            .map(
                filter ->
                    new Filter(
                        filter.required("Name"),
                        filter.texts("Value").stream().map(Filters::glob).toList()))
            .toList());
  }

  /** Whether every value of the named filter, which must be there, satisfies the condition. */
  boolean allValuesMatch(String name, Set<String> allowed) {
    List<Filter> named = filters.stream().filter(filter -> filter.name().equals(name)).toList();
    return !named.isEmpty()
        && named.stream()
            .flatMap(filter -> filter.values().stream())
            .allMatch(value -> allowed.stream().anyMatch(text -> value.matcher(text).matches()));
  }

  /**
   * @param values the values of a resource by the name of the filter; throws {@link #unknown} for a
   *     filter that its kind does not have
   */
  boolean accept(Function<String, Collection<String>> values, Map<String, String> tags) {
    return filters.stream().allMatch(filter -> filter.matches(actual(filter, values, tags)));
  }

  private static Collection<String> actual(
      Filter filter, Function<String, Collection<String>> values, Map<String, String> tags) {
    String name = filter.name();
    if (name.startsWith(TAG)) {
      String value = tags.get(name.substring(TAG.length()));
      return value == null ? List.of() : List.of(value);
    }
    return name.equals(TAG_KEY) ? tags.keySet() : values.apply(name);
  }

  /** The only value that a resource has under the name of a filter. */
  static Collection<String> only(Object value) {
    return List.of(value.toString());
  }

  static Ec2Refusal unknown(String filter) {
    return Ec2Refusal.invalidValue("The filter '" + filter + "' is invalid");
  }

  private static Pattern glob(String value) {
    String regex =
        value
            .chars()
            .mapToObj(
                character ->
                    switch (character) {
                      case '*' -> ".*";
                      case '?' -> ".";
                      default -> Pattern.quote(Character.toString(character));
                    })
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL);
  }
}
