package dev.drover.functions.staging;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.message.MessageJson;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * "An object was put", as S3 tells it: {@code
 * {"Records":[{"eventVersion":"2.1","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":…},"object":{"key":…}}}]}},
 * the key URL-encoded. Drover writes the same when an event is to be told later or again.
 *
 * @param key decoded
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">Event
 *     message structure</a>
 */
public record StagedEvent(String bucket, String key) {
  private static final String CREATED = "ObjectCreated:";

  /** The first number says what a reader must know, the second what was only added. */
  private static final String VERSION = "2.1";

  private static final String KNOWN_VERSIONS = "2.";

  /** S3 sends it once, when the notification is configured; it names no object. */
  private static final String TEST_EVENT = "s3:TestEvent";

  /** Reads a message; one that is none of S3's is an {@link InvalidMessageException}. */
  public static List<StagedEvent> parse(String message) {
    JsonNode root = MessageJson.read("an S3 event", message, JsonNode.class);
    if (root.path("Event").asText().equals(TEST_EVENT)) {
      return List.of();
    }
    if (!root.path("Records").isArray()) {
      throw new InvalidMessageException("an S3 event has Records, this message has none");
    }
    List<StagedEvent> events = new ArrayList<>();
    for (JsonNode event : root.path("Records")) {
      requireKnown(event.path("eventVersion").asText(VERSION));
      if (event.path("eventName").asText().startsWith(CREATED)) {
        JsonNode s3 = event.path("s3");
        String key = text(s3.path("object").path("key"), "an object's key");
        String bucket = text(s3.path("bucket").path("name"), "a bucket's name");
        events.add(new StagedEvent(bucket, ObjectKeys.decodeEventKey(key)));
      }
    }
    return List.copyOf(events);
  }

  /** The message that {@link #parse} reads. */
  public String toMessage() {
    String encoded = URLEncoder.encode(key, StandardCharsets.UTF_8).replace("%2F", "/");
    Map<String, Object> s3 =
        Map.of("bucket", Map.of("name", bucket), "object", Map.of("key", encoded));
    Map<String, Object> event =
        Map.of(
            "eventVersion",
            VERSION,
            "eventSource",
            "aws:s3",
            "eventName",
            CREATED + "Put",
            "s3",
            s3);
    return MessageJson.writeText(Map.of("Records", List.of(event)));
  }

  private static void requireKnown(String version) {
    if (!version.startsWith(KNOWN_VERSIONS)) {
      throw new UnknownVersionException(
          "an S3 event is of version " + version + ", this build reads " + KNOWN_VERSIONS + "x");
    }
  }

  private static String text(JsonNode value, String what) {
    if (!value.isTextual()) {
      throw new InvalidMessageException("an S3 event lacks " + what);
    }
    return value.asText();
  }
}
