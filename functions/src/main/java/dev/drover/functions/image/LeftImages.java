package dev.drover.functions.image;

import dev.drover.protocol.SnapshotId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The images beyond the newest so many that stay, and snapshots of such that do not, in sentences
 * for people.
 */
final class LeftImages {
  /** A job's statusMessage is one line of a table; the log names them all. */
  private static final int MAX_NAMED = 3;

  private final int keep;
  private final List<String> images = new ArrayList<>();
  private final List<String> snapshots = new ArrayList<>();

  LeftImages(int keep) {
    this.keep = keep;
  }

  void add(String amiId, String reason) {
    images.add(amiId + " (" + reason + ")");
  }

  /** Its image has gone. */
  void add(SnapshotId snapshotId, String reason) {
    snapshots.add(snapshotId + " (" + reason + ")");
  }

  boolean isEmpty() {
    return images.isEmpty() && snapshots.isEmpty();
  }

  /** Such as "1 AMI older than the newest 2 was left: ami-1 (…). …". */
  String sentence() {
    String newest = "the newest " + (keep == 1 ? "one" : keep);
    return Stream.of(
            left(images, "AMI", "AMIs", "older than " + newest),
            left(snapshots, "snapshot", "snapshots", "of AMIs older than " + newest),
            "What nobody uses any more goes after the next run; what has lost its tag is yours to"
                + " delete.")
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private static String left(List<String> all, String one, String many, String which) {
    if (all.isEmpty()) {
      return "";
    }
    int named = Math.min(all.size(), MAX_NAMED);
    String more = all.size() > named ? " and " + (all.size() - named) + " more" : "";
    return "%d %s %s %s left: %s%s."
        .formatted(
            all.size(),
            all.size() == 1 ? one : many,
            which,
            all.size() == 1 ? "was" : "were",
            String.join(", ", all.subList(0, named)),
            more);
  }
}
