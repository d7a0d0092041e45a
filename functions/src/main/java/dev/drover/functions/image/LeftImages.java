package dev.drover.functions.image;

import java.util.ArrayList;
import java.util.List;

/** The images beyond the newest so many that stay, in a sentence for people. */
final class LeftImages {
  /** A job's statusMessage is one line of a table; the log names them all. */
  private static final int MAX_NAMED = 3;

  private final int keep;
  private final List<String> named = new ArrayList<>();
  private int count;

  LeftImages(int keep) {
    this.keep = keep;
  }

  void add(String amiId, String reason) {
    count++;
    if (named.size() < MAX_NAMED) {
      named.add(amiId + " (" + reason + ")");
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Such as "1 AMI older than the newest 2 was left: ami-1 (…). …". */
  String sentence() {
    String more = count > named.size() ? " and " + (count - named.size()) + " more" : "";
    return (count == 1 ? "1 AMI" : count + " AMIs")
        + " older than the newest "
        + (keep == 1 ? "one" : keep)
        + (count == 1 ? " was left: " : " were left: ")
        + String.join(", ", named)
        + more
        + ". What nobody uses any more goes after the next run; an AMI without its tag is yours to"
        + " deregister.";
  }
}
