package dev.drover.functions.app;

import dev.drover.functions.state.App;

/** What became of somebody's wish for an application. */
public sealed interface AppOutcome {
  /** The application as it is now. */
  record Done(App app) implements AppOutcome {}

  /** There is no application of that id. */
  record NoSuchApp() implements AppOutcome {}

  /** The wish names what there is not, or what does not go together. */
  record Unfit(String complaint) implements AppOutcome {}

  /**
   * What stands against it may be otherwise some time.
   *
   * @param reason a sentence with the next step
   */
  record NotNow(String reason) implements AppOutcome {}
}
