package dev.drover.local.simulator.ebs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.local.simulator.ebs.EbsRefusal.ValidationReason;
import dev.drover.local.simulator.http.Response;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** JSON as the EBS direct APIs speak it. */
final class EbsJson {
  private static final String CONTENT_TYPE = "application/json";

  private final ObjectMapper mapper =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  ObjectNode object() {
    return mapper.createObjectNode();
  }

  <T> T parse(byte[] body, Class<T> type) throws IOException {
    try {
      T parsed = mapper.readValue(body, type);
      if (parsed == null) {
        throw EbsRefusal.validation(ValidationReason.INVALID_PARAMETER_VALUE, "The body is null");
      }
      return parsed;
    } catch (JsonProcessingException malformed) {
      throw EbsRefusal.validation(
          ValidationReason.INVALID_PARAMETER_VALUE, "The body: " + malformed.getOriginalMessage());
    }
  }

  Response response(int status, ObjectNode content) {
    return Response.of(status, CONTENT_TYPE, bytes(content));
  }

  Response response(EbsRefusal refusal) {
    ObjectNode content = object().put("Message", refusal.getMessage());
    String reason = refusal.reason();
    if (reason != null) {
      content.put("Reason", reason);
    }
    return response(refusal.status(), content).with("x-amzn-ErrorType", refusal.type());
  }

  /** Seconds since the epoch, with a fraction, as REST-JSON writes a time. */
  static double time(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }

  private byte[] bytes(@Nullable Object content) {
    try {
      return mapper.writeValueAsBytes(content);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree of JSON nodes can always be written", impossible);
    }
  }
}
