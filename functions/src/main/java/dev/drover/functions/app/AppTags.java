package dev.drover.functions.app;

import dev.drover.functions.state.App;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.State;
import java.util.Map;
import java.util.stream.Collectors;

/** The tags of applications, which all that is made for them has, too. */
public final class AppTags {
  private AppTags() {}

  /**
   * Those of the application that the job was made for, as they are now; none where it is alone.
   */
  public static Map<String, String> of(State state, Job job) {
    return AppReplication.application(job).flatMap(state.apps()::find).stream()
        .flatMap(app -> app.tags().stream())
        .collect(Collectors.toMap(App.Tag::key, App.Tag::value));
  }
}
