package dev.drover.functions.api.drover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.functions.account.Instances;
import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.JsonBody;
import dev.drover.functions.api.Operation;
import dev.drover.functions.app.AppOutcome;
import dev.drover.functions.launch.AppTestLaunch;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.State;
import dev.drover.functions.state.TestLaunch;
import dev.drover.protocol.InvalidMessageException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Test launches of applications, which SMS has not. */
final class AppOperations {
  private static final String APP_ID = "appId";
  private static final String SUBNET = "subnet";
  private static final String SECURITY_GROUP = "securityGroup";
  private static final String MINUTES = "minutes";
  private static final Pattern SUBNET_ID = Pattern.compile("subnet-([0-9a-f]{8}|[0-9a-f]{17})");
  private static final Pattern GROUP_ID = Pattern.compile("sg-([0-9a-f]{8}|[0-9a-f]{17})");

  private static final int USUAL_MINUTES = 60;
  private static final int MIN_MINUTES = 5;
  private static final int MAX_MINUTES = 1_440;

  private final State state;
  private final AppTestLaunch test;

  AppOperations(State state, AppTestLaunch test) {
    this.state = state;
    this.test = test;
  }

  Map<String, Operation> operations() {
    return Map.of(
        "TestLaunchApp", this::launch, "GetTestLaunch", this::get, "EndTestLaunch", this::end);
  }

  private String launch(String body, Caller caller) {
    JsonNode request = JsonBody.read(body, Set.of(APP_ID, SUBNET, SECURITY_GROUP, MINUTES));
    AppId id = id(request);
    TestLaunch.Place place =
        new TestLaunch.Place(
            shaped(SUBNET, SUBNET_ID, JsonBody.required(request, SUBNET)),
            JsonBody.text(request, SECURITY_GROUP) == null
                ? null
                : shaped(SECURITY_GROUP, GROUP_ID, JsonBody.required(request, SECURITY_GROUP)));
    Integer minutes = JsonBody.integer(request, MINUTES);
    if (minutes != null && (minutes < MIN_MINUTES || minutes > MAX_MINUTES)) {
      throw ApiError.INVALID_PARAMETER.because(
          "%s must be %d to %,d, but is %d.".formatted(MINUTES, MIN_MINUTES, MAX_MINUTES, minutes));
    }
    done(id, test.launch(id, place, minutes == null ? USUAL_MINUTES : minutes));
    return view(id);
  }

  private String get(String body, Caller caller) {
    AppId id = id(JsonBody.read(body, Set.of(APP_ID)));
    if (state.apps().find(id).isEmpty()) {
      throw noSuchApp(id.value());
    }
    return view(id);
  }

  private String end(String body, Caller caller) {
    AppId id = id(JsonBody.read(body, Set.of(APP_ID)));
    done(id, test.end(id));
    return view(id);
  }

  private static AppId id(JsonNode request) {
    String id = JsonBody.required(request, APP_ID);
    try {
      return new AppId(id);
    } catch (InvalidMessageException e) {
      throw noSuchApp(id);
    }
  }

  private static ApiException noSuchApp(String id) {
    return ApiError.INVALID_PARAMETER.because(
        "there is no application " + ApiError.shown(id) + ".");
  }

  private static String shaped(String name, Pattern shape, String value) {
    if (!shape.matcher(value).matches()) {
      throw ApiError.INVALID_PARAMETER.because(
          "%s must be %s, but is '%s'.".formatted(name, shape.pattern(), value));
    }
    return value;
  }

  private static void done(AppId id, AppOutcome outcome) {
    switch (outcome) {
      case AppOutcome.Done done -> {}
      case AppOutcome.NoSuchApp none -> throw noSuchApp(id.value());
      case AppOutcome.Unfit unfit -> throw ApiError.INVALID_PARAMETER.because(unfit.complaint());
      case AppOutcome.NotNow notNow -> throw ApiError.NOT_PERMITTED.because(notNow.reason());
    }
  }

  private String view(AppId id) {
    TestLaunch launch =
        state
            .testLaunches()
            .find(id)
            .orElseThrow(
                () ->
                    ApiError.NOT_PERMITTED.because(
                        "Application "
                            + id
                            + " had no test launch yet; Drover_V1.TestLaunchApp begins one."));
    ObjectNode view =
        JsonNodeFactory.instance
            .objectNode()
            .put(APP_ID, id.value())
            .put("state", launch.stage().name());
    put(view, "message", launch.message());
    view.put(SUBNET, launch.place().subnet());
    put(view, SECURITY_GROUP, launch.place().securityGroup());
    view.set("askedTime", JsonBody.time(launch.askedAt()));
    time(view, "launchedTime", launch.launchedAt());
    time(view, "endTime", launch.endsAt());
    ArrayNode servers = view.putArray("servers");
    launch.servers().forEach(server -> view(servers.addObject(), server));
    return view.toString();
  }

  private static void view(ObjectNode view, TestLaunch.Server server) {
    view.put("serverId", server.serverId().value()).put("amiId", server.amiId());
    put(view, "replicationRunId", server.runId());
    put(view, "instanceId", server.instanceId());
    Instances.Checks checks = server.checks();
    if (checks != null) {
      view.put("systemStatus", checks.system()).put("instanceStatus", checks.instance());
    }
    TestLaunch.Server.Validation validation = server.validation();
    if (validation != null) {
      view.put("validation", validation.status());
      put(view, "validationMessage", validation.message());
    }
    put(view, "console", server.console());
  }

  private static void put(ObjectNode view, String name, @Nullable String value) {
    if (value != null) {
      view.put(name, value);
    }
  }

  private static void time(ObjectNode view, String name, @Nullable Instant time) {
    if (time != null) {
      view.set(name, JsonBody.time(time));
    }
  }
}
