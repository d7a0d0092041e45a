package dev.drover.functions.launch;

import dev.drover.functions.account.Stacks;
import dev.drover.functions.account.Volumes;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import java.util.HashMap;
import java.util.Map;

/** The stack of an application. */
public final class AppStack {
  /** Tag that tells a test launch's instances and their volumes from the application's. */
  public static final String TAG_TEST = "drover:test";

  private AppStack() {}

  /** Its name: IAM and people know it by what it begins with. */
  public static String name(AppId id) {
    return "sms-" + id;
  }

  /** The name of the stack of its test launches. */
  public static String testName(AppId id) {
    return name(id) + "-test";
  }

  static Map<String, String> tags(App app) {
    Map<String, String> tags = new HashMap<>();
    app.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
    tags.put(Volumes.TAG_APP, app.id().value());
    return tags;
  }

  /** Whether Drover made the stack for the application. */
  static boolean isOf(AppId id, Stacks.Standing stack) {
    return id.value().equals(stack.tags().get(Volumes.TAG_APP));
  }
}
