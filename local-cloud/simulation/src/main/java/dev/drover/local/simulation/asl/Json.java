package dev.drover.local.simulation.asl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as plain values: maps, lists, strings, numbers, booleans and {@code null}. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** Thrown for what is no JSON. */
  static final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedException(JsonProcessingException cause) {
      super(cause.getOriginalMessage(), cause);
    }
  }

  static @Nullable Object parse(String json) {
    try {
      return MAPPER.readValue(json, Object.class);
    } catch (JsonProcessingException e) {
      throw new MalformedException(e);
    }
  }

  static String write(@Nullable Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + value, e);
    }
  }

  /** How many bytes of UTF-8 a value has as JSON without spaces; it is not written for that. */
  static long bytes(@Nullable Object value) {
    return switch (value) {
      case String text -> 2 + utf8Bytes(text);
      case Map<?, ?> map -> {
        long sum = 1L + Math.max(1, map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          sum += 3 + utf8Bytes((String) entry.getKey()) + bytes(entry.getValue());
        }
        yield sum;
      }
      case List<?> list -> {
        long sum = 1L + Math.max(1, list.size());
        for (Object item : list) {
          sum += bytes(item);
        }
        yield sum;
      }
      case null -> 4;
      default -> value.toString().length();
    };
  }

  /** The bytes of a text, with what JSON escapes in it. */
  private static long utf8Bytes(String text) {
    long sum = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20) {
        sum += c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f' ? 2 : 6;
      } else if (c < 0x80) {
        sum += c == '"' || c == '\\' ? 2 : 1;
      } else if (c < 0x800 || Character.isSurrogate(c)) {
        sum += 2;
      } else {
        sum += 3;
      }
    }
    return sum;
  }
}
