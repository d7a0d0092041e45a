package dev.drover.functions.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * JSON 1.1 to and from the SDK's own model classes, by the fields that these describe themselves
 * with. So every operation has its shapes, and none is written by hand.
 *
 * <p>Times are epoch seconds with a fraction. An absent list is written as {@code []}, because the
 * CLI prints nothing at all without it; any other absent member is left out. Unknown members are
 * ignored, as AWS does.
 */
final class ModelCodec {
  /** The year 9999 in epoch milliseconds, where ISO 8601 ends. */
  private static final BigDecimal MAX_EPOCH_MILLIS = new BigDecimal("253402300799999");

  private ModelCodec() {}

  /**
   * Reads a request.
   *
   * @param builder the request's empty builder
   * @return what it builds
   */
  static Object read(String body, SdkPojo builder) {
    return readObject("the body", JsonBody.read(body), builder);
  }

  private static Object readObject(String name, JsonNode json, SdkPojo builder) {
    JsonBody.require(json.isObject(), name, "an object");
    for (SdkField<?> field : builder.sdkFields()) {
      JsonNode value = json.get(field.locationName());
      if (value != null && !value.isNull()) {
        field.set(builder, readValue(field.locationName(), value, field));
      }
    }
    return ((Buildable) builder).build();
  }

  private static Object readValue(String name, JsonNode json, SdkField<?> field) {
    return switch (knownType(field)) {
      case STRING -> {
        JsonBody.require(json.isTextual(), name, "a string");
        yield json.textValue();
      }
      case INTEGER -> {
        JsonBody.require(json.isIntegralNumber() && json.canConvertToInt(), name, "an integer");
        yield json.intValue();
      }
      case BOOLEAN -> {
        JsonBody.require(json.isBoolean(), name, "true or false");
        yield json.booleanValue();
      }
      case INSTANT -> readTime(name, json);
      case LIST -> readList(name, json, field.getRequiredTrait(ListTrait.class));
      case SDK_POJO -> readObject(name, json, field.constructor().get());
      default -> throw unknownType(field);
    };
  }

  private static Instant readTime(String name, JsonNode json) {
    JsonBody.require(json.isNumber(), name, "a number of epoch seconds");
    BigDecimal millis = json.decimalValue().movePointRight(JsonBody.MILLIS_DIGITS);
    JsonBody.require(
        millis.signum() >= 0 && millis.compareTo(MAX_EPOCH_MILLIS) <= 0,
        name,
        "a number of epoch seconds between the years 1970 and 9999");
    return Instant.ofEpochMilli(millis.setScale(0, RoundingMode.FLOOR).longValueExact());
  }

  private static List<Object> readList(String name, JsonNode json, ListTrait list) {
    JsonBody.require(json.isArray(), name, "an array");
    List<Object> values = new ArrayList<>();
    for (JsonNode element : json) {
      JsonBody.require(!element.isNull(), name, "an array without null");
      values.add(readValue(name, element, list.memberFieldInfo()));
    }
    return values;
  }

  /** An answer as JSON text. */
  static String write(SdkPojo response) {
    return writeObject(response).toString();
  }

  private static ObjectNode writeObject(SdkPojo pojo) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (SdkField<?> field : pojo.sdkFields()) {
      JsonNode value = writeValue(field, field.getValueOrDefault(pojo));
      if (value != null) {
        object.set(field.locationName(), value);
      }
    }
    return object;
  }

  private static @Nullable JsonNode writeValue(SdkField<?> field, @Nullable Object value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (value) {
      case null -> knownType(field) == MarshallingKnownType.LIST ? nodes.arrayNode() : null;
      case String text -> nodes.textNode(text);
      case Integer number -> nodes.numberNode(number);
      case Boolean truth -> nodes.booleanNode(truth);
      case Instant time -> JsonBody.time(time);
      case List<?> list -> writeList(list, field.getRequiredTrait(ListTrait.class));
      case SdkPojo pojo -> writeObject(pojo);
      default -> throw unknownType(field);
    };
  }

  private static ArrayNode writeList(List<?> list, ListTrait trait) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Object element : list) {
      array.add(writeValue(trait.memberFieldInfo(), element));
    }
    return array;
  }

  private static MarshallingKnownType knownType(SdkField<?> field) {
    return field.marshallingType().getKnownType();
  }

  private static IllegalStateException unknownType(SdkField<?> field) {
    return new IllegalStateException(
        field.memberName() + " is a " + field.marshallingType() + ", which the model never had");
  }
}
