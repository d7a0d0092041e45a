package dev.drover.functions.launch;

import dev.drover.functions.account.Stacks;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import java.util.HashMap;
import java.util.Map;

/** The stack of an application. */
public final class AppStack {
  private AppStack() {}

  /** Its name: IAM and people know it by what it begins with. */
  public static String name(AppId id) {
    return "sms-" + id;
  }

  static Map<String, String> tags(App app) {
    Map<String, String> tags = new HashMap<>();
    app.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
    tags.put(AppTemplate.TAG_APP, app.id().value());
    return tags;
  }

  /** Whether Drover made the stack for the application. */
  static boolean isOf(App app, Stacks.Standing stack) {
    return app.id().value().equals(stack.tags().get(AppTemplate.TAG_APP));
  }
}
