package dev.drover.functions.account;

import java.util.List;

/** Published versions of Drover's own functions. */
public interface FunctionVersions {
  /**
   * What is published of a function.
   *
   * @param live the version that its alias names
   * @param others the other ones, in no order
   */
  record Published(String live, List<String> others) {
    /** Copies the list. */
    public Published {
      others = List.copyOf(others);
    }
  }

  /** The function's versions; its unpublished code is none. */
  Published of(String function);

  /** Sees to it that the function has no such version any more. */
  void remove(String function, String version);
}
