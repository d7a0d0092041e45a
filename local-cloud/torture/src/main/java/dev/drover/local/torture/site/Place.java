package dev.drover.local.torture.site;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A connector as the stack declares it.
 *
 * @param name lower case, digits and hyphens
 */
public record Place(String environment, String name) {
  /** As the CDK app takes them. */
  static String declarations(List<Place> places) {
    return places.stream()
        .map(
            place ->
                "{\"name\":\"%s\",\"environment\":\"%s\"}"
                    .formatted(place.name(), place.environment()))
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** As the stack's output names it: {@code Folder1}. */
  String outputName() {
    StringBuilder pascal = new StringBuilder();
    for (String word : name.split("-", -1)) {
      pascal.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    return pascal.toString();
  }
}
