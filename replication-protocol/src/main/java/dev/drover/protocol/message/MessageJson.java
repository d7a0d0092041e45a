package dev.drover.protocol.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.UnknownVersionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The JSON of tasks, plans and reports.
 *
 * <p>Within a version fields are only ever added, so unknown fields are ignored; an unknown version
 * or type is refused. Times are ISO 8601 in UTC, digests hex, sizes bytes.
 */
public final class MessageJson {
  /** The version of every message of this build. */
  public static final int VERSION = 1;

  /** An inventory of 10,000 servers has about 5 MB; what is much larger is none of ours. */
  public static final int MAX_BYTES = 32 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  private MessageJson() {}

  /** A message as UTF-8 JSON. */
  public static byte[] write(Object message) {
    try {
      return MAPPER.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(message.getClass() + " cannot be written as JSON", e);
    }
  }

  public static String writeText(Object message) {
    return new String(write(message), StandardCharsets.UTF_8);
  }

  /**
   * Reads a message.
   *
   * @param what the message's name in errors, for example its key
   * @throws InvalidMessageException when it is no such message
   * @throws UnknownVersionException when it is of a version that this build does not know
   */
  public static <T> T read(String what, byte[] json, Class<T> type) {
    InvalidMessageException.require(
        json.length <= MAX_BYTES, what + " has " + json.length + " bytes, at most " + MAX_BYTES);
    try {
      T message = MAPPER.readValue(json, type);
      return InvalidMessageException.requirePresent(message, what);
    } catch (IOException e) {
      if (e.getCause() instanceof UnknownVersionException unknown) {
        throw unknown;
      }
      throw new InvalidMessageException(what + ": " + reason(e), e);
    }
  }

  public static <T> T read(String what, String json, Class<T> type) {
    return read(what, json.getBytes(StandardCharsets.UTF_8), type);
  }

  /** Refuses a version that this build does not know. */
  public static void requireVersion(int version, String what) {
    if (version != VERSION) {
      throw new UnknownVersionException(
          what + " is of version " + version + ", this build reads version " + VERSION);
    }
  }

  private static String reason(IOException e) {
    if (e.getCause() instanceof InvalidMessageException invalid) {
      return String.valueOf(invalid.getMessage());
    }
    return e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }
}
