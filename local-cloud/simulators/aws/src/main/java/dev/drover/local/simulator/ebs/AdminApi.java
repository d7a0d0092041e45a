package dev.drover.local.simulator.ebs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.drover.local.simulator.fault.CallCounts;
import dev.drover.local.simulator.fault.FaultRule;
import dev.drover.local.simulator.http.Request;
import dev.drover.local.simulator.http.Response;
import dev.drover.local.simulator.http.Service;
import dev.drover.local.simulator.snapshot.RawImage;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.snapshot.SnapshotStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What AWS does not have, below {@code /_drover/}:
 *
 * <pre>
 *   GET  health                        {"status":"ok"}
 *   POST reset                         forgets everything, faults and counts too
 *   GET  calls                         counts per operation and per snapshot
 *   GET  faults · POST faults          the list of {@link FaultRule}s; POST replaces it
 *   GET  export/SNAPSHOT?bytes=N       the disk, or its first N bytes; 409 and the state as text
 *                                      unless the snapshot is completed
 *   POST cancel/SNAPSHOT               ends it as its timeout would; 409 unless it is pending
 *   POST guests                        instances run their user data from now on, on this machine;
 *                                      the body is the endpoints' variables as a JSON object
 * </pre>
 */
final class AdminApi implements Service {
  static final String ROOT = "/_drover/";

  private static final String EXPORT = "export/";
  private static final String CANCEL = "cancel/";
  private static final int MAX_BODY_BYTES = 1024 * 1024;

  private final SimulatorState state;
  private final ObjectMapper mapper =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  AdminApi(SimulatorState state) {
    this.state = state;
  }

  @Override
  public Response answer(Request request) throws IOException {
    String resource = request.path().substring(ROOT.length());
    String call = request.method() + " " + resource;
    if (call.startsWith("GET " + EXPORT)) {
      return export(resource.substring(EXPORT.length()), request.query().get("bytes"));
    }
    if (call.startsWith("POST " + CANCEL)) {
      return cancel(resource.substring(CANCEL.length()));
    }
    return switch (call) {
      case "GET health" -> json(200, Map.of("status", "ok"));
      case "GET calls" -> json(200, calls());
      case "GET faults" -> json(200, state.faults().rules());
      case "POST faults" -> replaceFaults(request);
      case "POST guests" -> allowGuests(request);
      case "POST reset" -> {
        state.reset();
        yield json(200, Map.of());
      }
      default -> error(404, "there is no " + call);
    };
  }

  /** The counts of a snapshot: puts accepted since the start, and blocks that they filled. */
  record SnapshotCounts(long puts, int blocks) {}

  record Calls(
      Map<String, CallCounts.CallCount> operations, Map<String, SnapshotCounts> snapshots) {}

  private Calls calls() throws IOException {
    Map<String, SnapshotCounts> snapshots = new TreeMap<>();
    for (Snapshot snapshot : state.snapshots().list()) {
      snapshots.put(
          snapshot.id(), new SnapshotCounts(snapshot.puts(), snapshot.writtenBlockCount()));
    }
    return new Calls(state.counts().snapshot(), snapshots);
  }

  private Response replaceFaults(Request request) throws IOException {
    byte[] body = request.body(MAX_BODY_BYTES);
    try {
      List<FaultRule> rules = mapper.readValue(body, new TypeReference<List<FaultRule>>() {});
      state.faults().replace(rules);
      return json(200, rules);
    } catch (JsonProcessingException malformed) {
      return error(400, malformed.getOriginalMessage());
    }
  }

  private Response allowGuests(Request request) throws IOException {
    byte[] body = request.body(MAX_BODY_BYTES);
    try {
      state.guests().allow(mapper.readValue(body, new TypeReference<Map<String, String>>() {}));
      return json(200, Map.of());
    } catch (JsonProcessingException malformed) {
      return error(400, malformed.getOriginalMessage());
    } catch (IllegalArgumentException wrong) {
      return error(400, String.valueOf(wrong.getMessage()));
    }
  }

  private Response export(String snapshotId, @Nullable String bytes) throws IOException {
    Optional<Snapshot> snapshot = state.snapshots().find(snapshotId);
    if (snapshot.isEmpty()) {
      return error(404, "there is no snapshot " + snapshotId);
    }
    SnapshotStatus status = snapshot.get().status();
    if (status != SnapshotStatus.COMPLETED) {
      // What is there of it is a part of a disk, and would be taken for the disk.
      return error(409, status.word());
    }
    try {
      long length = bytes == null ? RawImage.sizeBytes(snapshot.get()) : Long.parseLong(bytes);
      RawImage image = new RawImage(snapshot.get(), length);
      return new Response(200, Map.of("Content-Type", "application/octet-stream"), body(image));
    } catch (IllegalArgumentException wrongLength) {
      return error(400, "bytes: " + wrongLength.getMessage());
    }
  }

  private Response cancel(String snapshotId) throws IOException {
    Optional<Snapshot> snapshot = state.snapshots().find(snapshotId);
    if (snapshot.isEmpty()) {
      return error(404, "there is no snapshot " + snapshotId);
    }
    return snapshot.get().cancel()
        ? json(200, Map.of())
        : error(409, snapshot.get().status().word());
  }

  private static Response.Body body(RawImage image) {
    return new Response.Body() {
      @Override
      public long lengthBytes() {
        return image.lengthBytes();
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        image.writeTo(out);
      }
    };
  }

  private Response json(int status, Object content) throws IOException {
    return Response.of(status, "application/json", mapper.writeValueAsBytes(content));
  }

  private static Response error(int status, String message) {
    return Response.of(status, "text/plain", (message + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
