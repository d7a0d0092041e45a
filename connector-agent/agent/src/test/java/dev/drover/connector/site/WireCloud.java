package dev.drover.connector.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.drover.connector.store.ObjectContent;
import dev.drover.connector.store.ObjectMissingException;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * S3, SQS and Step Functions as far as a connector uses them, on one port of the loopback: enough
 * for the real SDK clients of a real connector process.
 */
public final class WireCloud implements AutoCloseable {
  public static final String BUCKET = "drover-test";

  /** Whose all of it is; S3 is told with each call. */
  private static final String ACCOUNT = "000000000000";

  private static final String RECEIPT = "receipt of ";

  /** How the tokens of the tasks begin that the tests send. */
  private static final String TOKEN = "token";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final MemoryStore store;
  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final Set<String> refusedTokens = ConcurrentHashMap.newKeySet();
  private final Map<String, Refusal> refusedCalls = new ConcurrentHashMap<>();
  private final List<String> deleted = new CopyOnWriteArrayList<>();
  private volatile @Nullable Duration visibility;
  private final List<String> heartbeats = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Ending> endings = new LinkedBlockingQueue<>();

  private record Refusal(String code, String message) {
    /** As S3 and the others have it. */
    int status() {
      return code.equals("AccessDenied") ? 403 : 400;
    }
  }

  /** What a connector told of a task. */
  public record Ending(String token, @Nullable String output, @Nullable String error) {}

