package dev.drover.local.simulator.ebs;

import dev.drover.local.simulator.fault.CallGate;
import dev.drover.local.simulator.fault.FaultRule;
import dev.drover.local.simulator.http.CredentialScope;
import dev.drover.local.simulator.http.Request;
import dev.drover.local.simulator.http.Response;
import dev.drover.local.simulator.http.Service;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The EBS direct APIs, REST-JSON.
 *
 * @see <a href="https://docs.aws.amazon.com/ebs/latest/APIReference/API_Operations.html">API</a>
 */
final class EbsDirectApi implements Service {
  private static final String SNAPSHOT = "/snapshots/(snap-[0-9a-f]{1,59})";

  private final EbsJson json;
  private final CallGate gate;
  private final List<Route> routes;

  EbsDirectApi(EbsJson json, CallGate gate, StartSnapshot start, WriteApi write, ReadApi read) {
    this.json = json;
    this.gate = gate;
    this.routes =
        List.of(
            Route.of(
                "PutSnapshotBlock",
                "PUT",
                SNAPSHOT + "/blocks/(\\d{1,10})",
                (request, path) -> write.putSnapshotBlock(request, path.group(1), path.group(2))),
            Route.of(
                "GetSnapshotBlock",
                "GET",
                SNAPSHOT + "/blocks/(\\d{1,10})",
                (request, path) -> read.getSnapshotBlock(request, path.group(1), path.group(2))),
            Route.of("StartSnapshot", "POST", "/snapshots", (request, _) -> start.answer(request)),
            Route.of(
                "CompleteSnapshot",
                "POST",
                "/snapshots/completion/(snap-[0-9a-f]{1,59})",
                (request, path) -> write.completeSnapshot(request, path.group(1))),
            Route.of(
                "ListSnapshotBlocks",
                "GET",
                SNAPSHOT + "/blocks",
                (request, path) -> read.listSnapshotBlocks(request, path.group(1))),
            Route.of(
                "ListChangedBlocks",
                "GET",
                SNAPSHOT + "/changedblocks",
                (request, path) -> read.listChangedBlocks(request, path.group(1))));
  }

  @Override
  public Response answer(Request request) throws IOException {
    for (Route route : routes) {
      Matcher path = route.path().matcher(request.path());
      if (route.method().equals(request.method()) && path.matches()) {
        return gate.pass(route.operation(), this::refused, () -> answer(route, request, path));
      }
    }
    return json.response(EbsRefusal.unknownOperation(request.method(), request.path()));
  }

  private Response answer(Route route, Request request, Matcher path) throws IOException {
    try {
      requireSignature(request);
      return route.handler().answer(request, path);
    } catch (EbsRefusal refusal) {
      return json.response(refusal);
    }
  }

  private static void requireSignature(Request request) {
    String service = CredentialScope.service(request).orElseThrow(EbsRefusal::notSigned);
    if (!service.equals("ebs")) {
      throw EbsRefusal.signedFor(service);
    }
  }

  private Response refused(FaultRule.Refusal refusal) {
    return json.response(
        switch (refusal) {
          case THROTTLE_ACCOUNT -> EbsRefusal.accountThrottled();
          case THROTTLE_SNAPSHOT -> EbsRefusal.snapshotThrottled();
          case SERVER_ERROR -> EbsRefusal.internal();
        });
  }

  private record Route(String operation, String method, Pattern path, Handler handler) {
    private static Route of(String operation, String method, String path, Handler handler) {
      return new Route(operation, method, Pattern.compile(path), handler);
    }
  }

  @FunctionalInterface
  private interface Handler {
    Response answer(Request request, Matcher path) throws IOException;
  }
}
