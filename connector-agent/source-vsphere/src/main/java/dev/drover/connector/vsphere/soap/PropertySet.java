package dev.drover.connector.vsphere.soap;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Properties of an object, by their paths. One that is not set, or that the user may not see, is
 * not there.
 */
public record PropertySet(Moref object, Map<String, Element> values) {
  /** From an ObjectContent. */
  static PropertySet of(Element content) {
    Map<String, Element> values = new HashMap<>();
    for (Element property : content.children("propSet")) {
      values.put(property.text("name"), property.get("val"));
    }
    return new PropertySet(content.get("obj").ref(), values);
  }

  public Optional<Element> find(String path) {
    return Optional.ofNullable(values.get(path));
  }

  /** A property that every such object has. */
  public Element get(String path) {
    return find(path)
        .orElseThrow(
            () -> new InvalidAnswerException("'" + path + "' of " + object + " is missing"));
  }

  /** The text; empty where there is none. */
  public String text(String path) {
    return find(path).map(Element::text).orElse("");
  }

  public boolean flag(String path) {
    return Element.isTrue(text(path));
  }

  /** The number; null where there is none. */
  public @Nullable Long number(String path) {
    return find(path).map(Element::number).orElse(null);
  }

  /** The object it refers to; null where there is none. */
  public @Nullable Moref ref(String path) {
    return find(path).map(Element::ref).orElse(null);
  }
}
