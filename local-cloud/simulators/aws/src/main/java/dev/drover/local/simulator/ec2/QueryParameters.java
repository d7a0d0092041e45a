package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.snapshot.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a Query call, or those below one element of a list such as {@code Filter.1.}.
 * Who read which is remembered, so that a parameter that an action does not know is an error and
 * not silence.
 */
final class QueryParameters {
  private final Map<String, String> all;
  private final Set<String> read;
  private final String prefix;
  private final boolean fromCloudFormation;

  private QueryParameters(
      Map<String, String> all, Set<String> read, String prefix, boolean fromCloudFormation) {
    this.all = all;
    this.read = read;
    this.prefix = prefix;
    this.fromCloudFormation = fromCloudFormation;
  }

  /** Rejects control characters: XML could not carry them back. */
  static QueryParameters of(Map<String, String> form) {
    return of(form, false);
  }

  /**
   * The same.
   *
   * @param fromCloudFormation whether the call is CloudFormation's, which alone may set its tags
   */
  static QueryParameters of(Map<String, String> form, boolean fromCloudFormation) {
    form.forEach(
        (name, value) -> {
          if (value.chars().anyMatch(QueryParameters::isForbidden)) {
            throw Ec2Refusal.invalidValue(name + " contains a control character");
          }
        });
    return new QueryParameters(new TreeMap<>(form), new HashSet<>(), "", fromCloudFormation);
  }

  Optional<String> text(String name) {
    read.add(prefix + name);
    return Optional.ofNullable(all.get(prefix + name));
  }

  @Nullable String textOrNull(String name) {
    return text(name).orElse(null);
  }

  String required(String name) {
    return text(name)
        .filter(Predicate.not(String::isEmpty))
        .orElseThrow(
            () ->
                Ec2Refusal.of(
                    "MissingParameter", "The request must contain the parameter " + prefix + name));
  }

  Optional<Boolean> flag(String name) {
    return text(name)
        .map(
            value ->
                switch (value) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw Ec2Refusal.invalidValue(
                          prefix + name + " must be true or false, not " + value);
                });
  }

  Optional<Integer> number(String name) {
    return text(name).map(value -> parse(prefix + name, value));
  }

  /** The elements {@code Name.1, Name.2, …} in order of their numbers. */
  List<String> texts(String name) {
    return indexes(name).stream().map(index -> required(name + "." + index)).toList();
  }

  /** The elements {@code Name.1.…, Name.2.…} in order of their numbers. */
  List<QueryParameters> elements(String name) {
    return indexes(name).stream().map(index -> below(name + "." + index)).toList();
  }

  boolean has(String name) {
    String dotted = prefix + name + ".";
    return all.containsKey(prefix + name)
        || all.keySet().stream().anyMatch(s -> s.startsWith(dotted));
  }

  /** The parameters below {@code Name.}. */
  QueryParameters below(String name) {
    return new QueryParameters(all, read, prefix + name + ".", fromCloudFormation);
  }

  boolean fromCloudFormation() {
    return fromCloudFormation;
  }

  /** SHA-256 of all parameters of the call: the same for the same call. */
  String digest() {
    return Sha256.of(all.toString().getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** The full name of these parameters, for messages. */
  String name() {
    return prefix.isEmpty() ? prefix : prefix.substring(0, prefix.length() - 1);
  }

  /** To be called when an action has taken all that it knows. */
  void refuseUnknown() {
    Set<String> unknown = new TreeSet<>(all.keySet());
    unknown.removeAll(read);
    if (!unknown.isEmpty()) {
      throw Ec2Refusal.of(
          "UnknownParameter",
          "The simulator does not know the parameter " + unknown.iterator().next());
    }
  }

  private List<Integer> indexes(String name) {
    String start = prefix + name + ".";
    TreeSet<Integer> indexes = new TreeSet<>();
    for (String key : all.keySet()) {
      if (key.startsWith(start)) {
        String rest = key.substring(start.length());
        int dot = rest.indexOf('.');
        indexes.add(parse(key, dot < 0 ? rest : rest.substring(0, dot)));
      }
    }
    return List.copyOf(indexes);
  }

  private static int parse(String name, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException notANumber) {
      throw Ec2Refusal.invalidValue(name + " is not a number: " + value);
    }
  }

  private static boolean isForbidden(int character) {
    return Character.isISOControl(character)
        && character != '\t'
        && character != '\n'
        && character != '\r';
  }
}
