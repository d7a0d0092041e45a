package dev.drover.local.simulation.ebs;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.model.Filter;

/**
 * The filters of a listing: a resource passes when it passes each of them, and a filter when any of
 * its values matches; {@code *} and {@code ?} are wildcards.
 */
final class Ec2Filters {
  private static final String TAG = "tag:";
  private static final int MAX_VALUES = 200;

  private final List<Filter> filters;

  Ec2Filters(List<Filter> filters) {
    for (Filter filter : filters) {
      if (filter.values().size() > MAX_VALUES) {
        throw Ec2Refusal.of(
            "FilterLimitExceeded", "The maximum number of filter values is " + MAX_VALUES);
      }
    }
    this.filters = filters;
  }

  /** The values of a filter that are no patterns; empty when there is no such filter. */
  Optional<List<String>> exactly(String name) {
    return filters.stream()
        .filter(filter -> filter.name().equals(name))
        .map(Filter::values)
        .filter(values -> values.stream().noneMatch(Ec2Filters::isPattern))
        .findFirst();
  }

  /** The first filter for a tag that has no patterns, without {@code tag:}. */
  Optional<Map.Entry<String, List<String>>> exactTag() {
    return filters.stream()
        .filter(filter -> filter.name().startsWith(TAG))
        .filter(filter -> filter.values().stream().noneMatch(Ec2Filters::isPattern))
        .findFirst()
        .map(filter -> Map.entry(filter.name().substring(TAG.length()), filter.values()));
  }

  /**
   * Whether a resource passes.
   *
   * @param attributes its values by the name of a filter; throws {@link #unknown} for others
   */
  boolean pass(Function<String, Collection<String>> attributes, Map<String, String> tags) {
    return filters.stream()
        .allMatch(
            filter ->
                actual(filter.name(), attributes, tags).stream()
                    .anyMatch(
                        text -> filter.values().stream().anyMatch(value -> matches(value, text))));
  }

  private static Collection<String> actual(
      String name, Function<String, Collection<String>> attributes, Map<String, String> tags) {
    if (name.startsWith(TAG)) {
      String value = tags.get(name.substring(TAG.length()));
      return value == null ? List.of() : List.of(value);
    }
    return name.equals("tag-key") ? tags.keySet() : attributes.apply(name);
  }

  static RuntimeException unknown(String name) {
    return Ec2Refusal.invalidValue("The filter '" + name + "' is invalid");
  }

  private static boolean isPattern(String value) {
    return value.indexOf('*') >= 0 || value.indexOf('?') >= 0;
  }

  private static boolean matches(String value, String text) {
    if (!isPattern(value)) {
      return value.equals(text);
    }
    String regex =
        value
            .chars()
            .mapToObj(
                c ->
                    switch (c) {
                      case '*' -> ".*";
                      case '?' -> ".";
                      default -> Pattern.quote(Character.toString(c));
                    })
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches();
  }
}
