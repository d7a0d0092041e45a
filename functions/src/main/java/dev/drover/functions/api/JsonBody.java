package dev.drover.functions.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of requests and answers, whatever their shapes: limits on what is read, the one error
 * for what cannot be, and times as JSON 1.1 has them.
 */
public final class JsonBody {
  /** No request of any model is near this size. */
  private static final int MAX_BODY_CHARS = 1 << 20;

  private static final int MAX_NESTING = 50;
  private static final int MAX_NUMBER_CHARS = 40;
  private static final int MAX_NAME_CHARS = 1_000;

  /** Decimal places of a second that JSON 1.1 has. */
  static final int MILLIS_DIGITS = 3;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_NESTING)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .maxNameLength(MAX_NAME_CHARS)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private JsonBody() {}

  /** A request's body; an empty one is an object without members. */
  public static JsonNode read(String body) {
    if (body.length() > MAX_BODY_CHARS) {
      throw malformed("the body has " + body.length() + " characters, at most " + MAX_BODY_CHARS);
    }
    JsonNode json = parse(body);
    require(json.isObject(), "the body", "an object");
    return json;
  }

  /**
   * The same, of an operation with these parameters only: one whose name is misspelt would not be
   * missed by anybody.
   */
  public static JsonNode read(String body, Set<String> known) {
    JsonNode request = read(body);
    request
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw ApiError.INVALID_PARAMETER.because(
                    "There is no parameter '" + name + "'; there are " + sorted(known) + ".");
              }
            });
    return request;
  }

  private static String sorted(Set<String> names) {
    return String.join(" and ", names.stream().sorted().toList());
  }

  private static JsonNode parse(String body) {
    if (body.isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return JSON.readTree(body);
    } catch (StreamConstraintsException e) {
      throw malformed(
          "the body is nested deeper than "
              + MAX_NESTING
              + ", or has a number of more than "
              + MAX_NUMBER_CHARS
              + " or a name of more than "
              + MAX_NAME_CHARS
              + " characters"
              + place(e));
    } catch (JsonProcessingException e) {
      // The parser's own words name its classes and settings.
      throw malformed("the body is no JSON" + place(e));
    }
  }

  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
  }

  /** A member that may be absent, or null, which is the same. */
  public static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (isAbsent(value)) {
      return null;
    }
    require(value.isTextual(), name, "a string");
    return value.textValue();
  }

  /** A text that must be there. */
  public static String required(JsonNode object, String name) {
    String value = text(object, name);
    if (value == null) {
      throw ApiError.MISSING_PARAMETER.because(name + " is required.");
    }
    return value;
  }

  /** A member that says yes or no; absent, or null, is no. */
  public static boolean flag(JsonNode object, String name) {
    JsonNode value = object.path(name);
    require(isAbsent(value) || value.isBoolean(), name, "true or false");
    return value.asBoolean(false);
  }

  /** A member that may be absent, or null, which is the same. */
  public static @Nullable Integer integer(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (isAbsent(value)) {
      return null;
    }
    require(value.isIntegralNumber() && value.canConvertToInt(), name, "an integer");
    return value.intValue();
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  /** A time as JSON 1.1 has it: epoch seconds, with a fraction where there is one. */
  public static NumericNode time(Instant time) {
    BigDecimal seconds = BigDecimal.valueOf(time.toEpochMilli(), MILLIS_DIGITS);
    return seconds.stripTrailingZeros().scale() <= 0
        ? JsonNodeFactory.instance.numberNode(seconds.longValueExact())
        : (NumericNode) JsonNodeFactory.instance.numberNode(seconds);
  }

  static void require(boolean condition, String name, String wanted) {
    if (!condition) {
      throw malformed(name + " must be " + wanted);
    }
  }

  private static ApiException malformed(String complaint) {
    return ApiError.SERIALIZATION.because("The request cannot be read: " + complaint + ".");
  }
}
