package dev.drover.local.simulation.planted;

import java.util.List;
import java.util.Set;

/**
 * A bug that is planted.
 *
 * @param name what it does
 * @param file that it is planted in, from the checkout's root
 * @param changes each in its place
 * @param grounds where it shows
 * @param promise that it breaks
 * @param finding what the oracle's sentence must have
 */
record PlantedBug(
    String name, String file, List<Change> changes, Grounds grounds, int promise, String finding) {
  /**
   * A change of the text.
   *
   * @param original stands in the file exactly once
   */
  record Change(String original, String planted) {}

  /**
   * A small fleet that brings a kind of bug to light.
   *
   * @param faults as {@code --faults} names them
   * @param scale of the fleet: how slowly disks are read
   * @param severity of the faults
   * @param seeds that are tried at most, from 1
   */
  record Grounds(int servers, int hours, String faults, int scale, int severity, int seeds) {}

  /** The text with the bug in it. */
  String plantInto(String text) {
    String planted = text;
    for (Change change : changes) {
      int first = planted.indexOf(change.original());
      if (first < 0 || planted.indexOf(change.original(), first + 1) >= 0) {
        throw new AssertionError(
            "'%s' cannot be planted: %s does not have exactly one place that reads\n%s\n%s"
                .formatted(
                    name,
                    file,
                    change.original(),
                    "The code went on; plant the bug into what stands there now."));
      }
      planted = planted.replace(change.original(), change.planted());
    }
    return planted;
  }

  boolean isFoundIn(Set<String> findings) {
    return findings.stream().anyMatch(this::isFinding);
  }

  private boolean isFinding(String violation) {
    return violation.startsWith("promise " + promise + ", ") && violation.contains(finding);
  }

  @Override
  public String toString() {
    return name;
  }
}