  public WireCloud(MemoryStore store) throws IOException {
    this.store = store;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public URI queueUrl() {
    return endpoint().resolve("/" + ACCOUNT + "/tasks");
  }

  public void send(ConnectorTask task) {
    messages.add(MessageJson.writeText(task));
  }

  public void sendText(String text) {
    messages.add(text);
  }

  public void refuse(String token) {
    refusedTokens.add(token);
  }

  /**
   * Answers a call with an error from now on.
   *
   * @param call an operation, or method and beginning of the key: {@code PUT staging/}
   */
  public void refuseCall(String call, String code, String message) {
    refusedCalls.put(call, new Refusal(code, message));
  }

  /** Answers all calls again. */
  public void refuseNoCall() {
    refusedCalls.clear();
  }

  /**
   * Shows a message again when nobody deletes it in time, as SQS does: the poll of a process that
   * was killed takes one along.
   */
  public void showAgainAfter(Duration duration) {
    visibility = duration;
  }

  /** Messages that nobody received. */
  public int messagesLeft() {
    return messages.size();
  }

  public List<String> heartbeats() {
    return heartbeats;
  }

  public List<String> deleted() {
    return deleted;
  }

  /** Waits for a task to be told of. */
  public Ending awaitEnding(long seconds) throws InterruptedException {
    Ending ending = endings.poll(seconds, TimeUnit.SECONDS);
    if (ending == null) {
      throw new AssertionError("no task ended within " + seconds + " s");
    }
    return ending;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      if (target == null) {
        serveObject(exchange);
      } else {
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        serveCall(exchange, target.substring(target.indexOf('.') + 1), request);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serveObject(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestURI().getPath().substring(BUCKET.length() + 2);
    Refusal refusal = refusal(exchange.getRequestMethod() + " " + key);
    if (refusal != null) {
      exchange.getRequestBody().readAllBytes();
      answerXml(exchange, refusal.status(), refusal.code(), refusal.message());
      return;
    }
    String owner = exchange.getRequestHeaders().getFirst("x-amz-expected-bucket-owner");
    if (!ACCOUNT.equals(owner)) {
      exchange.getRequestBody().readAllBytes();
      answerXml(exchange, 403, "AccessDenied", "the bucket is not of account " + owner);
      return;
    }
    switch (exchange.getRequestMethod()) {
      case "PUT" -> put(exchange, key);
      case "GET" -> {
        try {
          answer(exchange, 200, store.get(key).readAllBytes());
        } catch (ObjectMissingException e) {
          answerXml(exchange, 404, "NoSuchKey");
        }
      }
      default -> answerXml(exchange, 405, "MethodNotAllowed");
    }
  }

  private @Nullable Refusal refusal(String call) {
    return refusedCalls.keySet().stream()
        .filter(call::startsWith)
        .findFirst()
        .map(refusedCalls::get)
        .orElse(null);
  }

  private void put(HttpExchange exchange, String key) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    CRC32C crc = new CRC32C();
    crc.update(body);
    byte[] sum = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    String stated = exchange.getRequestHeaders().getFirst("x-amz-checksum-crc32c");
    if (!Base64.getEncoder().encodeToString(sum).equals(stated)) {
      answerXml(exchange, 400, "BadDigest");
      return;
    }
    try {
      store.put(key, new ObjectContent(body.length, "", () -> new ByteArrayInputStream(body)));
      answer(exchange, 200, new byte[0]);
    } catch (RuntimeException e) {
      answerXml(exchange, 503, "SlowDown");
    }
  }

  private void serveCall(HttpExchange exchange, String call, JsonNode request)
      throws IOException, InterruptedException {
    Refusal refusal = refusal(call);
    if (refusal != null) {
      answerError(exchange, refusal.status(), refusal.code(), refusal.message());
      return;
    }
    switch (call) {
      case "ReceiveMessage" -> receive(exchange, request);
      case "GetQueueAttributes" -> answerJson(exchange, 200, Map.of("Attributes", Map.of()));
      case "DeleteMessage" -> {
        if (!request.get("ReceiptHandle").asText().startsWith(RECEIPT)) {
          answerError(exchange, 400, "ReceiptHandleIsInvalid", "no such receipt");
          return;
        }
        deleted.add(request.get("ReceiptHandle").asText());
        answerJson(exchange, 200, Map.of());
      }
      case "SendTaskHeartbeat" -> {
        heartbeats.add(request.get("taskToken").asText());
        acknowledge(exchange, request);
      }
      case "SendTaskSuccess" -> {
        if (acknowledge(exchange, request)) {
          endings.add(
              new Ending(request.get("taskToken").asText(), request.get("output").asText(), null));
        }
      }
      case "SendTaskFailure" -> {
        if (acknowledge(exchange, request)) {
          endings.add(
              new Ending(request.get("taskToken").asText(), null, request.get("error").asText()));
        }
      }
      default -> throw new IOException("nobody expected " + call);
    }
  }

  private boolean acknowledge(HttpExchange exchange, JsonNode request) throws IOException {
    String token = request.get("taskToken").asText();
    if (refusedTokens.contains(token)) {
      answerError(exchange, 400, "TaskTimedOut", "nobody waits");
      return false;
    }
    if (!token.startsWith(TOKEN)) {
      answerError(exchange, 400, "InvalidToken", "no such token");
      return false;
    }
    answerJson(exchange, 200, Map.of());
    return true;
  }

  private void receive(HttpExchange exchange, JsonNode request)
      throws IOException, InterruptedException {
    if (request.has("MaxNumberOfMessages") && request.get("MaxNumberOfMessages").asInt() < 1) {
      answerError(exchange, 400, "InvalidParameterValue", "1 to 10");
      return;
    }
    String body = messages.poll(request.get("WaitTimeSeconds").asLong(), TimeUnit.SECONDS);
    if (body == null) {
      answerJson(exchange, 200, Map.of());
      return;
    }
    Duration after = visibility;
    if (after != null) {
      Thread.ofVirtual().start(() -> showAgain(body, after));
    }
    Map<String, String> message =
        Map.of(
            "MessageId",
            "m-" + body.hashCode(),
            "ReceiptHandle",
            RECEIPT + body,
            "Body",
            body,
            "MD5OfBody",
            md5(body));
    answerJson(exchange, 200, Map.of("Messages", List.of(message)));
  }

  private void showAgain(String body, Duration after) {
    try {
      Thread.sleep(after);
      if (!deleted.contains(RECEIPT + body)) {
        messages.add(body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answerError(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    answerJson(exchange, status, Map.of("__type", code, "message", message));
  }

  private static void answerJson(HttpExchange exchange, int status, Object body)
      throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
    answer(exchange, status, JSON.writeValueAsBytes(body));
  }

  private static void answerXml(HttpExchange exchange, int status, String code) throws IOException {
    answerXml(exchange, status, code, code);
  }

  private static void answerXml(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    String xml = "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>";
    answer(exchange, status, xml.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static String md5(String text) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      return HexFormat.of().formatHex(md5.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
