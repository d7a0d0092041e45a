package dev.drover.local.simulator.ssm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** A request's JSON, read member by member: what nobody read is refused, never ignored. */
final class Body {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private final ObjectNode members;

  private Body(ObjectNode members) {
    this.members = members;
  }

  static Body parse(byte[] bytes) throws IOException {
    try {
      if (MAPPER.readTree(bytes) instanceof ObjectNode members) {
        return new Body(members);
      }
    } catch (JsonProcessingException malformed) {
      throw SsmRefusal.of("SerializationException", malformed.getOriginalMessage());
    }
    throw SsmRefusal.of("SerializationException", "the body is no JSON object");
  }

  String required(String name) {
    return text(name)
        .orElseThrow(() -> SsmRefusal.validation("Value at '" + name + "' must not be null"));
  }

  Optional<String> text(String name) {
    return take(name)
        .map(
            node -> {
              if (!node.isTextual()) {
                throw SsmRefusal.of("SerializationException", name + " is no text");
              }
              return node.textValue();
            });
  }

  OptionalInt number(String name, int least, int most) {
    Optional<JsonNode> given = take(name);
    if (given.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!given.get().isInt()) {
      throw SsmRefusal.of("SerializationException", name + " is no whole number");
    }
    int number = given.get().intValue();
    if (number < least || number > most) {
      throw SsmRefusal.validation(name + " is " + number + ", from " + least + " to " + most);
    }
    return OptionalInt.of(number);
  }

  List<String> texts(String name) {
    return take(name).map(node -> texts(name, node)).orElse(List.of());
  }

  Map<String, List<String>> lists(String name) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    take(name)
        .ifPresent(
            node ->
                node.properties()
                    .forEach(each -> lists.put(each.getKey(), texts(name, each.getValue()))));
    return lists;
  }

  /** Objects in a list. */
  List<Body> bodies(String name) {
    List<Body> bodies = new ArrayList<>();
    take(name)
        .ifPresent(
            node ->
                node.forEach(
                    each -> {
                      if (!(each instanceof ObjectNode object)) {
                        throw SsmRefusal.of("SerializationException", name + " has no objects");
                      }
                      bodies.add(new Body(object));
                    }));
    return bodies;
  }

  void refuseUnknown() {
    Set<String> unread = new TreeSet<>();
    members.fieldNames().forEachRemaining(unread::add);
    if (!unread.isEmpty()) {
      throw SsmRefusal.validation("the simulator does not know the members " + unread);
    }
  }

  private Optional<JsonNode> take(String name) {
    return Optional.ofNullable(members.remove(name)).filter(node -> !node.isNull());
  }

  private static List<String> texts(String name, JsonNode list) {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : list) {
      if (!each.isTextual()) {
        throw SsmRefusal.of("SerializationException", name + " is no list of texts");
      }
      texts.add(each.textValue());
    }
    return texts;
  }
}
