package dev.drover.functions.api.drover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.JsonBody;
import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Page;
import dev.drover.functions.api.PageToken;
import dev.drover.functions.state.RunEvent;
import dev.drover.functions.state.RunStories;
import dev.drover.functions.state.State;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.RunId;
import java.util.Map;
import java.util.Set;

/** What happened to a run, from who started it to its AMI or its failure. */
final class RunOperations {
  private static final String RUN_ID = "replicationRunId";

  /** One event may be 10 KB of text; Lambda answers with 6 MB at most. */
  private static final int MAX_RESULTS = 200;

  private static final PageToken PAGES = new PageToken("Drover_V1.GetReplicationRunHistory");

  private final State state;

  RunOperations(State state) {
    this.state = state;
  }

  Map<String, Operation> operations() {
    return Map.of("GetReplicationRunHistory", this::history);
  }

  /** Its events, oldest first. They are there for longer than the run, which goes with its job. */
  private String history(String body, Caller caller) {
    JsonNode request = JsonBody.read(body, Set.of(RUN_ID, "maxResults", "nextToken"));
    String id = JsonBody.required(request, RUN_ID);
    Integer wanted = JsonBody.integer(request, "maxResults");
    String after = PAGES.read(JsonBody.text(request, "nextToken"));
    RunId runId = runId(id);
    Page<RunEvent> page =
        Page.of(
            state.stories().listAfter(runId, after),
            wanted == null ? (Integer) MAX_RESULTS : wanted,
            MAX_RESULTS,
            PAGES,
            RunStories::position);
    if (page.items().isEmpty() && after.isEmpty()) {
      throw noSuchRun(id);
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put(RUN_ID, runId.value());
    page.items().forEach(event -> answer.withArray("events").add(view(event)));
    if (page.nextToken() != null) {
      answer.put("nextToken", page.nextToken());
    }
    return answer.toString();
  }

  private static RunId runId(String id) {
    try {
      return new RunId(id);
    } catch (InvalidMessageException e) {
      // What has not the shape of an id names no run.
      throw noSuchRun(id);
    }
  }

  /** SMS has no error of its own for a run: its operations ask for jobs. */
  private static ApiException noSuchRun(String id) {
    return ApiError.INVALID_PARAMETER.because(
        "Nothing is known of a replication run %s: it never began, or did so more than 400 days ago."
            .formatted(id));
  }

  private static ObjectNode view(RunEvent event) {
    ObjectNode view = JsonNodeFactory.instance.objectNode();
    view.set("time", JsonBody.time(event.time()));
    view.put("event", event.event());
    ObjectNode details = view.putObject("details");
    event.details().forEach(details::put);
    return view;
  }
}
