package dev.drover.functions.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.MessageJson;
import dev.drover.protocol.ObjectKeys;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys in an S3 event as it lies in a queue.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">Event
 *     message structure</a>
 */
final class ReportEvents {
  private ReportEvents() {}

  /** Keys of reports, decoded; none for S3's test event, and manifests are no reports. */
  static List<String> keys(String message) {
    JsonNode event = MessageJson.read("an S3 event", message, JsonNode.class);
    List<String> keys = new ArrayList<>();
    for (JsonNode record : event.path("Records")) {
      JsonNode key = record.path("s3").path("object").path("key");
      if (!key.isTextual()) {
        throw new InvalidMessageException("an S3 event has a record without a key");
      }
      keys.add(ObjectKeys.decodeEventKey(key.textValue()));
    }
    return keys.stream().filter(ReportEvents::isReport).toList();
  }

  private static boolean isReport(String key) {
    return key.startsWith(ObjectKeys.REPORTS) && !key.endsWith(ObjectKeys.MANIFEST_SUFFIX);
  }
}
