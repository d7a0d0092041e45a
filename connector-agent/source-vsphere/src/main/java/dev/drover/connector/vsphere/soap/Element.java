package dev.drover.connector.vsphere.soap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An element of an answer. Names are without their prefixes: vSphere has one namespace. */
public final class Element {
  private final String name;
  private final @Nullable String type;
  private final @Nullable String refType;
  private final List<Element> children = new ArrayList<>(4);
  private String text = "";

  /**
   * An element without content.
   *
   * @param type of {@code xsi:type}, without its prefix
   * @param refType of the attribute {@code type}, which references have
   */
  Element(String name, @Nullable String type, @Nullable String refType) {
    this.name = name;
    this.type = type;
    this.refType = refType;
  }

  void add(Element child) {
    children.add(child);
  }

  void setText(String content) {
    text = content;
  }

  public String name() {
    return name;
  }

  /** The class of the object, for example {@code VirtualDisk}; empty where the schema says it. */
  public String type() {
    return type == null ? "" : type;
  }

  public String text() {
    return text;
  }

  public List<Element> children() {
    return children;
  }

  /** The children of a name, in order. */
  public List<Element> children(String childName) {
    return children.stream().filter(child -> child.name.equals(childName)).toList();
  }

  /** The first element at a path of names, for example {@code about.apiType}. */
  public Optional<Element> find(String path) {
    Element at = this;
    for (String step : path.split("\\.", -1)) {
      List<Element> next = at.children(step);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      at = next.getFirst();
    }
    return Optional.of(at);
  }

  /** The element at a path that every answer has. */
  public Element get(String path) {
    return find(path).orElseThrow(() -> new InvalidAnswerException("'" + path + "' is missing"));
  }

  /** The text at a path; empty where there is none. */
  public String text(String path) {
    return find(path).map(Element::text).orElse("");
  }

  /** Whether the text at a path is {@code true}. */
  public boolean flag(String path) {
    return isTrue(text(path));
  }

  /** The number at a path that every answer has. */
  public long number(String path) {
    return get(path).number();
  }

  /** This element's text as a number. */
  public long number() {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new InvalidAnswerException("'" + name + "' is no number but '" + text + "'");
    }
  }

  /** The object that this element refers to. */
  public Moref ref() {
    if (refType == null || text.isBlank()) {
      throw new InvalidAnswerException("'" + name + "' refers to no object");
    }
    return new Moref(refType, text.strip());
  }

  /** As XML Schema writes a boolean. */
  static boolean isTrue(String text) {
    return text.equals("true") || text.equals("1");
  }
}
